import { BAG_OF_WORDS_DEFAULTS, type BagOfWordsOptions } from './bagOfWordsExpert.ts';
import { createCalibration } from './calibration.ts';
import { CONTEXT_FLOORS } from './contextFeatures.ts';
import { createForecastRace, USEFUL_E } from './eValue.ts';
import type { ExpertInput, ExpertObservation } from './expert.ts';
import { answerExperts, inlineExperts } from './experts.ts';
import { explain, tasteOf, type Why } from './explain.ts';
import { FEATURE_NAMES } from './featureNames.ts';
import { clipped, createMixture, type Mixture } from './mixture.ts';
import {
  differenceOf,
  expertObservations,
  inputOf,
  type Observation,
  type Scaling,
  type Subject,
} from './observation.ts';
import { answerStandardiser, contextStandardiser, type PreferencePrior } from './preferencePrior.ts';
import { ANSWER_FLOORS, adaptedStandardiser } from './standardiser.ts';
import { finish, type Steps } from './steps.ts';

export type Surface = 'answer' | 'inline';

export interface PreferenceModelOptions {
  readonly prior: PreferencePrior;
  readonly surface: Surface;
  readonly words?: BagOfWordsOptions;
  /** Decisions after which one counts half; Infinity for no forgetting. */
  readonly halfLife?: number;
}

export interface Ranked {
  /** Place among the candidates that were given. */
  readonly index: number;
  /** Calibrated probability that the user approves. */
  readonly p: number;
  /** What sets it apart from the others, strongest first. */
  readonly why: readonly Why[];
}

/** An approval that was foretold, and what came. */
export interface Forecast {
  readonly p: number;
  /** What the user's running rate said. */
  readonly rate: number;
  readonly y: 0 | 1;
}

/** Everything that learning changes; replaced as a whole by a refit. */
export interface PreferenceState {
  readonly scaling: Scaling;
  readonly named: ReadonlySet<number>;
  readonly mixture: Mixture;
  readonly calibration: ReturnType<typeof createCalibration>;
  readonly race: ReturnType<typeof createForecastRace>;
  readonly counts: { votes: number; comparisons: number; reasons: number };
  readonly decisions: string[];
  /** The last predictions that were made before their outcome, oldest first. */
  readonly forecasts: Forecast[];
}

/** Predicts a user's verdicts and ranks candidates by them. */
export interface PreferenceModel {
  /** Calibrated probability that the user approves. */
  predict(subject: Subject): number;
  /** Probability that the user prefers the first. */
  prefers(a: Subject, b: Subject): number;
  /** Best first; candidates that are alike keep their order. */
  rank(subjects: readonly Subject[]): Ranked[];
  /** Takes in one observation. */
  learn(observation: Observation): void;
  /** Learns from scratch, and exactly; oldest first. */
  refit(observations: readonly Observation[]): void;
  /** As `refit`, in steps of about a millisecond; ranking goes on with what was learned before until the last. */
  refitSteps(observations: readonly Observation[]): Steps;
  /** Evidence that its predictions beat the user's running rate; ranking acts at `USEFUL_E` and above. */
  evidence(): { readonly e: number; readonly useful: boolean };
  /** Share of each expert, by name. */
  shares(): Record<string, number>;
  state(): PreferenceState;
}

const HALF_LIFE = 300;
const MIXTURE_RATE = 0.5;
/** Answers that the usual centre and scale of features count as. */
const SCALING_PSEUDO_COUNT = 8;
const SCALED_FROM = 500;
/** What weighs under 0.8 % is left out. */
const HALF_LIVES_KEPT = 7;
const MAX_LOG = 700;
const MAX_FORECASTS = 300;

export const DEFAULT_HALF_LIFE = HALF_LIFE;
/** Observations that a refit looks at with the usual half-life; older ones weigh next to nothing. */
export const OBSERVATIONS_KEPT: number = HALF_LIVES_KEPT * HALF_LIFE;

export function createPreferenceModel(
  options: PreferenceModelOptions,
  restored?: PreferenceState,
): PreferenceModel {
  const halfLife = options.halfLife ?? HALF_LIFE;
  let state = restored ?? newState(options, [], halfLife);

  let taste: Float64Array | undefined;

  const said = (input: ExpertInput): number => state.mixture.predict(input);
  function* refitSteps(observations: readonly Observation[]): Steps {
    const kept = observations.slice(-Math.min(observations.length, HALF_LIVES_KEPT * halfLife));
    const next = newState(options, kept, halfLife);
    const rows: ExpertObservation[] = [];
    for (const observation of kept) {
      yield;
      rows.push(...learnInto(next, observation));
    }
    for (const expert of next.mixture.experts) {
      yield;
      yield* expert.refitSteps(rows);
    }
    state = next;
    taste = undefined;
  }
  return {
    predict: (subject) => state.calibration.correct(said(inputOf(subject, state.scaling))),
    prefers: (a, b) => said(differenceOf(inputOf(a, state.scaling), inputOf(b, state.scaling))),
    rank: (subjects) => {
      const inputs = subjects.map((subject) => inputOf(subject, state.scaling));
      taste ??= tasteOf(state.mixture);
      const whys = explain(taste, inputs);
      const ranked = inputs.map((input, index) => ({
        index,
        p: state.calibration.correct(said(input)),
        why: whys[index] ?? [],
      }));
      return ranked.sort((a, b) => b.p - a.p || a.index - b.index);
    },
    learn: (observation) => {
      taste = undefined;
      learnInto(state, observation);
    },
    refit: (observations) => finish(refitSteps(observations)),
    refitSteps,
    evidence: () => {
      const e = Math.exp(Math.min(MAX_LOG, state.race.logE()));
      return { e, useful: e >= USEFUL_E };
    },
    shares: () => {
      const weights = state.mixture.weights();
      return Object.fromEntries(state.mixture.experts.map(({ name }, k) => [name, weights[k] ?? 0]));
    },
    state: () => state,
  };
}

/** A state that has learned nothing yet, scaled and freed for what is to come. */
export function newState(
  options: PreferenceModelOptions,
  observations: readonly Observation[],
  halfLife = options.halfLife ?? HALF_LIFE,
): PreferenceState {
  const { prior, surface } = options;
  const seen = observations
    .slice(-SCALED_FROM)
    .flatMap((each) => subjectsOf(each).map(({ answer }) => answer));
  const scaling: Scaling = {
    answer: adaptedStandardiser(answerStandardiser(prior), seen, SCALING_PSEUDO_COUNT, ANSWER_FLOORS),
    context: adaptedStandardiser(contextStandardiser(prior), [], SCALING_PSEUDO_COUNT, CONTEXT_FLOORS),
  };
  return emptyState(options, scaling, namedIn(observations), halfLife, surface);
}

/** A state with the given scaling and named features, to be filled by learning or from a file. */
export function emptyState(
  options: PreferenceModelOptions,
  scaling: Scaling,
  named: ReadonlySet<number>,
  halfLife: number,
  surface: Surface,
): PreferenceState {
  const words = options.words ?? BAG_OF_WORDS_DEFAULTS;
  const experts = (surface === 'answer' ? answerExperts : inlineExperts)({
    prior: options.prior,
    halfLife,
    words,
    named,
  });
  return {
    scaling,
    named,
    mixture: createMixture(experts, { learningRate: MIXTURE_RATE, halfLife, initial: {} }),
    calibration: createCalibration(halfLife),
    race: createForecastRace(),
    counts: { votes: 0, comparisons: 0, reasons: 0 },
    decisions: [],
    forecasts: [],
  };
}

function subjectsOf(observation: Observation): Subject[] {
  return observation.kind === 'vote' ? [observation.subject] : [observation.better, observation.worse];
}

function namedIn(observations: readonly Observation[]): Set<number> {
  return new Set(
    observations.flatMap(({ reasons = [] }) => reasons.map(({ feature }) => FEATURE_NAMES.indexOf(feature))),
  );
}

/** Predicts, then learns; returns the rows that a refit needs. */
function learnInto(state: PreferenceState, observation: Observation): ExpertObservation[] {
  const rows = expertObservations(observation, state.scaling);
  for (const [place, row] of rows.entries()) {
    const isForetold = observation.kind === 'vote' && place === 0 && observation.foretold !== false;
    const rate = isForetold ? (state.mixture.experts[0]?.predict(row.input) ?? 0.5) : 0.5;
    const before = state.mixture.learn(row);
    if (!isForetold) continue;
    judge(state, { p: observation.said ?? state.calibration.correct(before), rate, y: row.y });
    state.calibration.learn(before, row.y);
  }
  const { counts } = state;
  if (observation.kind === 'vote') counts.votes += 1;
  else counts.comparisons += 1;
  counts.reasons += rows.length - 1;
  if (state.decisions.at(-1) !== observation.decision) state.decisions.push(observation.decision);
  return rows;
}

/** What was really said counts, where it is known: a refit knows by hindsight which features will be named. */
function judge(state: PreferenceState, { p, rate, y }: Forecast): void {
  state.race.learn(clipped(p), clipped(rate), y);
  state.forecasts.push({ p, rate, y });
  if (state.forecasts.length > MAX_FORECASTS) state.forecasts.shift();
}
