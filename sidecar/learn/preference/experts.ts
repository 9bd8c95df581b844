import { CATEGORIES } from '../../protocol/words.ts';
import { type BagOfWordsOptions, createBagOfWordsExpert } from './bagOfWordsExpert.ts';
import { CONTEXT_NAMES } from './contextFeatures.ts';
import type { Expert, ExpertInput } from './expert.ts';
import { FEATURE_NAMES } from './featureNames.ts';
import { createGaussianExpert } from './gaussianExpert.ts';
import { dot } from './linearAlgebra.ts';
import type { PreferencePrior } from './preferencePrior.ts';

export interface ExpertsOptions {
  readonly prior: PreferencePrior;
  readonly halfLife: number;
  readonly words: BagOfWordsOptions;
  /** Answer features that the user named in a reason: their weights may move further. */
  readonly named: ReadonlySet<number>;
}

/** How far a stranger's approval rate is from the usual one: precision of the intercept, in votes of doubt. */
const INTERCEPT_PRECISION = { answer: 1, inline: 4 } as const;
const SLOPE_PRECISION = 20;
const LENGTH_PRECISION = 2;
/** Public taste counts this much before the user has said anything. */
const TRUST = 0.7;
/** What is fixed, as good as. */
const RIGID = 1e6;
const NAMED_FREEDOM = 5;
const LOG_CHARS = FEATURE_NAMES.indexOf('log_chars');
const LOGPROB = CONTEXT_NAMES.indexOf('logprob');
const NO_LOGPROB = CONTEXT_NAMES.indexOf('no_logprob');

interface Term {
  readonly name: string;
  readonly mean: number;
  readonly precision: number;
}
type Row = (input: ExpertInput) => Float64Array;

const gaussian = (name: string, halfLife: number, terms: readonly Term[], row: Row): Expert =>
  createGaussianExpert({
    name,
    halfLife,
    row,
    terms: terms.map((term) => term.name),
    prior: {
      mean: Float64Array.from(terms, ({ mean }) => mean),
      precision: Float64Array.from(terms, ({ precision }) => precision),
    },
  });

const intercept = (mean: number, precision: number): Term => ({ name: 'intercept', mean, precision });

/**
 * Experts on whole answers: the running rate by category, the model's own confidence, public taste, length, public taste
 * with length, two of the user's own that begin at the public taste and keep to it more or less, one that begins at
 * nothing, for who likes the opposite, and the words. The first is the running rate.
 */
export function answerExperts({ prior, halfLife, words, named }: ExpertsOptions): Expert[] {
  const base = intercept(0, INTERCEPT_PRECISION.answer);
  const taste = publicTaste(prior);
  const tasteOf = (input: ExpertInput): number => dot(taste, input.answer);
  const lengthOf = (input: ExpertInput): number => input.answer[LOG_CHARS] ?? 0;
  const term = (name: string, mean: number, precision: number): Term => ({ name, mean, precision });
  const own = (precision: number, trust = TRUST): Expert =>
    gaussian(
      trust > 0 ? `own${precision}` : `fresh${precision}`,
      halfLife,
      [
        base,
        ...FEATURE_NAMES.map((name, i) =>
          term(name, trust * (taste[i] ?? 0), precision / (named.has(i) ? NAMED_FREEDOM : 1)),
        ),
      ],
      (input) => rowOf(input.intercept, input.answer),
    );
  return [
    rateExpert(base, halfLife),
    confidenceExpert(prior, base, halfLife, SLOPE_PRECISION),
    gaussian('public', halfLife, [base, term('taste', TRUST, SLOPE_PRECISION)], (input) =>
      Float64Array.of(input.intercept, tasteOf(input)),
    ),
    gaussian(
      'length',
      halfLife,
      [base, term('log_chars', prior.answer.lengthSlope, LENGTH_PRECISION)],
      (input) => Float64Array.of(input.intercept, lengthOf(input)),
    ),
    gaussian(
      'publicAndLength',
      halfLife,
      [base, term('taste', TRUST, 10), term('log_chars', 0, 1)],
      (input) => Float64Array.of(input.intercept, tasteOf(input), lengthOf(input)),
    ),
    ...[30, 100].map((precision) => own(precision)),
    own(10, 0),
    createBagOfWordsExpert(words),
  ];
}

/** Weights of the answer features that people share, length counted once more by itself. */
export function publicTaste({ answer }: PreferencePrior): Float64Array {
  return Float64Array.from(
    FEATURE_NAMES,
    (name) => answer.weights[name] + (name === 'log_chars' ? answer.lengthSlope : 0),
  );
}

/** Experts on completions at the cursor, where the situation says more than the few words offered. */
export function inlineExperts({ prior, halfLife }: ExpertsOptions): Expert[] {
  const { context } = prior;
  const base = intercept(context.intercept, INTERCEPT_PRECISION.inline);
  const weights = Float64Array.from(CONTEXT_NAMES, (name) => context.weights[name]);
  const own = (precision: number): Expert =>
    gaussian(
      `own${precision}`,
      halfLife,
      [base, ...CONTEXT_NAMES.map((name) => ({ name, mean: context.weights[name], precision }))],
      (input) => rowOf(input.intercept, input.context),
    );
  return [
    rateExpert(base, halfLife),
    confidenceExpert(prior, base, halfLife, RIGID),
    gaussian(
      'public',
      halfLife,
      [base, { name: 'situation', mean: 1, precision: SLOPE_PRECISION }],
      (input) => Float64Array.of(input.intercept, dot(weights, input.context)),
    ),
    ...[10, 30].map(own),
  ];
}

function rowOf(intercept: number, values: Float64Array): Float64Array {
  const row = new Float64Array(values.length + 1);
  row[0] = intercept;
  row.set(values, 1);
  return row;
}

const CATEGORY_PRECISION = 4;

/** How often this user approves, and how much that differs by category; categories share what they have in common. */
function rateExpert(base: Term, halfLife: number): Expert {
  const terms = [base, ...CATEGORIES.map((name) => ({ name, mean: 0, precision: CATEGORY_PRECISION }))];
  return gaussian('rate', halfLife, terms, ({ intercept: counts, category }) => {
    const row = new Float64Array(terms.length);
    row[0] = counts;
    if (category >= 0 && category < CATEGORIES.length) row[category + 1] = counts;
    return row;
  });
}

/** What the model's own mean log-probability says, as public decisions weigh it. */
function confidenceExpert(prior: PreferencePrior, base: Term, halfLife: number, precision: number): Expert {
  const { logprob, no_logprob, intercept: mean } = prior.context.logprobOnly;
  const terms = [base.mean === 0 ? base : { ...base, mean }, { name: 'confidence', mean: 1, precision }];
  return gaussian('confidence', halfLife, terms, ({ intercept: counts, context }) =>
    Float64Array.of(counts, logprob * (context[LOGPROB] ?? 0) + no_logprob * (context[NO_LOGPROB] ?? 0)),
  );
}
