import { setImmediate } from 'node:timers/promises';
import { unit } from './preference/explain.ts';
import { FEATURE_NAMES, type FeatureName } from './preference/featureNames.ts';
import { FEATURE_WORDS } from './preference/featureWords.ts';
import type { Mixture } from './preference/mixture.ts';
import { logLoss } from './preference/mixture.ts';
import { inputOf, type Observation, type Scaling } from './preference/observation.ts';
import type { Evidence, PreferenceBook } from './preferenceBook.ts';

/** What is learned of one feature of answers. */
export interface LearnedFeature {
  readonly feature: FeatureName;
  /** Follows "more" or "less"; undefined for a feature that has no name people use. */
  readonly label: string | undefined;
  /** Log-odds of an approval that one standard deviation more of it adds. */
  readonly weight: number;
  /** Standard deviation of that weight: how sure it is. */
  readonly sd: number;
  /** Decisions, and feedback by its own id, whose reasons name it, newest first. */
  readonly named: readonly string[];
  /** Those that moved it most without naming it, strongest first. */
  readonly moved: readonly string[];
}

export interface PreferenceKnowledge {
  /** Those furthest from nothing first, in standard deviations. */
  readonly features: readonly LearnedFeature[];
  /** Share of each expert in the predictions, by name. */
  readonly shares: Readonly<Record<string, number>>;
  readonly evidence: Evidence;
  /** Mean log losses of the last predictions made before their outcome, and of the running rate on the same; `n` of them. */
  readonly losses: { readonly n: number; readonly ours: number; readonly runningRate: number } | undefined;
}

/** Newest sources that are looked through for what moved a weight. */
const MAX_LOOKED_AT = 500;
const MAX_NAMED = 20;
const MAX_MOVED = 5;
/** Smaller differences, in standard deviations, move next to nothing. */
const MIN_PULL = 0.5;

type Taste = Pick<PreferenceBook, 'model' | 'evidence' | 'forecasts' | 'learned' | 'observationsOf'>;

/** What the model has learned, with the decisions that it came from. Rejects with `memory.*`. */
export async function preferenceKnowledge(book: Taste): Promise<PreferenceKnowledge> {
  const { mixture, scaling } = book.model().state();
  const weights = FEATURE_NAMES.map((_, i) => weightOf(mixture, i));
  const named = FEATURE_NAMES.map((): string[] => []);
  const pulls = FEATURE_NAMES.map((): { id: string; pull: number }[] => []);
  for (const source of book.learned().slice(-MAX_LOOKED_AT).reverse()) {
    const observations = await book.observationsOf(source);
    for (const [i, feature] of FEATURE_NAMES.entries()) {
      if (observations.some(({ reasons = [] }) => reasons.some((each) => each.feature === feature)))
        named[i]?.push(source.id);
    }
    addPulls(pulls, source.id, observations, scaling, weights);
    await setImmediate();
  }
  const features = FEATURE_NAMES.map((feature, i): LearnedFeature => {
    const { weight, sd } = weights[i] ?? { weight: 0, sd: 0 };
    const reasoned = new Set(named[i]);
    const moved = (pulls[i] ?? []).filter(({ id }) => !reasoned.has(id)).sort((a, b) => b.pull - a.pull);
    return {
      ...{ feature, label: FEATURE_WORDS[feature]?.label, weight, sd },
      named: [...reasoned].slice(0, MAX_NAMED),
      moved: moved.slice(0, MAX_MOVED).map(({ id }) => id),
    };
  });
  return {
    features: features.sort((a, b) => sureness(b) - sureness(a)),
    shares: book.model().shares(),
    evidence: book.evidence(),
    losses: lossesOf(book),
  };
}

const sureness = ({ weight, sd }: Pick<LearnedFeature, 'weight' | 'sd'>): number =>
  Math.abs(weight) / Math.max(sd, 1e-9);

/** Mean and deviation over the experts by their shares: what one doubts and where they disagree. */
function weightOf(mixture: Mixture, place: number): { readonly weight: number; readonly sd: number } {
  const shares = mixture.weights();
  const probe = unit(place);
  const each = mixture.experts.map((expert, k) => ({
    share: shares[k] ?? 0,
    mean: expert.margin(probe),
    variance: expert.variance(probe),
  }));
  const weight = each.reduce((sum, { share, mean }) => sum + share * mean, 0);
  const variance = each.reduce(
    (sum, { share, mean, variance: own }) => sum + share * (own + (mean - weight) ** 2),
    0,
  );
  return { weight, sd: Math.sqrt(variance) };
}

/** Notes how strongly a source speaks for each weight's direction: its difference from the usual, or between two. */
function addPulls(
  pulls: readonly { id: string; pull: number }[][],
  id: string,
  observations: readonly Observation[],
  scaling: Scaling,
  weights: readonly { readonly weight: number }[],
): void {
  const most = new Float64Array(FEATURE_NAMES.length);
  for (const each of observations) {
    const [up, down] = sidesOf(each, scaling);
    for (const [i, { weight }] of weights.entries()) {
      const pull = ((up?.[i] ?? 0) - (down?.[i] ?? 0)) * Math.sign(weight);
      most[i] = Math.max(most[i] ?? 0, pull);
    }
  }
  for (const [i, pull] of most.entries()) if (pull >= MIN_PULL) pulls[i]?.push({ id, pull });
}

/** What was liked, and what was not. */
function sidesOf(each: Observation, scaling: Scaling): [Float64Array | undefined, Float64Array | undefined] {
  if (each.kind === 'comparison')
    return [inputOf(each.better, scaling).answer, inputOf(each.worse, scaling).answer];
  const { answer } = inputOf(each.subject, scaling);
  return each.approved ? [answer, undefined] : [undefined, answer];
}

function lossesOf(book: Taste): PreferenceKnowledge['losses'] {
  const forecasts = book.forecasts();
  const n = forecasts.length;
  if (n === 0) return undefined;
  const mean = (of: 'p' | 'rate'): number =>
    forecasts.reduce((sum, each) => sum + logLoss(each[of], each.y), 0) / n;
  return { n, ours: mean('p'), runningRate: mean('rate') };
}
