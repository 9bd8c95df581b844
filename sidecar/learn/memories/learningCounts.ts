import type { EventOf } from '../../memory/events.ts';
import type { MemoryIndex } from '../../memory/index/memoryIndex.ts';

/** Counts behind the statistics of learning; rates are made of them elsewhere. */
export interface LearningCounts {
  /** Requests that were asked back about. */
  readonly asked: number;
  readonly personaUpdates: number;
  /** By their last choice: a reading picked by the user, skipped by the user, taken without asking. */
  readonly picked: number;
  readonly skipped: number;
  readonly automatic: number;
  readonly activeDays: number;
  readonly scoreSum: number;
  readonly scores: number;
}

interface Lists {
  readonly hypotheses: readonly EventOf<'hypotheses'>[];
  readonly choices: readonly EventOf<'choice'>[];
  readonly persona: readonly EventOf<'persona'>[];
  readonly memories: readonly EventOf<'memory'>[];
  readonly feedback: ReturnType<MemoryIndex['feedback']>;
}

/**
 * Counts again only the lists that are others than at the last call: the index keeps a list as long as nothing is added
 * to it or forgotten of it.
 */
export function createLearningCounts(): (index: MemoryIndex) => LearningCounts {
  const asked = memoized((events: Lists['hypotheses']) => new Set(events.map(({ request }) => request)).size);
  const choices = memoized(countChoices);
  const scores = memoized(countScores);
  const days = [0, 1, 2, 3, 4].map(() => memoized(daysOf));
  let before: { readonly lists: readonly unknown[]; readonly counts: LearningCounts } | undefined;
  return (index) => {
    const lists: Lists = {
      hypotheses: index.hypotheses(),
      choices: index.choices(),
      persona: index.persona(),
      memories: index.memories(),
      feedback: index.feedback(),
    };
    const all = Object.values(lists);
    if (before?.lists.every((list, at) => list === all[at])) return before.counts;
    const active = new Set<string>();
    for (const [at, list] of all.entries()) for (const day of days[at]?.(list) ?? []) active.add(day);
    const counts = {
      asked: asked(lists.hypotheses),
      personaUpdates: lists.persona.length,
      ...choices(lists.choices),
      activeDays: active.size,
      ...scores(lists.feedback),
    };
    before = { lists: all, counts };
    return counts;
  };
}

function memoized<L, R>(count: (list: L) => R): (list: L) => R {
  let last: { readonly list: L; readonly result: R } | undefined;
  return (list) => {
    if (last?.list !== list) last = { list, result: count(list) };
    return last.result;
  };
}

function countChoices(events: Lists['choices']): Pick<LearningCounts, 'picked' | 'skipped' | 'automatic'> {
  const counts = { picked: 0, skipped: 0, automatic: 0 };
  // The last choice of a request counts.
  for (const { selected, automatic } of new Map(events.map((each) => [each.request, each])).values()) {
    if (automatic) counts.automatic += 1;
    else if (selected === null) counts.skipped += 1;
    else counts.picked += 1;
  }
  return counts;
}

function countScores(events: Lists['feedback']): Pick<LearningCounts, 'scoreSum' | 'scores'> {
  const given = events.flatMap(({ score }) => (score === undefined ? [] : [score]));
  return { scoreSum: given.reduce((sum, score) => sum + score, 0), scores: given.length };
}

const daysOf = (events: readonly { readonly at: string }[]): ReadonlySet<string> =>
  new Set(events.map(({ at }) => at.slice(0, 10)));
