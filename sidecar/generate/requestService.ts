import type { BlockBook } from '../learn/blocks/blockBook.ts';
import type { Memory } from '../memory/memory.ts';
import { AppError } from '../protocol/errors.ts';
import type { Params, Result } from '../protocol/methods.ts';
import type { RequestRecord } from '../protocol/requestSchemas.ts';
import { withBlocked } from './blockedAnswers.ts';
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
  // Records are kept; what is blocked changes meanwhile.
  const marked = (record: RequestRecord): RequestRecord =>
    blocks.active().length === 0
      ? record
      : { ...record, candidates: record.candidates.map((each) => withBlocked(each, blocks.blockedIn)) };
  return {
    get: async ({ request }) => {
      if (!memory.index.request(request)) await memory.ready;
      const entry = memory.index.request(request);
      const [record] = entry ? await records.read([entry]) : [];
      if (!record)
        throw new AppError('request.unknown', 'There is no such request.', { next: 'Reload the list.' });
      return marked(record);
    },
    list: async ({ thread, before, limit }) => {
      await memory.ready;
      const entries = memory.index.requests({
        ...(thread !== undefined && { thread }),
        ...(before !== undefined && { before }),
        limit,
      });
      const read = await records.read(entries);
      return { requests: read.filter((record) => record !== undefined).map(marked) };
    },
  };
}
