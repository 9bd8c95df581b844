import { addOuter, diagonalMatrix, dot, inverse, multiply, type SymmetricMatrix } from './linearAlgebra.ts';
import {
  type GaussianPrior,
  type LogisticPosterior,
  type LogisticRow,
  predictLogistic,
  sigmoid,
} from './logistic.ts';

/** A logistic regression that learns one observation at a time and lets old ones fade towards its prior. */
export interface OnlineLogistic {
  /** A copy, which learning does not change. */
  readonly posterior: () => LogisticPosterior;
  /** Weights at the mode; not to be written to. */
  readonly mean: () => Float64Array;
  /** Probability of yes at a row. */
  readonly predict: (x: Float64Array) => number;
  readonly learn: (row: LogisticRow) => void;
  /** Goes on from another posterior. */
  readonly replace: (posterior: LogisticPosterior) => void;
}

/** Observations between two times that old ones fade; each costs an inversion. */
const BLOCK = 64;
const SCALAR_STEPS = 20;

/**
 * Sequential Laplace approximation (Spiegelhalter and Lauritzen 1990): each observation moves the posterior to its exact
 * mode along the observed row, and the covariance by a rank-one update, in O(d^2).
 * @param halfLife observations after which one counts half; Infinity for no forgetting
 */
export function createOnlineLogistic(prior: GaussianPrior, halfLife: number): OnlineLogistic {
  let mean: Float64Array = Float64Array.from(prior.mean);
  let covariance: SymmetricMatrix = diagonalMatrix(prior.precision.map((each) => 1 / each));
  let sinceFading = 0;

  const fade = (): void => {
    const kept = 2 ** (-sinceFading / halfLife);
    sinceFading = 0;
    const faded = fadeTowards(prior, { mean, covariance }, kept);
    mean = faded.mean;
    covariance = faded.covariance;
  };

  return {
    posterior: () => ({
      mean: Float64Array.from(mean),
      covariance: { size: covariance.size, values: Float64Array.from(covariance.values) },
    }),
    mean: () => mean,
    predict: (x) => predictLogistic({ mean, covariance }, x),
    learn: ({ x, y, weight }) => {
      const gain = multiply(covariance, x);
      const margin = dot(mean, x);
      const variance = Math.max(0, dot(gain, x));
      const at = scalarMode(margin, variance, y, weight);
      const p = sigmoid(at);
      const pull = weight * (y - p);
      mean = mean.map((each, i) => each + pull * (gain[i] ?? 0));
      const curvature = weight * p * (1 - p);
      addOuter(covariance, gain, -curvature / (1 + curvature * variance));
      sinceFading += 1;
      if (Number.isFinite(halfLife) && sinceFading >= BLOCK) fade();
    },
    replace: (posterior) => {
      mean = Float64Array.from(posterior.mean);
      covariance = {
        size: posterior.covariance.size,
        values: Float64Array.from(posterior.covariance.values),
      };
      sinceFading = 0;
    },
  };
}

/** Mode of log-likelihood plus normal prior in the one direction that the observation speaks of: a = m + v w (y - s(a)). */
function scalarMode(margin: number, variance: number, y: 0 | 1, weight: number): number {
  let low = margin - variance * weight;
  let high = margin + variance * weight;
  let at = margin;
  for (let step = 0; step < SCALAR_STEPS; step += 1) {
    const p = sigmoid(at);
    const off = at - margin - variance * weight * (y - p);
    if (Math.abs(off) < 1e-12) break;
    if (off > 0) high = at;
    else low = at;
    const next = at - off / (1 + variance * weight * p * (1 - p));
    at = next > low && next < high ? next : (low + high) / 2;
  }
  return at;
}

/** Keeps the given share of what observations added to the prior, in natural parameters. */
function fadeTowards(
  prior: GaussianPrior,
  { mean, covariance }: LogisticPosterior,
  kept: number,
): LogisticPosterior {
  const precision = inverse(covariance);
  const natural = multiply(precision, mean);
  const { size, values } = precision;
  for (let i = 0; i < size; i += 1) {
    const own = prior.precision[i] ?? 0;
    for (let j = 0; j < size; j += 1) values[i * size + j] = kept * (values[i * size + j] ?? 0);
    values[i * size + i] = (values[i * size + i] ?? 0) + (1 - kept) * own;
    natural[i] = kept * (natural[i] ?? 0) + (1 - kept) * own * (prior.mean[i] ?? 0);
  }
  const next = inverse(precision);
  return { mean: multiply(next, natural), covariance: next };
}
