import type { BenchRow } from '../benchRow.ts';
import { seeded } from './seeded.ts';

/** A line of the learn bench: the figure, its interval, how much it rests on, and every baseline on the same data. */
export interface LearnRow extends BenchRow {
  readonly n: number;
  readonly interval: readonly [number, number] | null;
  readonly baselines: Readonly<Record<string, number>>;
}

export const SEED = 20_250_101;
const RESAMPLES = 5_000;

export const mean = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);

/** 95 % interval of a statistic by resampling whole units (developers, repeats, prompts) with replacement. */
export function bootstrap<T>(
  units: readonly T[],
  statistic: (drawn: readonly T[]) => number,
): [number, number] {
  const random = seeded(SEED);
  const drawn: number[] = [];
  for (let i = 0; i < RESAMPLES; i += 1) {
    const sample = units
      .map(() => units[Math.floor(random() * units.length)])
      .filter((unit) => unit !== undefined);
    drawn.push(statistic(sample));
  }
  drawn.sort((a, b) => a - b);
  const at = (share: number): number =>
    drawn[Math.min(RESAMPLES - 1, Math.floor(share * RESAMPLES))] ?? Number.NaN;
  return [at(0.025), at(0.975)];
}

export interface Figure {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly n: number;
  readonly interval?: readonly [number, number];
  readonly baselines?: Readonly<Record<string, number>>;
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** A row from a figure and its bound, if it has one. */
export function learnRow({ metric, value, unit, n, interval, baselines, atMost, atLeast }: Figure): LearnRow {
  const ok = atMost !== undefined ? value <= atMost : atLeast !== undefined ? value >= atLeast : null;
  const budget = atMost !== undefined ? `<= ${atMost}` : atLeast !== undefined ? `>= ${atLeast}` : '';
  return {
    bench: 'learn',
    metric,
    value,
    unit,
    budget,
    ok,
    n,
    interval: interval ?? null,
    baselines: baselines ?? {},
  };
}
