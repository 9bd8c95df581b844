import { AppError } from '../protocol/errors.ts';
import { ulidSchema } from '../protocol/ids.ts';
import type { Client } from '../protocol/methods.ts';
import type { Candidate, RequestRecord } from '../protocol/requestSchemas.ts';
import { usageError } from './usageError.ts';

/** The request of that id, or the newest one. */
export async function findRequest(client: Client, id: string | undefined): Promise<RequestRecord> {
  if (id === undefined) {
    const { requests } = await client.call('request.list', { limit: 1 });
    const [last] = requests;
    if (!last)
      throw new AppError('request.unknown', 'Nothing was asked yet.', {
        next: 'Start with `whetstone ask`.',
      });
    return last;
  }
  const request = id.toUpperCase();
  if (!ulidSchema.safeParse(request).success) {
    throw usageError(`"${id}" is not a request id.`, 'Use the id that `whetstone ask` printed, or --last.');
  }
  return client.call('request.get', { request });
}

/** The candidate meant: by number from 1 or by id; the only one where there is one. */
export function pickCandidate(request: RequestRecord, which: string | undefined): Candidate {
  const { candidates } = request;
  const [only] = candidates;
  if (!only) throw new AppError('candidate.unknown', 'This request has no answer to decide on.');
  if (which === undefined) {
    if (candidates.length === 1) return only;
    throw usageError(
      `This request has ${candidates.length} answers.`,
      `Say which: --candidate 1 to --candidate ${candidates.length}.`,
    );
  }
  const byId = candidates.find((candidate) => candidate.candidate === which.toUpperCase());
  const byNumber = /^\d$/.test(which) ? candidates[Number(which) - 1] : undefined;
  const found = byId ?? byNumber;
  if (!found) throw new AppError('candidate.unknown', `This request has no answer ${which}.`);
  return found;
}
