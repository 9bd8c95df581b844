import { CONTEXT_NAMES } from './contextFeatures.ts';
import type { ExpertInput } from './expert.ts';
import { FEATURE_NAMES, type FeatureName } from './featureNames.ts';
import { FEATURE_WORDS } from './featureWords.ts';
import type { Mixture } from './mixture.ts';

/** One reason why a candidate is rated above or below the others. */
export interface Why {
  readonly feature: FeatureName;
  /** For example "more type hints" or "less prose". */
  readonly text: string;
  /** Log-odds that it adds to this candidate, against the mean of all. */
  readonly effect: number;
}

const MOST = 3;
/** Smaller differences can't be seen in the texts. */
const MIN_DIFFERENCE = 0.25;
const MIN_EFFECT = 0.02;

/** Log-odds a standard deviation of each answer feature: the experts' weights by their shares. */
export function tasteOf(mixture: Mixture): Float64Array {
  const shares = mixture.weights();
  return Float64Array.from(FEATURE_NAMES, (_, i) => {
    const probe = unit(i);
    return mixture.experts.reduce((sum, expert, k) => sum + (shares[k] ?? 0) * expert.margin(probe), 0);
  });
}

/**
 * Why each candidate stands where it stands, in the features' own words. One by itself is held against the answers that are
 * usual here.
 * @param taste as `tasteOf` tells it
 */
export function explain(taste: Float64Array, inputs: readonly ExpertInput[]): Why[][] {
  const middle = FEATURE_NAMES.map((_, i) =>
    inputs.length > 1 ? inputs.reduce((sum, { answer }) => sum + (answer[i] ?? 0), 0) / inputs.length : 0,
  );
  return inputs.map(({ answer }) =>
    FEATURE_NAMES.flatMap((feature, i): Why[] => {
      const difference = (answer[i] ?? 0) - (middle[i] ?? 0);
      const effect = difference * (taste[i] ?? 0);
      const words = FEATURE_WORDS[feature];
      if (!words || Math.abs(difference) < MIN_DIFFERENCE || Math.abs(effect) < MIN_EFFECT) return [];
      return [{ feature, text: `${difference > 0 ? 'more' : 'less'} ${words.label}`, effect }];
    })
      .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
      .slice(0, MOST),
  );
}

/** A standard deviation of one answer feature and nothing else. */
export function unit(i: number): ExpertInput {
  const answer = new Float64Array(FEATURE_NAMES.length);
  answer[i] = 1;
  return {
    intercept: 0,
    answer,
    context: new Float64Array(CONTEXT_NAMES.length),
    category: -1,
    words: new Map(),
  };
}
