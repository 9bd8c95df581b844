import {
  addOuterLower,
  cholesky,
  diagonalMatrix,
  dot,
  inverse,
  mirrorLower,
  type SymmetricMatrix,
  solveCholesky,
} from './linearAlgebra.ts';
import { finish, type Steps } from './steps.ts';

/** One weighted yes-or-no observation: `y` was seen at the row `x`. */
export interface LogisticRow {
  readonly x: Float64Array;
  readonly y: 0 | 1;
  /** How many observations it counts as; at least 0. */
  readonly weight: number;
}

/** Independent normal prior of the weights; precisions are above zero. */
export interface GaussianPrior {
  readonly mean: Float64Array;
  readonly precision: Float64Array;
}

/** Normal approximation of the posterior at its mode. */
export interface LogisticPosterior {
  readonly mean: Float64Array;
  readonly covariance: SymmetricMatrix;
}

export const sigmoid = (z: number): number =>
  z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));
/** log(1 + e^z) without overflow. */
export const softplus = (z: number): number => Math.max(0, z) + Math.log1p(Math.exp(-Math.abs(z)));

const MAX_STEPS = 30;
const ROWS_A_STEP = 200;
/** In nats of the objective, twice over (the Newton decrement). */
const TOLERANCE = 1e-7;

/**
 * Mode of the penalised likelihood sum w log p(y | x) + log prior, by Newton's method with step halving (the objective
 * is strictly concave, so the mode is the only one), and the Laplace approximation there (Bishop 2006, section 4.5).
 */
export function fitLogistic(
  rows: readonly LogisticRow[],
  prior: GaussianPrior,
  start?: Float64Array,
): LogisticPosterior {
  return finish(fitLogisticSteps(rows, prior, start));
}

/** As `fitLogistic`, in steps of about a millisecond. */
export function* fitLogisticSteps(
  rows: readonly LogisticRow[],
  prior: GaussianPrior,
  start?: Float64Array,
): Steps<LogisticPosterior> {
  let mean: Float64Array = Float64Array.from(start ?? prior.mean);
  let value = logPosterior(rows, prior, mean);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const { gradient, curvature } = yield* derivatives(rows, prior, mean);
    const direction = solveCholesky(cholesky(curvature), gradient);
    if (dot(direction, gradient) < TOLERANCE) {
      // So near the mode that the last step squares the error.
      mean = moved(mean, direction, 1);
      break;
    }
    let scale = 1;
    let next = moved(mean, direction, scale);
    let reached = logPosterior(rows, prior, next);
    yield;
    while (reached < value && scale > 1e-6) {
      scale /= 2;
      next = moved(mean, direction, scale);
      reached = logPosterior(rows, prior, next);
    }
    if (reached <= value) break;
    mean = next;
    value = reached;
  }
  const { curvature } = yield* derivatives(rows, prior, mean);
  return { mean, covariance: inverse(curvature) };
}

/** The objective of `fitLogistic`, up to a constant. */
export function logPosterior(
  rows: readonly LogisticRow[],
  prior: GaussianPrior,
  weights: Float64Array,
): number {
  let sum = 0;
  for (const { x, y, weight } of rows) {
    const z = dot(weights, x);
    sum -= weight * softplus(y === 1 ? -z : z);
  }
  for (let i = 0; i < weights.length; i += 1) {
    const off = (weights[i] ?? 0) - (prior.mean[i] ?? 0);
    sum -= ((prior.precision[i] ?? 0) * off * off) / 2;
  }
  return sum;
}

function* derivatives(
  rows: readonly LogisticRow[],
  prior: GaussianPrior,
  weights: Float64Array,
): Steps<{ readonly gradient: Float64Array; readonly curvature: SymmetricMatrix }> {
  const gradient = Float64Array.from(
    weights,
    (weight, i) => -(prior.precision[i] ?? 0) * (weight - (prior.mean[i] ?? 0)),
  );
  const curvature = diagonalMatrix(prior.precision);
  for (const [at, { x, y, weight }] of rows.entries()) {
    if (at % ROWS_A_STEP === ROWS_A_STEP - 1) yield;
    const p = sigmoid(dot(weights, x));
    const pull = weight * (y - p);
    for (let i = 0; i < x.length; i += 1) gradient[i] = (gradient[i] ?? 0) + pull * (x[i] ?? 0);
    addOuterLower(curvature, x, weight * p * (1 - p));
  }
  mirrorLower(curvature);
  return { gradient, curvature };
}

const moved = (from: Float64Array, direction: Float64Array, scale: number): Float64Array =>
  from.map((each, i) => each + scale * (direction[i] ?? 0));

/**
 * Probability of yes at a row, the uncertainty of the weights taken into account: the logistic function averaged over
 * the posterior, approximated as in MacKay (1992), "The evidence framework applied to classification networks".
 */
export function predictLogistic(posterior: LogisticPosterior, x: Float64Array): number {
  const { margin, variance } = marginOf(posterior, x);
  return sigmoid(margin / Math.sqrt(1 + (Math.PI * variance) / 8));
}

/** Mean and variance of the weighted sum at a row. */
export function marginOf({ mean, covariance }: LogisticPosterior, x: Float64Array) {
  const { size, values } = covariance;
  let variance = 0;
  for (let i = 0; i < size; i += 1) {
    const factor = x[i] ?? 0;
    if (factor === 0) continue;
    let sum = 0;
    for (let j = 0; j < size; j += 1) sum += (values[i * size + j] ?? 0) * (x[j] ?? 0);
    variance += factor * sum;
  }
  return { margin: dot(mean, x), variance: Math.max(0, variance) };
}
