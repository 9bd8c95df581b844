import type { EventOf } from '../memory/events.ts';
import type { CandidateEntry, DecisionEntry, RequestEntry } from '../memory/index/memoryIndex.ts';
import type { Memory } from '../memory/memory.ts';
import { readKind } from '../memory/views/decidedAnswers.ts';

type Source = Pick<Memory, 'index' | 'read'>;

/** The request as recorded; undefined where the journal can't give it. */
export function readRequest(
  memory: Source,
  entry: Pick<RequestEntry, 'event'>,
): Promise<EventOf<'request'> | undefined> {
  return readKind(memory, entry.event, 'request');
}

/** The answer as recorded. */
export function readCandidate(
  memory: Source,
  entry: Pick<CandidateEntry, 'event'>,
): Promise<EventOf<'candidate'> | undefined> {
  return readKind(memory, entry.event, 'candidate');
}

/** The decision as recorded. */
export function readDecision(
  memory: Source,
  entry: Pick<DecisionEntry, 'event'>,
): Promise<EventOf<'decision'> | undefined> {
  return readKind(memory, entry.event, 'decision');
}

/** What the user asked; undefined where it is not known any more. */
export async function readPrompt(memory: Source, request: string): Promise<string | undefined> {
  return (await readKind(memory, memory.index.request(request)?.event, 'request'))?.prompt;
}

/** What the model answered; undefined where it is not known any more. */
export async function readAnswer(memory: Source, candidate: string): Promise<string | undefined> {
  return (await readKind(memory, memory.index.candidate(candidate)?.event, 'candidate'))?.text;
}

/** The text that a decision was for: the corrected one where it was edited. */
export async function readDecidedText(memory: Source, entry: DecisionEntry): Promise<string | undefined> {
  if (entry.verdict === 'edited') return (await readDecision(memory, entry))?.editedText;
  return readAnswer(memory, entry.candidate);
}
