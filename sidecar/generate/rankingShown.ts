import type { RequestEntry } from '../memory/index/memoryIndex.ts';
import type { Memory } from '../memory/memory.ts';
import { readKind } from '../memory/views/decidedAnswers.ts';
import type { Candidate, Score } from '../protocol/requestSchemas.ts';
import type { ChosenBy } from '../protocol/words.ts';
import type { Ranking } from './ranking.ts';

/** Records how the answers are shown; `hidden` are those behind the tabs. */
export async function recordShown(
  memory: Memory,
  request: string,
  order: readonly string[],
  { opened, propensity, chosenBy, scores }: Ranking,
): Promise<void> {
  await memory.append<'shown'>({
    kind: 'shown',
    request,
    order: [...order],
    opened,
    propensity,
    chosenBy,
    scores: Object.fromEntries(scores),
    hidden: order.filter((each) => each !== opened),
  });
}

/** What was recorded of how a request's answers were shown last. */
export interface RecordedRanking {
  readonly opened: string;
  readonly order: readonly string[];
  readonly propensity: number;
  readonly chosenBy: ChosenBy;
  readonly scores: ReadonlyMap<string, Score>;
}

/** Undefined where nothing was, or the journal can't give it. */
export async function readShown(
  memory: Pick<Memory, 'read'>,
  entry: Pick<RequestEntry, 'shown'>,
): Promise<RecordedRanking | undefined> {
  const shown = await readKind(memory, entry.shown, 'shown');
  if (!shown) return undefined;
  const { opened, order, propensity, chosenBy = 'order' } = shown;
  const scores = Object.entries(shown.scores).map(([id, { p, why, n = 0 }]): [string, Score] => [
    id,
    { p: Math.max(0, Math.min(1, p)), why, n },
  ]);
  return { opened, order, propensity, chosenBy, scores: new Map(scores) };
}

/** The candidates with what was foretold of them. */
export function withScores(
  candidates: readonly Candidate[],
  scores: ReadonlyMap<string, Score> | undefined,
): Candidate[] {
  return candidates.map((each) => {
    const score = scores?.get(each.candidate);
    return score ? { ...each, score } : each;
  });
}
