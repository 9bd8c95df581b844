/** The .975 quantiles of Student's t by degrees of freedom, from 1. */
const T_975 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262] as const;
const NORMAL_975 = 1.96;

/** Mean of one figure a run, with its 95 % interval by Student's t; none for a single run. */
export function meanOfRuns(values: readonly number[]): {
  readonly value: number;
  readonly interval?: [number, number];
} {
  const n = values.length;
  const value = values.reduce((sum, each) => sum + each, 0) / Math.max(1, n);
  if (n < 2) return { value };
  const variance = values.reduce((sum, each) => sum + (each - value) ** 2, 0) / (n - 1);
  const half = (T_975[n - 2] ?? NORMAL_975) * Math.sqrt(variance / n);
  return { value, interval: [value - half, value + half] };
}
