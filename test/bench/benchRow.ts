/** What stands behind `--` on the command line, by name: a flag is '1'. */
export type BenchOptions = Readonly<Record<string, string>>;

/** One line of a bench. `ok` is null where there is no budget. */
export interface BenchRow {
  readonly bench: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** For example `<= 10`. */
  readonly budget: string;
  readonly ok: boolean | null;
}

/** A row whose value must be at most `limit`. */
export function atMost(bench: string, metric: string, value: number, unit: string, limit: number): BenchRow {
  return { bench, metric, value: rounded(value), unit, budget: `<= ${limit}`, ok: value <= limit };
}

/** A row whose value must be at least `limit`. */
export function atLeast(bench: string, metric: string, value: number, unit: string, limit: number): BenchRow {
  return { bench, metric, value: rounded(value), unit, budget: `>= ${limit}`, ok: value >= limit };
}

/** A row that only tells. */
export function noted(bench: string, metric: string, value: number, unit: string): BenchRow {
  return { bench, metric, value: rounded(value), unit, budget: '', ok: null };
}

const rounded = (value: number): number => Number(value.toPrecision(4));

/** The middle value; for an even count the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const low = sorted[Math.ceil(half) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(half)] ?? Number.NaN;
  return (low + high) / 2;
}
