import { CONTEXT_FLOORS, CONTEXT_NAMES } from './contextFeatures.ts';
import { FEATURE_NAMES } from './featureNames.ts';
import { fitLogistic, type LogisticRow } from './logistic.ts';
import { type PreferencePrior, preferencePriorSchema } from './preferencePrior.ts';
import { ANSWER_FLOORS, type Standardiser, standardised, standardiserOf } from './standardiser.ts';

/** Of two answers to one prompt the one that people or judges preferred. Features are raw. */
export interface PublicPair {
  readonly better: Float64Array;
  readonly worse: Float64Array;
  readonly weight: number;
}

/** A real verdict on a completion, with its raw context features. */
export interface PublicDecision {
  readonly context: Float64Array;
  readonly approved: boolean;
}

export interface PriorData {
  readonly pairs: readonly PublicPair[];
  readonly decisions: readonly PublicDecision[];
  readonly provenance: PreferencePrior['provenance'];
}

const ANSWER_PRECISION = 30;
const LENGTH_PRECISION = 1;
const CONTEXT_PRECISION = 10;
const FREE = 0.1;
const LOG_CHARS = FEATURE_NAMES.indexOf('log_chars');
/** Approval rate where there is no data at all, as the reference baselines take it. */
const USUAL_RATE = 0.35;

/** Fits the public prior. Deterministic; takes about a second for 10,000 pairs. */
export function fitPrior({ pairs, decisions, provenance }: PriorData): PreferencePrior {
  const answer = standardiserOf(
    pairs.flatMap(({ better, worse }) => [better, worse]),
    ANSWER_FLOORS,
  );
  const differences = pairs.map(({ better, worse, weight }) => ({
    x: difference(standardised(better, answer), standardised(worse, answer)),
    y: 1 as const,
    weight,
  }));
  const weights = ridge(differences, FEATURE_NAMES.length, ANSWER_PRECISION);
  const lengths = differences.map(({ x, y, weight }) => ({
    x: Float64Array.of(x[LOG_CHARS] ?? 0),
    y,
    weight,
  }));
  return preferencePriorSchema.parse({
    v: 1,
    provenance,
    answer: {
      ...named(FEATURE_NAMES, answer),
      weights: record(FEATURE_NAMES, weights),
      lengthSlope: rounded(ridge(lengths, 1, LENGTH_PRECISION)[0] ?? 0),
    },
    context: contextPart(decisions),
  });
}

function contextPart(decisions: readonly PublicDecision[]) {
  const scaling = standardiserOf(
    decisions.map(({ context }) => context),
    CONTEXT_FLOORS,
  );
  const rows = decisions.map(
    ({ context, approved }): LogisticRow => ({
      x: Float64Array.of(1, ...standardised(context, scaling)),
      y: approved ? 1 : 0,
      weight: 1,
    }),
  );
  const base = Math.log(USUAL_RATE / (1 - USUAL_RATE));
  const all = withIntercept(rows, CONTEXT_NAMES.length, CONTEXT_PRECISION, base);
  const columns = [CONTEXT_NAMES.indexOf('logprob'), CONTEXT_NAMES.indexOf('no_logprob')];
  const few = rows.map((row) => ({
    ...row,
    x: Float64Array.of(1, ...columns.map((i) => row.x[i + 1] ?? 0)),
  }));
  const alone = withIntercept(few, columns.length, 1, base);
  return {
    ...named(CONTEXT_NAMES, scaling),
    intercept: rounded(all[0] ?? base),
    weights: record(CONTEXT_NAMES, all.slice(1)),
    logprobOnly: {
      intercept: rounded(alone[0] ?? base),
      logprob: rounded(alone[1] ?? 0),
      no_logprob: rounded(alone[2] ?? 0),
    },
  };
}

function ridge(rows: readonly LogisticRow[], size: number, precision: number): Float64Array {
  const prior = { mean: new Float64Array(size), precision: new Float64Array(size).fill(precision) };
  return fitLogistic(rows, prior).mean;
}

function withIntercept(
  rows: readonly LogisticRow[],
  size: number,
  precision: number,
  base: number,
): Float64Array {
  const prior = {
    mean: Float64Array.of(base, ...new Float64Array(size)),
    precision: Float64Array.of(FREE, ...new Float64Array(size).fill(precision)),
  };
  return fitLogistic(rows, prior).mean;
}

const difference = (a: Float64Array, b: Float64Array): Float64Array =>
  a.map((value, i) => value - (b[i] ?? 0));
const rounded = (value: number): number => Number(value.toPrecision(5));

function record(names: readonly string[], values: Float64Array): Record<string, number> {
  return Object.fromEntries(names.map((name, i) => [name, rounded(values[i] ?? 0)]));
}

const named = (names: readonly string[], { centre, scale }: Standardiser) => ({
  centre: record(names, centre),
  scale: record(names, scale),
});
