import type { LogisticPosterior } from './logistic.ts';
import { clipped } from './mixture.ts';
import { createOnlineLogistic } from './onlineLogistic.ts';

/** Makes said probabilities match what happens. */
export interface Calibration {
  /** The corrected probability; rises with the said one. */
  correct(p: number): number;
  /** @param p as it was said before the outcome was known */
  learn(p: number, y: 0 | 1): void;
  posterior(): LogisticPosterior;
  replace(posterior: LogisticPosterior): void;
}

const SHIFT_PRECISION = 100;
const SLOPE_PRECISION = 100;
/** Keeps the correction rising: it never turns an order around. */
const MIN_SLOPE = 0.05;

const logit = (p: number): number => Math.log(clipped(p) / (1 - clipped(p)));

/**
 * Platt's scaling (1999) on the log-odds with a normal prior on "already right", learned from predictions that were made
 * before their outcome.
 */
export function createCalibration(halfLife: number): Calibration {
  const model = createOnlineLogistic(
    { mean: Float64Array.of(0, 1), precision: Float64Array.of(SHIFT_PRECISION, SLOPE_PRECISION) },
    halfLife,
  );
  return {
    correct: (p) => {
      const [shift = 0, slope = 1] = model.mean();
      const z = shift + Math.max(MIN_SLOPE, slope) * logit(p);
      return 1 / (1 + Math.exp(-z));
    },
    learn: (p, y) => model.learn({ x: Float64Array.of(1, logit(p)), y, weight: 1 }),
    posterior: model.posterior,
    replace: model.replace,
  };
}
