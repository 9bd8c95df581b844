import { setImmediate } from 'node:timers/promises';
import { readCandidate } from '../learn/recordedTexts.ts';
import { wilson } from '../learn/statistics.ts';
import type { DecisionEntry, RequestEntry } from '../memory/index/memoryIndex.ts';
import type { Memory } from '../memory/memory.ts';
import { readEach } from '../memory/readEach.ts';
import type { Estimate, Rate, Suggestions } from '../protocol/statsSchemas.ts';
import { EXPLORED, isAlternative } from './ranking.ts';
import { readShown } from './rankingShown.ts';

/** What came of ranking, over the last decided requests with several answers. */
export interface RankingRecord {
  /** Absent parts have nothing to count. Rejects with `memory.*`. */
  get(): Promise<{ readonly alternatives?: Rate; readonly suggestions?: Suggestions }>;
}

/** One decided request with several answers. */
export interface ShownChoice {
  /** The answer that opened was approved or edited. */
  readonly wasChosen: boolean;
  readonly propensity: number;
  /** Of a request with an answer made because the first scored low: that one was approved or edited. */
  readonly alternative: boolean | undefined;
}

/** Newest decided requests that are looked at. */
const LOOKED_AT = 2_000;
const PAGE = 200;
const Z = 1.959964;

export function createRankingRecord({ memory }: { readonly memory: Memory }): RankingRecord {
  const choices = new Map<string, ShownChoice | undefined>();
  let position: number | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function read(live: readonly DecisionEntry[]): Promise<void> {
    const several = live.flatMap((entry) => {
      const request = memory.index.request(entry.request);
      return request && request.candidates.length > 1 ? [{ entry, request }] : [];
    });
    const found = await readEach(several, ({ entry, request }) => readChoice(memory, request, entry));
    for (const [at, { request }] of several.entries()) choices.set(request.request, found[at]);
  }
  async function readAll(): Promise<void> {
    choices.clear();
    let page = memory.index.liveDecisions({ limit: PAGE });
    for (let last = page.at(-1), seen = 0; last && seen < LOOKED_AT; last = page.at(-1)) {
      seen += page.length;
      await read(page);
      await setImmediate();
      page = memory.index.liveDecisions({ limit: PAGE, before: last.decision });
    }
  }
  async function update(): Promise<void> {
    const { position: now, requests } = memory.index.changedSince(position);
    position = now;
    try {
      if (!requests) return await readAll();
      for (const request of requests) choices.delete(request);
      await read(requests.flatMap((request) => memory.index.liveOf(request) ?? []));
    } catch (error) {
      position = undefined;
      throw error;
    }
  }

  return {
    get: async () => {
      const done = turn.then(update);
      turn = done.catch(() => undefined);
      await done;
      return rankingRates([...choices.values()].filter((each) => each !== undefined));
    },
  };
}

/** Rates and estimates of some choices. */
export function rankingRates(choices: readonly ShownChoice[]): Awaited<ReturnType<RankingRecord['get']>> {
  const alternatives = choices.flatMap(({ alternative }) => alternative ?? []);
  const several = choices.length;
  return {
    ...(alternatives.length > 0 && {
      alternatives: wilson(alternatives.filter(Boolean).length, alternatives.length),
    }),
    ...(several > 0 && {
      suggestions: {
        chosen: wilson(choices.filter(({ wasChosen }) => wasChosen).length, several),
        suggested: byPropensity(choices, isSuggested),
        atRandom: byPropensity(choices, () => true, shareAtRandom),
      },
    }),
  };
}

const isSuggested = ({ propensity }: ShownChoice): boolean => propensity > 0.5;

/** 1 / k: the probability of what opened, had chance chosen among the k that could. */
function shareAtRandom(choice: ShownChoice): number {
  return (choice.propensity - (isSuggested(choice) ? 1 - EXPLORED : 0)) / EXPLORED;
}

/**
 * How often what opened would have been chosen, had another rule opened answers: each choice counts by how much likelier
 * that rule would have opened the same one (Horvitz and Thompson 1952). What opened without chance tells nothing.
 */
function byPropensity(
  choices: readonly ShownChoice[],
  wouldOpen: (choice: ShownChoice) => boolean,
  share: (choice: ShownChoice) => number = () => 1,
): Estimate {
  const values = choices
    .filter(({ propensity }) => propensity < 1)
    .map((each) => (wouldOpen(each) && each.wasChosen ? share(each) / each.propensity : 0));
  const n = values.length;
  if (n === 0) return { value: null, n, low: 0, high: 1 };
  const value = values.reduce((sum, each) => sum + each, 0) / n;
  const variance = values.reduce((sum, each) => sum + (each - value) ** 2, 0) / Math.max(1, n - 1);
  const half = n > 1 ? Z * Math.sqrt(variance / n) : 1;
  return { value, n, low: value - half, high: value + half };
}

async function readChoice(
  memory: Memory,
  request: RequestEntry,
  live: DecisionEntry,
): Promise<ShownChoice | undefined> {
  const [shown, ...candidates] = await Promise.all([
    readShown(memory, request),
    ...request.candidates.map((each) => readCandidate(memory, each)),
  ]);
  if (!shown) return undefined;
  const liked = live.verdict === 'denied' ? undefined : live.candidate;
  const alternative = candidates.find((each) => isAlternative(each?.label))?.candidate;
  return {
    wasChosen: liked === shown.opened,
    propensity: shown.propensity,
    alternative: alternative === undefined ? undefined : liked === alternative,
  };
}
