import type { Taste } from '../protocol/tasteSchemas.ts';
import { unit } from './preference/explain.ts';
import { FEATURE_NAMES } from './preference/featureNames.ts';
import type { PreferenceModel } from './preference/preferenceModel.ts';
import type { LearnedFeature } from './preferenceKnowledge.ts';

/** Decisions and feedback below which nothing is said to be clear. */
export const CLEAR_FROM = 10;
/** The expert that begins at nothing: what it holds is this user's own, not public taste. */
const OWN_EXPERT = 'fresh10';
/** Standard deviations from nothing. Weights are drawn towards it, so that chance seldom gets past half of this. */
const CLEARLY = 2;
/** Log-odds a standard deviation of the feature; what is surely small changes nothing. */
const NOTICEABLE = 0.2;

/**
 * What the user is known to want more or less of, surest first; empty below `CLEAR_FROM`.
 * @param features as `preferenceKnowledge` tells them
 * @param n decisions and feedback that were learned from
 */
export function clearTastes(model: PreferenceModel, features: readonly LearnedFeature[], n: number): Taste[] {
  const own = model.state().mixture.experts.find(({ name }) => name === OWN_EXPERT);
  if (!own || n < CLEAR_FROM) return [];
  const clear = features.flatMap(({ feature, label, weight, named, moved }) => {
    const probe = unit(FEATURE_NAMES.indexOf(feature));
    const mine = own.margin(probe);
    const distance = Math.abs(mine) / Math.sqrt(Math.max(own.variance(probe), Number.EPSILON));
    // Where all experts together say the opposite, nothing is clear.
    const isClear = distance >= CLEARLY && Math.abs(mine) >= NOTICEABLE && weight * mine > 0;
    if (label === undefined || !isClear || named.length + moved.length === 0) return [];
    const taste: Taste = {
      ...{ feature, label, weight },
      wanted: mine > 0 ? 'more' : 'less',
      sureness: normalCdf(distance),
      named: [...named],
      moved: [...moved],
    };
    return [{ taste, distance }];
  });
  return clear.sort((a, b) => b.distance - a.distance).map(({ taste }) => taste);
}

/** Share of a normal distribution below `x` >= 0; wrong by less than 1e-4 (Abramowitz and Stegun 26.2.16). */
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.33267 * x);
  const tail = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  return 1 - tail * (0.4361836 * t - 0.1201676 * t ** 2 + 0.937298 * t ** 3);
}
