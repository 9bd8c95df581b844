import type { Memory } from '../memory/memory.ts';
import { AppError } from '../protocol/errors.ts';
import type { Params, Result } from '../protocol/methods.ts';
import { createRequestRecords } from './requestRecords.ts';

export interface RequestService {
  /** One request with its texts. Rejects with `request.unknown`. */
  get(params: Params<'request.get'>): Promise<Result<'request.get'>>;
  /** Requests, newest first, with their texts. */
  list(params: Params<'request.list'>): Promise<Result<'request.list'>>;
}

export function createRequestService({ memory }: { readonly memory: Memory }): RequestService {
  const records = createRequestRecords(memory);
  return {
    get: async ({ request }) => {
      if (!memory.index.request(request)) await memory.ready;
      const entry = memory.index.request(request);
      const [record] = entry ? await records.read([entry]) : [];
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
      const read = await records.read(entries);
      return { requests: read.filter((record) => record !== undefined) };
    },
  };
}
