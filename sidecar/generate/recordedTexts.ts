import type { EventOf } from '../memory/events.ts';
import type { CandidateEntry, DecisionEntry, RequestEntry } from '../memory/index/memoryIndex.ts';
import type { Memory } from '../memory/memory.ts';

/** The request as recorded; undefined where the journal can't give it. */
export async function readRequest(
  memory: Memory,
  entry: RequestEntry,
): Promise<EventOf<'request'> | undefined> {
  const event = await memory.read(entry.event);
  return event?.kind === 'request' ? event : undefined;
}

/** The answer as recorded. */
export async function readCandidate(
  memory: Memory,
  entry: CandidateEntry,
): Promise<EventOf<'candidate'> | undefined> {
  const event = await memory.read(entry.event);
  return event?.kind === 'candidate' ? event : undefined;
}

/** The decision as recorded. */
export async function readDecision(
  memory: Memory,
  entry: DecisionEntry,
): Promise<EventOf<'decision'> | undefined> {
  const event = await memory.read(entry.event);
  return event?.kind === 'decision' ? event : undefined;
}

/** The text that a decision was for: the corrected one where it was edited. */
export async function readDecidedText(memory: Memory, entry: DecisionEntry): Promise<string | undefined> {
  if (entry.verdict === 'edited') return (await readDecision(memory, entry))?.editedText;
  const candidate = memory.index.candidate(entry.candidate);
  return candidate && (await readCandidate(memory, candidate))?.text;
}
