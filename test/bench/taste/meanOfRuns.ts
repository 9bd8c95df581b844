import { mean } from '../learn/learnRow.ts';

/** The .975 quantiles of Student's t by degrees of freedom, from 1. More runs than it knows get the last, wider than theirs. */
const LAST = 2.262;
const T_975 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, LAST] as const;

/** Mean of one figure a run, with its 95 % interval by Student's t; none for a single run. */
export function meanOfRuns(values: readonly number[]): {
  readonly value: number;
  readonly interval?: [number, number];
} {
  const n = values.length;
  const value = mean(values);
  if (n < 2) return { value };
  const variance = values.reduce((sum, each) => sum + (each - value) ** 2, 0) / (n - 1);
  const half = (T_975[n - 2] ?? LAST) * Math.sqrt(variance / n);
  return { value, interval: [value - half, value + half] };
}
