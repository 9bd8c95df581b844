import type { StoredExpert } from './modelFile.ts';
import type { Steps } from './steps.ts';

/** What an expert is asked about: one candidate, the difference of two, or what a reason says. */
export interface ExpertInput {
  /** 1 for a verdict on one candidate; 0 for comparisons, in which how often one approves plays no part. */
  readonly intercept: 0 | 1;
  /** Standardised features of the answer, in the order of `FEATURE_NAMES`. */
  readonly answer: Float64Array;
  /** Standardised features of the context, in the order of `CONTEXT_NAMES`. */
  readonly context: Float64Array;
  /** Place in `CATEGORIES`, or -1. */
  readonly category: number;
  /** Words with 1, or -1 for those of the other side of a comparison. */
  readonly words: ReadonlyMap<string, number>;
}

/** An input with what was seen there. */
export interface ExpertObservation {
  readonly input: ExpertInput;
  readonly y: 0 | 1;
  /** How many votes it counts as. */
  readonly weight: number;
  /** How much of its log loss counts in the weights of the mixture. */
  readonly scored: number;
}

/** One way of predicting verdicts. */
export interface Expert {
  readonly name: string;
  /** Probability of a yes. */
  predict(input: ExpertInput): number;
  /** Log-odds at the middle of the posterior; linear in the input. */
  margin(input: ExpertInput): number;
  /** Variance of the log-odds by what is not known of the weights; 0 where the expert knows no doubt. */
  variance(input: ExpertInput): number;
  learn(observation: ExpertObservation): void;
  /** Learns everything anew, and exactly where it can; oldest first. */
  refit(observations: readonly ExpertObservation[]): void;
  /** As `refit`, in steps of about a millisecond; it counts only after the last one. */
  refitSteps(observations: readonly ExpertObservation[]): Steps;
  /** State as it is written to the model file, and back; a state of another form throws a RangeError. */
  store(): StoredExpert;
  restore(stored: StoredExpert): void;
}
