import type { MemoryIndex } from '../memory/index/memoryIndex.ts';
import type { Memory } from '../memory/memory.ts';
import { LEAST_FOR_RATE } from '../protocol/rateWords.ts';
import type { LearningStats, Rate, Stats } from '../protocol/statsSchemas.ts';
import { CATEGORIES, type Category, DENY_REASONS, phaseOf } from '../protocol/words.ts';
import { createLearningCounts, type LearningCounts } from './memories/learningCounts.ts';
import { activeVersion, versionStates } from './versionStates.ts';

/** New decisions since the last version at which training is due. */
export const TRAINING_DUE = 10;
const TOP_REASONS = 9;
/** A category is weak below this rate, once it has this many decisions. */
const WEAK = { rate: 0.7, n: LEAST_FOR_RATE } as const;
/** A rate of fewer decisions gets no word. */
const WORD_MIN = 10;
const KEPT_AFTER_MINUTES = 60;
const KEPT_RATIO = 0.5;
const Z = 1.959964;

export interface Statistics {
  /** What is known now; counted again only when something was recorded. */
  get(): Stats;
}

/** Statistics of everything recorded, all from memory. */
export function createStatistics({ memory }: { readonly memory: Memory }): Statistics {
  const counts = createLearningCounts();
  let made: { readonly key: string; readonly stats: Stats } | undefined;
  return {
    get: () => {
      const key = `${memory.index.eventCount} ${memory.index.asOf ?? ''}`;
      if (made?.key !== key) made = { key, stats: computeStats(memory.index, counts(memory.index)) };
      return made.stats;
    },
  };
}

/** A share with its 95 % Wilson interval; `value` is null where n is 0. */
export function wilson(hits: number, n: number): Rate {
  if (n === 0) return { value: null, n, low: 0, high: 1 };
  const p = hits / n;
  const z2 = Z * Z;
  const centre = p + z2 / (2 * n);
  const spread = Z * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  return {
    value: p,
    n,
    low: Math.max(0, (centre - spread) / scale),
    high: Math.min(1, (centre + spread) / scale),
  };
}

/** The word for a rate: 80 % good, 90 % great, 95 % perfect. */
export function rateWord(rate: Rate): Stats['word'] {
  if (rate.value === null || rate.n < WORD_MIN || rate.value < 0.8) return '';
  return rate.value >= 0.95 ? 'perfect' : rate.value >= 0.9 ? 'great' : 'good';
}

/** The formulas of the data format, over one index. */
export function computeStats(index: MemoryIndex, learned = createLearningCounts()(index)): Stats {
  const trainedAt = versionStates(index).find((each) => !each.deleted)?.publishedAt ?? '';
  const tally = index.tally(trainedAt);
  const counts = { approved: 0, denied: 0, edited: 0 };
  for (const each of tally.verdicts.values()) {
    counts.approved += each.approved;
    counts.denied += each.denied;
    counts.edited += each.edited;
  }
  const decided = counts.approved + counts.denied + counts.edited;
  const approval = wilson(counts.approved + counts.edited, decided);
  const kept = index.keptAfter(KEPT_AFTER_MINUTES, KEPT_RATIO);
  const active = activeVersion(index);
  return {
    ...(tally.latest !== undefined && { asOf: tally.latest }),
    requests: tally.requests,
    ...counts,
    approval,
    kept: wilson(kept.kept, kept.measured),
    byCategory: CATEGORIES.flatMap((category) => {
      const each = tally.verdicts.get(category);
      if (!each) return [];
      const hits = each.approved + each.edited;
      return [categoryRate(category, wilson(hits, hits + each.denied))];
    }),
    phase: phaseOf(decided),
    word: rateWord(approval),
    ...(active && {
      activeVersion: { version: active.version, name: active.detail.name, number: active.detail.number },
    }),
    newSinceTraining: tally.since,
    trainingDue: tally.since >= TRAINING_DUE,
    topReasons: topReasons(tally.denialReasons),
    learning: learningStats(learned),
  };
}

function learningStats(counts: LearningCounts): LearningStats {
  const { asked, personaUpdates, picked, skipped, automatic, activeDays, scoreSum, scores } = counts;
  return {
    hypotheses_count: asked,
    persona_updates_count: personaUpdates,
    selectionRate: wilson(picked, picked + skipped),
    autoAdvanceRate: wilson(automatic, picked + skipped + automatic),
    activeDays,
    meanScore: scores === 0 ? null : scoreSum / scores,
    scores,
  };
}

function categoryRate(category: Category, approval: Rate): Stats['byCategory'][number] {
  return { category, approval, weak: approval.n >= WEAK.n && (approval.value ?? 1) < WEAK.rate };
}

function topReasons(counted: ReadonlyMap<string, number>): string[] {
  const uses = new Map<string, number>(DENY_REASONS.map((reason) => [reason, 0]));
  for (const reason of [...counted.keys()].sort()) uses.set(reason, counted.get(reason) ?? 0);
  // Sorting is stable: reasons used equally often stay in their usual order, so keys don't wander.
  return [...uses]
    .sort((a, b) => b[1] - a[1])
    .slice(0, TOP_REASONS)
    .map(([reason]) => reason);
}
