import type { EventOf } from '../../memory/events.ts';
import type { MemoryIndex } from '../../memory/index/memoryIndex.ts';

/** What a learned event says that it came from. */
export interface Saying {
  readonly request?: string | undefined;
  readonly decision?: string | undefined;
  /** `h1` to `h3` where it came from the choice of a reading. */
  readonly reading?: string | undefined;
}

/** A tag that names a reading. */
const READING = /^h\d$/;

export function sayingOfMemory({ request, decision, tags }: EventOf<'memory'>): Saying {
  return {
    request,
    decision,
    reading: request === undefined ? undefined : tags.find((tag) => READING.test(tag)),
  };
}

export function sayingOfPersona({ request, decision, signals }: EventOf<'persona'>): Saying {
  const reading = signals['selected_hypothesis_id'];
  return { request, decision, reading: typeof reading === 'string' ? reading : undefined };
}

/** Newest choice by request. */
export function lastChoices(choices: readonly EventOf<'choice'>[]): Map<string, EventOf<'choice'>> {
  return new Map(choices.map((each) => [each.request, each]));
}

/**
 * True where what it came from still stands: the decision was not taken back nor followed by another one on the same
 * answer, and the reading is the one that the request's last choice has. What is not known here is taken to stand.
 */
export function stands(
  { request, decision, reading }: Saying,
  index: MemoryIndex,
  choices: ReadonlyMap<string, EventOf<'choice'>>,
): boolean {
  if (decision !== undefined && !decisionStands(index, decision)) return false;
  if (reading === undefined || request === undefined) return true;
  const choice = choices.get(request);
  return choice === undefined || choice.selected === reading;
}

function decisionStands(index: MemoryIndex, id: string): boolean {
  const entry = index.decision(id);
  if (!entry) return true;
  if (entry.undone) return false;
  if (index.liveOf(entry.request)?.decision === id) return true;
  const all = index.request(entry.request)?.decisions ?? [];
  return !all.some(
    (each) =>
      !each.undone &&
      each.candidate === entry.candidate &&
      (each.at > entry.at || (each.at === entry.at && each.decision > id)),
  );
}
