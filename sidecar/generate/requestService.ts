import type { RequestEntry } from '../memory/index/memoryIndex.ts';
import type { Memory } from '../memory/memory.ts';
import { AppError } from '../protocol/errors.ts';
import type { Params, Result } from '../protocol/methods.ts';
import type { RequestRecord } from '../protocol/requestSchemas.ts';
import { readCandidate, readRequest } from './recordedTexts.ts';
import { toCandidate } from './toCandidate.ts';
import { toDecision } from './toDecision.ts';

export interface RequestService {
  /** One request with its texts. Rejects with `request.unknown`. */
  get(params: Params<'request.get'>): Promise<Result<'request.get'>>;
  /** Requests, newest first, with their texts. */
  list(params: Params<'request.list'>): Promise<Result<'request.list'>>;
}

export function createRequestService({ memory }: { readonly memory: Memory }): RequestService {
  return {
    get: async ({ request }) => {
      if (!memory.index.request(request)) await memory.ready;
      const entry = memory.index.request(request);
      const record = entry && (await readRecord(memory, entry));
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
      const requests: RequestRecord[] = [];
      // One at a time: a page of long answers is not read into memory twice over.
      for (const entry of entries) {
        const record = await readRecord(memory, entry);
        if (record) requests.push(record);
      }
      return { requests };
    },
  };
}

async function readRecord(memory: Memory, entry: RequestEntry): Promise<RequestRecord | undefined> {
  const event = await readRequest(memory, entry);
  if (!event) return undefined;
  const candidates = await Promise.all(entry.candidates.map((each) => readCandidate(memory, each)));
  return {
    request: entry.request,
    thread: entry.thread,
    at: entry.at,
    prompt: event.prompt,
    category: event.category,
    model: event.model,
    ...(event.version !== undefined && { version: event.version }),
    context: event.context.map(({ kind, name }) => ({ kind, name })),
    candidates: candidates.flatMap((each) => (each ? [toCandidate(each)] : [])),
    ...(entry.live && { decision: await toDecision(memory, entry.live, false) }),
  };
}
