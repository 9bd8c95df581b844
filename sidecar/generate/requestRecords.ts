import { readCandidate, readRequest } from '../learn/recordedTexts.ts';
import type { RequestEntry } from '../memory/index/memoryIndex.ts';
import type { Memory } from '../memory/memory.ts';
import { readEach } from '../memory/readEach.ts';
import type { RequestRecord } from '../protocol/requestSchemas.ts';
import { readShown, withScores } from './rankingShown.ts';
import { toCandidate } from './toCandidate.ts';
import { toDecision } from './toDecision.ts';

/** Requests with their texts, read from disk; those shown last are kept until something about them changes. */
export interface RequestRecords {
  /** Undefined for each one that the journal can't give. Rejects with `memory.*`. */
  read(entries: readonly RequestEntry[]): Promise<readonly (RequestRecord | undefined)[]>;
}

/** Kept at most, the last ones that were read. */
const KEPT = 50;
/** Longer texts of one request, in characters, are read each time. */
const MAX_KEPT_LENGTH = 20_000;

export function createRequestRecords(memory: Memory): RequestRecords {
  const kept = new Map<string, Promise<RequestRecord | undefined>>();
  let position: number | undefined;

  function dropChanged(): void {
    const { position: now, requests } = memory.index.changedSince(position);
    position = now;
    if (!requests) kept.clear();
    for (const request of requests ?? []) kept.delete(request);
  }

  /** Kept from the beginning, so that what changes while it is read is not kept after all. */
  function readAndKeep(entry: RequestEntry): Promise<RequestRecord | undefined> {
    const reading = readRecord(memory, entry);
    kept.set(entry.request, reading);
    const drop = (): void => {
      if (kept.get(entry.request) === reading) kept.delete(entry.request);
    };
    reading.then((record) => {
      if (!record || lengthOf(record) > MAX_KEPT_LENGTH) drop();
    }, drop);
    const oldest = kept.size > KEPT ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return reading;
  }

  return {
    read: async (entries) => {
      dropChanged();
      const asOf = position;
      // Where someone else has looked meanwhile, what changed before that would be kept for good.
      const fresh = (entry: RequestEntry) =>
        position === asOf ? readAndKeep(entry) : readRecord(memory, entry);
      return readEach(entries, (entry) => kept.get(entry.request) ?? fresh(entry));
    },
  };
}

async function readRecord(memory: Memory, entry: RequestEntry): Promise<RequestRecord | undefined> {
  const [event, shown, ...candidates] = await Promise.all([
    readRequest(memory, entry),
    readShown(memory, entry),
    ...entry.candidates.map((each) => readCandidate(memory, each)),
  ]);
  if (!event) return undefined;
  return {
    request: entry.request,
    thread: entry.thread,
    at: entry.at,
    prompt: event.prompt,
    category: event.category,
    model: event.model,
    ...(event.version !== undefined && { version: event.version }),
    context: event.context.map(({ kind, name }) => ({ kind, name })),
    candidates: withScores(
      candidates.flatMap((each) => (each ? [toCandidate(each)] : [])),
      shown?.scores,
    ),
    ...(shown && { suggested: shown.opened, chosenBy: shown.chosenBy }),
    ...(entry.live && { decision: await toDecision(memory, entry.live, false) }),
  };
}

function lengthOf({ prompt, candidates }: RequestRecord): number {
  return candidates.reduce(
    (sum, { text, thinking }) => sum + text.length + (thinking?.length ?? 0),
    prompt.length,
  );
}
