import { cholesky, dot, solveCholesky } from '../../../sidecar/learn/preference/linearAlgebra.ts';
import { sigmoid } from '../../../sidecar/learn/preference/logistic.ts';

/** Weighted words; those of a difference may be negative. */
export type Words = ReadonlyMap<string, number>;

/** Words that a text holds, each once. */
export const wordPresence = (text: string): Words =>
  new Map([...new Set(text.toLowerCase().match(/[a-z_0-9]+/g) ?? [])].map((word) => [word, 1]));

/** Words of one text that the other has not, and the other way round. */
export function wordDifference(a: Words, b: Words): Words {
  const result = new Map<string, number>();
  for (const word of a.keys()) if (!b.has(word)) result.set(word, 1);
  for (const word of b.keys()) if (!a.has(word)) result.set(word, -1);
  return result;
}

export interface LinearBaseline {
  margin(words: Words): number;
  probability(words: Words): number;
}

const SMALL = 100;
/** As good as no penalty on the intercept. */
const FREE = 100;
const MAX_STEPS = 50;

/**
 * L2-regularised logistic regression with C = 1 on words that occur at least once (below 100 rows) or twice, fitted in
 * its dual by Newton's method (Rasmussen and Williams 2006, algorithm 3.1). `intercept` is off for comparisons.
 */
export function bagOfWords(rows: readonly { words: Words; y: 0 | 1 }[], intercept = true): LinearBaseline {
  const counts = new Map<string, number>();
  for (const { words } of rows)
    for (const word of words.keys()) counts.set(word, (counts.get(word) ?? 0) + 1);
  const least = rows.length < SMALL ? 1 : 2;
  const kept = rows.map(({ words }) => [...words].filter(([word]) => (counts.get(word) ?? 0) >= least));
  const dual = dualWeights(
    kernelOf(kept, intercept),
    rows.map(({ y }) => y),
  );
  const weights = new Map<string, number>();
  kept.forEach((words, i) => {
    for (const [word, value] of words) weights.set(word, (weights.get(word) ?? 0) + (dual[i] ?? 0) * value);
  });
  const base = intercept ? FREE * dual.reduce((a, b) => a + b, 0) : 0;
  const margin = (words: Words): number => {
    let sum = base;
    for (const [word, value] of words) sum += value * (weights.get(word) ?? 0);
    return sum;
  };
  return { margin, probability: (words) => sigmoid(margin(words)) };
}

function kernelOf(
  rows: readonly (readonly (readonly [string, number])[])[],
  intercept: boolean,
): Float64Array[] {
  const maps = rows.map((words) => new Map(words));
  const kernel = rows.map(() => new Float64Array(rows.length).fill(intercept ? FREE : 0));
  rows.forEach((words, i) => {
    for (let j = 0; j <= i; j += 1) {
      let sum = 0;
      for (const [word, value] of words) sum += value * (maps[j]?.get(word) ?? 0);
      const [own, other] = [kernel[i], kernel[j]];
      if (own && other) own[j] = other[i] = sum + (intercept ? FREE : 0);
    }
  });
  return kernel;
}

function dualWeights(kernel: readonly Float64Array[], y: readonly (0 | 1)[]): Float64Array {
  const size = y.length;
  let dual = new Float64Array(size);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const f = kernel.map((row) => dot(row, dual));
    const p = f.map(sigmoid);
    const roots = p.map((each) => Math.sqrt(Math.max(1e-9, each * (1 - each))));
    const b = Float64Array.from(f, (each, i) => (roots[i] ?? 0) ** 2 * each + (y[i] ?? 0) - (p[i] ?? 0));
    const values = new Float64Array(size * size);
    for (let i = 0; i < size; i += 1) {
      for (let j = 0; j < size; j += 1) {
        values[i * size + j] = (i === j ? 1 : 0) + (roots[i] ?? 0) * (kernel[i]?.[j] ?? 0) * (roots[j] ?? 0);
      }
    }
    const right = kernel.map((row, i) => (roots[i] ?? 0) * dot(row, b));
    const solved = solveCholesky(cholesky({ size, values }), right);
    const next = b.map((each, i) => each - (roots[i] ?? 0) * (solved[i] ?? 0));
    const moved = next.reduce((most, each, i) => Math.max(most, Math.abs(each - (dual[i] ?? 0))), 0);
    dual = next;
    if (moved < 1e-6) break;
  }
  return dual;
}
