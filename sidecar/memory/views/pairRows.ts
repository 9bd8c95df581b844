import type { EventOf } from '../events.ts';
import type { DecisionEntry, RequestEntry } from '../index/memoryIndex.ts';
import { readKind } from './decidedAnswers.ts';
import type { EventSource } from './eventSource.ts';

/** Two answers to a prompt of which one was preferred. `prompt` is absent where its line was lost. */
export interface PairRow {
  readonly id: string;
  readonly request: string;
  readonly prompt: string | undefined;
  readonly chosen: string;
  readonly rejected: string;
  readonly source: 'edit' | 'decision' | 'correction';
  readonly weight: number;
  readonly at: string;
}

/** What pairs are made from; a memory has both. */
export type PairSource = Pick<EventSource, 'index' | 'read'>;

/** An edit is preferred to what it corrected, an approved answer to a denied one of the same request. */
export async function pairsOfDecision(source: PairSource, live: DecisionEntry): Promise<PairRow[]> {
  if (live.verdict === 'denied') return [];
  const isEdit = live.verdict === 'edited';
  const entry = source.index.request(live.request);
  const denied = entry ? deniedBeside(entry, live) : [];
  if (!isEdit && denied.length === 0) return [];
  const prompt = (await readKind(source, entry?.event, 'request'))?.prompt ?? '';
  const original = await textOf(source, live.candidate);
  const chosen = isEdit ? (await readKind(source, live.event, 'decision'))?.editedText : original;
  if (chosen === undefined) return [];
  const common = { request: live.request, prompt, chosen, weight: 1, at: live.at };
  const pairs: PairRow[] = [];
  if (isEdit && original !== undefined)
    pairs.push({ ...common, id: `${live.decision}-edit`, rejected: original, source: 'edit' });
  for (const each of denied) {
    const rejected = await textOf(source, each.candidate);
    if (rejected === undefined) continue;
    pairs.push({ ...common, id: `${live.decision}-${each.decision}`, rejected, source: 'decision' });
  }
  return pairs;
}

/** A correction is preferred to what it corrects. */
export function pairOfFeedback(
  { id, request, corrections, at }: EventOf<'feedback'>,
  { prompt, response }: AboutFeedback,
): PairRow | undefined {
  if (corrections === undefined || response === undefined) return undefined;
  return {
    id,
    request,
    prompt,
    chosen: corrections,
    rejected: response,
    source: 'correction',
    weight: 1,
    at,
  };
}

/** What feedback is about; undefined where it is not known or its line was lost. */
export interface AboutFeedback {
  readonly prompt: string | undefined;
  /** The text of the candidate it names, else of the one decided on, else of the first. */
  readonly response: string | undefined;
}

export async function readFeedback(
  source: PairSource,
  event: Pick<EventOf<'feedback'>, 'request' | 'candidate'>,
): Promise<AboutFeedback> {
  const request = source.index.request(event.request);
  const candidate = event.candidate ?? request?.live?.candidate ?? request?.candidates[0]?.candidate;
  return {
    prompt: (await readKind(source, request?.event, 'request'))?.prompt,
    response: candidate === undefined ? undefined : await textOf(source, candidate),
  };
}

/** The denials of other candidates of the request that were not taken back, one a candidate. */
function deniedBeside(entry: RequestEntry, live: DecisionEntry): DecisionEntry[] {
  const last = new Map<string, DecisionEntry>();
  for (const each of entry.decisions) if (!each.undone) last.set(each.candidate, each);
  return [...last.values()].filter((each) => each.verdict === 'denied' && each.candidate !== live.candidate);
}

async function textOf(source: PairSource, candidate: string): Promise<string | undefined> {
  return (await readKind(source, source.index.candidate(candidate)?.event, 'candidate'))?.text;
}
