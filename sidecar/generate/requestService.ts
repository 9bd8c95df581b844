import type { BlockBook } from '../learn/blocks/blockBook.ts';
import type { Memory } from '../memory/memory.ts';
import { AppError } from '../protocol/errors.ts';
import type { Params, Result } from '../protocol/methods.ts';
import type { RequestRecord } from '../protocol/requestSchemas.ts';
import { withBlocked } from './blockedAnswers.ts';
import { meantReadings } from './meantReadings.ts';
import { createRequestRecords } from './requestRecords.ts';

export interface RequestService {
  /** One request with its texts. Rejects with `request.unknown`. */
  get(params: Params<'request.get'>): Promise<Result<'request.get'>>;
  /** Requests, newest first, with their texts. */
  list(params: Params<'request.list'>): Promise<Result<'request.list'>>;
}

export interface RequestServiceDeps {
  readonly memory: Memory;
  readonly blocks: Pick<BlockBook, 'active' | 'blockedIn'>;
}

export function createRequestService({ memory, blocks }: RequestServiceDeps): RequestService {
  const records = createRequestRecords(memory);
  // Records are kept; what is blocked, and what a request was taken as, changes meanwhile.
  const marked = (read: readonly (RequestRecord | undefined)[]): RequestRecord[] => {
    const meantBy = meantReadings(memory.index);
    const isBlocking = blocks.active().length > 0;
    return read.flatMap((record) => {
      if (!record) return [];
      const meant = meantBy(record.request);
      const candidates = isBlocking
        ? record.candidates.map((each) => withBlocked(each, blocks.blockedIn))
        : record.candidates;
      return [{ ...record, candidates, ...(meant && { meant }) }];
    });
  };
  return {
    get: async ({ request }) => {
      if (!memory.index.request(request)) await memory.ready;
      const entry = memory.index.request(request);
      const [record] = marked(entry ? await records.read([entry]) : []);
      if (!record)
        throw new AppError('request.unknown', 'There is no such request.', { next: 'Reload the list.' });
      return record;
    },
    list: async ({ thread, before, limit }) => {
      await memory.ready;
      const entries = memory.index.requests({
        ...(thread !== undefined && { thread }),
        ...(before !== undefined && { before }),
        limit,
      });
      return { requests: marked(await records.read(entries)) };
    },
  };
}
