import type { Expert, ExpertInput, ExpertObservation } from './expert.ts';

export interface MixtureOptions {
  /** Share of the log loss that counts; below 1 the weights move more slowly than Bayes would move them. */
  readonly learningRate: number;
  /** Observations after which a loss counts half. */
  readonly halfLife: number;
  /** Weight before any loss, by name; 1 where none is given. */
  readonly initial: Readonly<Record<string, number>>;
}

export interface Mixture {
  readonly experts: readonly Expert[];
  /** Weighted mean of the experts' probabilities. */
  predict(input: ExpertInput): number;
  /** Scores every expert on the observation before it learns it; returns the mixture's prediction before. */
  learn(observation: ExpertObservation): number;
  /** Weights that sum to 1, in the order of the experts. */
  weights(): number[];
  /** Faded log losses in nats, in the order of the experts. */
  losses(): number[];
  setLosses(losses: readonly number[]): void;
}

/** Probabilities are kept this far from 0 and 1, so that no single surprise is beyond repair. */
const CLIP = 1e-4;
export const clipped = (p: number): number => Math.max(CLIP, Math.min(1 - CLIP, p));
/** Nats lost by predicting p where y came. */
export const logLoss = (p: number, y: 0 | 1): number => -Math.log(y === 1 ? clipped(p) : 1 - clipped(p));

/**
 * Mixture of experts weighted by exp(-rate x log loss so far), each loss taken before the expert has learned from it:
 * the exponentially weighted forecaster (Vovk 1990; with rate 1 Bayes' rule over experts, whose total loss exceeds the
 * best expert's by at most the log of one over its initial weight).
 */
export function createMixture(experts: readonly Expert[], options: MixtureOptions): Mixture {
  const initial = experts.map(({ name }) => Math.log(options.initial[name] ?? 1));
  const kept = 2 ** (-1 / options.halfLife);
  let losses = experts.map(() => 0);

  const weights = (): number[] => {
    const logs = losses.map((loss, k) => (initial[k] ?? 0) - options.learningRate * loss);
    const most = Math.max(...logs);
    const raw = logs.map((each) => Math.exp(each - most));
    const sum = raw.reduce((a, b) => a + b, 0);
    return raw.map((each) => each / sum);
  };
  const blend = (predictions: readonly number[]): number =>
    weights().reduce((sum, weight, k) => sum + weight * (predictions[k] ?? 0), 0);

  return {
    experts,
    predict: (input) => blend(experts.map((expert) => expert.predict(input))),
    learn: (observation) => {
      const predictions = experts.map((expert) => expert.predict(observation.input));
      const before = blend(predictions);
      if (observation.scored > 0)
        losses = losses.map(
          (loss, k) => kept * loss + observation.scored * logLoss(predictions[k] ?? 0.5, observation.y),
        );
      for (const expert of experts) expert.learn(observation);
      return before;
    },
    weights,
    losses: () => [...losses],
    setLosses: (next) => {
      if (next.length !== experts.length) throw new RangeError('Each expert needs its loss.');
      losses = [...next];
    },
  };
}
