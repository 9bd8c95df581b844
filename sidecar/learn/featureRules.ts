import { setImmediate } from 'node:timers/promises';
import { FEATURE_SENTENCES, type FeatureSentence } from './featureSentences.ts';
import { unit } from './preference/explain.ts';
import { FEATURE_NAMES } from './preference/featureNames.ts';
import type { Observation, Subject } from './preference/observation.ts';
import type { PreferenceModel } from './preference/preferenceModel.ts';
import { standardised } from './preference/standardiser.ts';
import type { PreferenceBook } from './preferenceBook.ts';
import type { Source } from './preferenceSources.ts';

/** A taste that the preference model is sure of, with the decisions that show it. */
export interface FeatureRule extends FeatureSentence {
  readonly id: string;
  /** Decisions whose verdict goes with it, newest first. */
  readonly evidence: readonly string[];
  readonly against: readonly string[];
}

export interface FeatureRules {
  /** By what is learned now; what shows it follows in the background. */
  current(): readonly FeatureRule[];
  /** Resolves when `current` has all that shows it. */
  settled(): Promise<void>;
}

/** The expert that begins at nothing: what it holds is this user's own, not public taste. */
const OWN_EXPERT = 'fresh10';
/** Standard deviations that a weight lies from nothing. */
const SURE = 2;
/** Log-odds a standard deviation of the feature; what is surely small changes nothing. */
const NOTICEABLE = 0.2;
const LEAST_DECISIONS = 10;
const LEAST_EVIDENCE = 4;
/** Of ten decisions that speak to it at least six and a half must speak for it. */
const LEAST_SHARE = 0.65;
const MOST_RULES = 4;
/** Standard deviations from the usual answer at which a verdict speaks to a feature. */
const NOTABLE = 0.5;
/** Newest decisions that are looked at. */
const LOOKED_AT = 300;
const STRETCH = 20;

type Preferences = Pick<PreferenceBook, 'model' | 'learned' | 'observationsOf'>;

export function createFeatureRules(preferences: Preferences): FeatureRules {
  let key = '';
  let found: readonly FeatureRule[] = [];
  let looking: Promise<void> = Promise.resolve();

  async function look(asOf: string, tastes: readonly Taste[]): Promise<void> {
    const shown = await evidenceOf(preferences, tastes, () => asOf !== key);
    if (asOf === key)
      found = tastes.flatMap((taste) => ruleOf(taste, shown.get(taste.id))).slice(0, MOST_RULES);
  }
  function current(): readonly FeatureRule[] {
    const learned = preferences.learned();
    const now = `${learned.length} ${learned.at(-1)?.key ?? ''} ${preferences.model().state().counts.votes}`;
    if (now === key) return found;
    key = now;
    const tastes = learned.length < LEAST_DECISIONS ? [] : tastesOf(preferences.model());
    const held = new Set(tastes.map((each) => each.id));
    const there = new Set(learned.map((each) => each.id));
    found = found.filter((each) => held.has(each.id) && each.evidence.every((id) => there.has(id)));
    // What can't be read is not shown; the next change looks again.
    if (tastes.length > 0) looking = look(now, tastes).catch(() => undefined);
    return found;
  }
  return {
    current,
    settled: async () => {
      current();
      await looking;
    },
  };
}

interface Taste {
  readonly id: string;
  readonly place: number;
  /** 1 for more of it, -1 for less. */
  readonly side: 1 | -1;
  readonly sentence: FeatureSentence;
  readonly strength: number;
}

/** What the model is sure of, strongest first. */
function tastesOf(model: PreferenceModel): Taste[] {
  const expert = model.state().mixture.experts.find((each) => each.name === OWN_EXPERT);
  if (!expert) return [];
  const tastes = FEATURE_NAMES.flatMap((feature, place): Taste[] => {
    const sides = FEATURE_SENTENCES[feature];
    if (!sides) return [];
    const probe = unit(place);
    const weight = expert.margin(probe);
    const sentence = weight > 0 ? sides.more : sides.less;
    const strength = Math.abs(weight) / Math.sqrt(Math.max(expert.variance(probe), Number.EPSILON));
    if (!sentence || strength <= SURE || Math.abs(weight) < NOTICEABLE) return [];
    const side = weight > 0 ? 1 : -1;
    return [{ id: `feature:${feature}:${side > 0 ? 'more' : 'less'}`, place, side, sentence, strength }];
  });
  return tastes.sort((a, b) => b.strength - a.strength);
}

interface Shown {
  readonly for: string[];
  readonly against: string[];
}

async function evidenceOf(
  preferences: Preferences,
  tastes: readonly Taste[],
  isOvertaken: () => boolean,
): Promise<Map<string, Shown>> {
  const shown = new Map(tastes.map(({ id }): [string, Shown] => [id, { for: [], against: [] }]));
  const { answer } = preferences.model().state().scaling;
  const scaled = (subject: Subject): Float64Array => standardised(subject.answer, answer);
  const newest: Source[] = preferences.learned().slice(-LOOKED_AT).reverse();
  for (const [at, source] of newest.entries()) {
    if (at % STRETCH === STRETCH - 1) await setImmediate();
    if (isOvertaken()) break;
    if (source.kind !== 'decision') continue;
    const said = (await preferences.observationsOf(source)).map((each) => leaningOf(each, scaled));
    for (const { id, place, side } of tastes) {
      const leaning = side * said.reduce((sum, each) => sum + (each[place] ?? 0), 0);
      if (Math.abs(leaning) >= NOTABLE) shown.get(id)?.[leaning > 0 ? 'for' : 'against'].push(source.id);
    }
  }
  return shown;
}

/** Which way a verdict leans in each feature: towards what was approved, away from what was denied. */
function leaningOf(observation: Observation, scaled: (subject: Subject) => Float64Array): Float64Array {
  if (observation.kind === 'vote') {
    const sign = observation.approved ? 1 : -1;
    return scaled(observation.subject).map((value) => sign * value);
  }
  const worse = scaled(observation.worse);
  return scaled(observation.better).map((value, i) => value - (worse[i] ?? 0));
}

function ruleOf({ id, sentence }: Taste, shown: Shown | undefined): FeatureRule[] {
  const [speaking, against] = [shown?.for ?? [], shown?.against ?? []];
  const share = speaking.length / Math.max(1, speaking.length + against.length);
  if (speaking.length < LEAST_EVIDENCE || share < LEAST_SHARE) return [];
  return [{ ...sentence, id, evidence: speaking, against }];
}
