import { CATEGORIES } from '../../protocol/words.ts';
import { answerFeatures, wordsOf } from './answerFeatures.ts';
import { MAX_ANSWER } from './answerText.ts';
import { type CandidateContext, CONTEXT_NAMES, contextFeatures } from './contextFeatures.ts';
import type { ExpertInput, ExpertObservation } from './expert.ts';
import { FEATURE_NAMES } from './featureNames.ts';
import type { ReasonSignal } from './reasonSignals.ts';
import { type Standardiser, standardised } from './standardiser.ts';

/** What is known of one candidate: raw features, and the words that occur in it. */
export interface Subject {
  readonly answer: Float64Array;
  readonly context: Float64Array;
  readonly words: readonly string[];
  /** One of `CATEGORIES`; anything else counts as none. */
  readonly category: string;
}

/** One thing learned from, with the decision it came from. Oldest first where there are several. */
export type Observation =
  | {
      readonly kind: 'vote';
      readonly decision: string;
      readonly subject: Subject;
      readonly approved: boolean;
      readonly reasons: readonly ReasonSignal[];
      /** Votes that it counts as; one where absent. */
      readonly weight?: number;
      /** False for what was no answer before it was approved, as a correction: nobody could have foretold it. */
      readonly foretold?: boolean;
      /** The approval that was foretold before the verdict, where it was recorded; else what the model would have said. */
      readonly said?: number;
    }
  | {
      readonly kind: 'comparison';
      readonly decision: string;
      readonly better: Subject;
      readonly worse: Subject;
      /** Votes that it counts as; an edit above what it started from counts as `EDIT_WEIGHT`. */
      readonly weight: number;
      /** Said of the worse one. */
      readonly reasons?: readonly ReasonSignal[];
    };

export const EDIT_WEIGHT = 2;
/** A reason moves its feature as if an answer this many standard deviations off had been compared with a usual one... */
const REASON_DISTANCE = 1.5;
/** ...this many times over, and judges experts as one vote does. */
const REASON_WEIGHT = 4;
/** Words of one answer that are looked at; those behind rarely decide. */
const MAX_WORDS = 400;

const CATEGORY_NAMES: readonly string[] = CATEGORIES;

export interface Scaling {
  readonly answer: Standardiser;
  readonly context: Standardiser;
}

/** What a candidate is learned from and ranked by; its words are looked for once. */
export function subjectOf(candidate: CandidateContext & { readonly category: string }): Subject {
  const words = wordsOf(candidate.text.slice(0, MAX_ANSWER));
  return {
    answer: answerFeatures(candidate.prompt, candidate.text, words),
    context: contextFeatures(candidate),
    words: [...new Set(words)].slice(0, MAX_WORDS),
    category: candidate.category,
  };
}

export function inputOf(subject: Subject, scaling: Scaling): ExpertInput {
  return {
    intercept: 1,
    answer: standardised(subject.answer, scaling.answer),
    context: standardised(subject.context, scaling.context),
    category: CATEGORY_NAMES.indexOf(subject.category),
    words: new Map(subject.words.map((word) => [word, 1])),
  };
}

/** What experts learn from an observation: the verdict or comparison first, then one row a reason. */
export function expertObservations(observation: Observation, scaling: Scaling): ExpertObservation[] {
  if (observation.kind === 'comparison') {
    const { better, worse, weight, reasons = [] } = observation;
    const input = differenceOf(inputOf(better, scaling), inputOf(worse, scaling));
    return [{ input, y: 1, weight, scored: Math.min(1, weight) }, ...reasons.map(reasonRow)];
  }
  const { weight = 1, foretold = true } = observation;
  const vote: ExpertObservation = {
    input: inputOf(observation.subject, scaling),
    y: observation.approved ? 1 : 0,
    weight,
    scored: foretold ? Math.min(1, weight) : 0,
  };
  return [vote, ...observation.reasons.map(reasonRow)];
}

/** Better minus worse; words that both have cancel out. */
export function differenceOf(better: ExpertInput, worse: ExpertInput): ExpertInput {
  const words = new Map<string, number>();
  for (const word of better.words.keys()) if (!worse.words.has(word)) words.set(word, 1);
  for (const word of worse.words.keys()) if (!better.words.has(word)) words.set(word, -1);
  return {
    intercept: 0,
    answer: better.answer.map((value, i) => value - (worse.answer[i] ?? 0)),
    context: better.context.map((value, i) => value - (worse.context[i] ?? 0)),
    category: -1,
    words,
  };
}

function reasonRow({ feature, wanted, share }: ReasonSignal): ExpertObservation {
  const answer = new Float64Array(FEATURE_NAMES.length);
  answer[FEATURE_NAMES.indexOf(feature)] = wanted * REASON_DISTANCE;
  return {
    input: {
      intercept: 0,
      answer,
      context: new Float64Array(CONTEXT_NAMES.length),
      category: -1,
      words: new Map(),
    },
    y: 1,
    weight: REASON_WEIGHT * share,
    scored: share,
  };
}
