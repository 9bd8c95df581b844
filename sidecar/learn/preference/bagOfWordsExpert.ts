import type { Expert, ExpertInput, ExpertObservation } from './expert.ts';
import { sigmoid } from './logistic.ts';
import { finish, type Steps } from './steps.ts';

/** As `whetstone train preference --epochs --vocab-size --lr` takes them. */
export interface BagOfWordsOptions {
  readonly epochs: number;
  readonly vocabularySize: number;
  readonly learningRate: number;
}
export const BAG_OF_WORDS_DEFAULTS: BagOfWordsOptions = {
  epochs: 5,
  vocabularySize: 4_000,
  learningRate: 0.05,
};

/** Strength of the pull of each weight to zero, a step. */
const DECAY = 0.01;
/** Newest observations that a refit goes through; each epoch reads all of them. */
const MAX_REFITTED = 2_000;
const OBSERVATIONS_A_STEP = 20;

/**
 * Logistic regression on the presence of words, trained by stochastic gradient descent with decay of the weights. Words
 * are taken into the vocabulary as they come, until it is full.
 */
export function createBagOfWordsExpert(options: BagOfWordsOptions = BAG_OF_WORDS_DEFAULTS): Expert {
  const weights = new Map<string, number>();
  let intercept = 0;

  function* refitSteps(observations: readonly ExpertObservation[]): Steps {
    weights.clear();
    intercept = 0;
    for (let epoch = 0; epoch < options.epochs; epoch += 1) {
      for (const [at, each] of observations.slice(-MAX_REFITTED).entries()) {
        step(each);
        if (at % OBSERVATIONS_A_STEP === OBSERVATIONS_A_STEP - 1) yield;
      }
    }
  }
  const marginOf = ({ intercept: counts, words }: ExpertInput): number => {
    let margin = counts * intercept;
    const norm = Math.sqrt(Math.max(1, words.size));
    for (const [word, sign] of words) margin += (sign * (weights.get(word) ?? 0)) / norm;
    return margin;
  };
  const step: Expert['learn'] = ({ input, y, weight }) => {
    if (input.words.size === 0 && input.intercept === 0) return;
    const pull = options.learningRate * weight * (y - sigmoid(marginOf(input)));
    const norm = Math.sqrt(Math.max(1, input.words.size));
    intercept += input.intercept * pull;
    for (const [word, sign] of input.words) {
      const before = weights.get(word);
      if (before === undefined && weights.size >= options.vocabularySize) continue;
      weights.set(word, (before ?? 0) * (1 - options.learningRate * DECAY) + (sign * pull) / norm);
    }
  };

  return {
    name: 'words',
    predict: (input) => sigmoid(marginOf(input)),
    margin: marginOf,
    learn: step,
    variance: () => 0,
    refit: (observations) => finish(refitSteps(observations)),
    refitSteps,
    store: () => ({ name: 'words', kind: 'words', intercept, vocabulary: Object.fromEntries(weights) }),
    restore: (stored) => {
      if (stored.kind !== 'words') throw new RangeError('The stored expert is of another kind.');
      weights.clear();
      for (const [word, weight] of Object.entries(stored.vocabulary)) weights.set(word, weight);
      intercept = stored.intercept;
    },
  };
}
