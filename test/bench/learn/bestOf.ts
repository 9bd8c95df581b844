import { groupBy } from './groupBy.ts';
import { seeded, shuffled } from './seeded.ts';

/** One repeat of a best-of-four experiment: what is voted on, and the sets that are picked from. */
export interface Split<A> {
  readonly training: readonly A[];
  readonly sets: readonly (readonly A[])[];
  readonly random: () => number;
}

const TRAINING_SHARE = 0.6;
const SETS_A_PROMPT = 6;
const SET_SIZE = 4;

/** Splits prompts 60 : 40 by the seed; six random sets of four answers of each test prompt that has four. */
export function splitByPrompt<A extends { readonly prompt: string }>(
  answers: readonly A[],
  seed: number,
): Split<A> {
  const random = seeded(seed);
  const groups = groupBy(answers, ({ prompt }) => prompt);
  const prompts = shuffled([...groups.keys()].sort(), random);
  const cut = Math.round(TRAINING_SHARE * prompts.length);
  const training = shuffled(
    prompts.slice(0, cut).flatMap((prompt) => groups.get(prompt) ?? []),
    random,
  );
  const sets = prompts.slice(cut).flatMap((prompt) => {
    const own = groups.get(prompt) ?? [];
    if (own.length < SET_SIZE) return [];
    return Array.from({ length: SETS_A_PROMPT }, () => shuffled(own, random).slice(0, SET_SIZE));
  });
  return { training, sets, random };
}

/** (mean value of what is picked - mean at random) / (mean best - mean at random). */
export function gain<A>(
  sets: readonly (readonly A[])[],
  value: (a: A) => number,
  score: (a: A) => number,
): number {
  let picked = 0;
  let best = 0;
  let chance = 0;
  for (const set of sets) {
    const values = set.map(value);
    const scores = set.map(score);
    picked += values[scores.indexOf(Math.max(...scores))] ?? 0;
    best += Math.max(...values);
    chance += values.reduce((a, b) => a + b, 0) / values.length;
  }
  return (picked - chance) / (best - chance);
}
