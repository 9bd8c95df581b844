import type { Memory } from '../memory/memory.ts';
import type { MemoryIndex } from '../memory/memoryIndex.ts';
import type { Rate, Stats } from '../protocol/statsSchemas.ts';
import { CATEGORIES, type Category, DENY_REASONS, phaseOf } from '../protocol/words.ts';
import { activeVersion, versionStates } from './versionStates.ts';

/** New decisions since the last version at which training is due. */
export const TRAINING_DUE = 10;
const TOP_REASONS = 9;
/** A category is weak below this rate, once it has this many decisions. */
const WEAK = { rate: 0.7, n: 3 } as const;
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
  let made: { readonly key: string; readonly stats: Stats } | undefined;
  return {
    get: () => {
      const key = `${memory.index.eventCount} ${memory.index.asOf ?? ''}`;
      if (made?.key !== key) made = { key, stats: computeStats(memory.index) };
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
export function computeStats(index: MemoryIndex): Stats {
  const live = index.liveDecisions();
  const requests = index.requests();
  const categoryOf = new Map(requests.map((each) => [each.request, each.category]));
  const counts = { approved: 0, denied: 0, edited: 0 };
  const byCategory = new Map<Category, { hits: number; n: number }>();
  const versions = versionStates(index);
  const trainedAt = versions.find((each) => !each.deleted)?.publishedAt ?? '';
  let fresh = 0;
  for (const each of live) {
    counts[each.verdict] += 1;
    if (each.at > trainedAt) fresh += 1;
    const category = categoryOf.get(each.request) ?? 'other';
    const share = byCategory.get(category) ?? { hits: 0, n: 0 };
    byCategory.set(category, share);
    share.n += 1;
    if (each.verdict !== 'denied') share.hits += 1;
  }
  const approval = wilson(counts.approved + counts.edited, live.length);
  const active = activeVersion(index);
  return {
    ...asOf(live, requests),
    requests: requests.length,
    ...counts,
    approval,
    kept: keptRate(index),
    byCategory: CATEGORIES.flatMap((category) => {
      const share = byCategory.get(category);
      return share ? [categoryRate(category, wilson(share.hits, share.n))] : [];
    }),
    phase: phaseOf(live.length),
    word: rateWord(approval),
    ...(active && {
      activeVersion: { version: active.version, name: active.detail.name, number: active.detail.number },
    }),
    newSinceTraining: fresh,
    trainingDue: fresh >= TRAINING_DUE,
    topReasons: topReasons(live.filter((each) => each.verdict === 'denied').flatMap((each) => each.reasons)),
  };
}

function asOf(live: readonly { at: string }[], requests: readonly { at: string }[]): Pick<Stats, 'asOf'> {
  const last = [live[0]?.at ?? '', requests[0]?.at ?? ''].sort().at(-1);
  return last ? { asOf: last } : {};
}

function categoryRate(category: Category, approval: Rate): Stats['byCategory'][number] {
  return { category, approval, weak: approval.n >= WEAK.n && (approval.value ?? 1) < WEAK.rate };
}

function keptRate(index: MemoryIndex): Rate {
  const applied = new Set(index.applied().map((each) => each.candidate));
  const measured = new Map<string, { readonly minutes: number; readonly ratio: number }>();
  for (const { candidate, afterMinutes, ratio } of index.survival()) {
    if (afterMinutes < KEPT_AFTER_MINUTES || !applied.has(candidate)) continue;
    const known = measured.get(candidate);
    if (!known || afterMinutes < known.minutes) measured.set(candidate, { minutes: afterMinutes, ratio });
  }
  const kept = [...measured.values()].filter((each) => each.ratio >= KEPT_RATIO).length;
  return wilson(kept, measured.size);
}

function topReasons(reasons: readonly string[]): string[] {
  const uses = new Map<string, number>(DENY_REASONS.map((reason) => [reason, 0]));
  for (const reason of reasons) uses.set(reason, (uses.get(reason) ?? 0) + 1);
  // Sorting is stable: reasons used equally often stay in their usual order, so keys don't wander.
  return [...uses]
    .sort((a, b) => b[1] - a[1])
    .slice(0, TOP_REASONS)
    .map(([reason]) => reason);
}
