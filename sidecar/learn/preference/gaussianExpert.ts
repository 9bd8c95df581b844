import type { Expert, ExpertInput, ExpertObservation } from './expert.ts';
import { dot } from './linearAlgebra.ts';
import { fitLogisticSteps, type GaussianPrior, type LogisticPosterior, marginOf } from './logistic.ts';
import { createOnlineLogistic } from './onlineLogistic.ts';
import { packLower, unpackLower } from './packedMatrix.ts';
import { finish, type Steps } from './steps.ts';

export interface GaussianExpertOptions {
  readonly name: string;
  /** Names of the values of a row, for the model file. */
  readonly terms: readonly string[];
  readonly prior: GaussianPrior;
  /** Observations after which one counts half. */
  readonly halfLife: number;
  readonly row: (input: ExpertInput) => Float64Array;
}

/** Observations older than this many half-lives weigh under 0.8 % and are left out. */
const HALF_LIVES_KEPT = 7;

/** A logistic regression with a normal prior on whatever `row` makes of an input. */
export function createGaussianExpert(options: GaussianExpertOptions): Expert {
  const { name, terms, prior, halfLife, row } = options;
  const model = createOnlineLogistic(prior, halfLife);
  function* refitSteps(observations: readonly ExpertObservation[]): Steps {
    const kept = observations.slice(-Math.ceil(HALF_LIVES_KEPT * Math.min(halfLife, observations.length)));
    const rows = kept.map(({ input, y, weight }, i) => ({
      x: row(input),
      y,
      weight: weight * 2 ** (-(kept.length - 1 - i) / halfLife),
    }));
    yield;
    model.replace(yield* fitLogisticSteps(rows, prior, model.mean()));
  }
  return {
    name,
    predict: (input) => model.predict(row(input)),
    margin: (input) => dot(model.mean(), row(input)),
    learn: ({ input, y, weight }) => model.learn({ x: row(input), y, weight }),
    variance: (input) => marginOf(model.posterior(), row(input)).variance,
    refit: (observations) => finish(refitSteps(observations)),
    refitSteps,
    store: () => {
      const { mean, covariance } = model.posterior();
      return {
        name,
        kind: 'gaussian',
        weights: Object.fromEntries(terms.map((term, i) => [term, mean[i] ?? 0])),
        covariance: packLower(covariance),
      };
    },
    restore: (stored) => model.replace(restored(stored, terms)),
  };
}

function restored(stored: Parameters<Expert['restore']>[0], terms: readonly string[]): LogisticPosterior {
  if (stored.kind !== 'gaussian') throw new RangeError('The stored expert is of another kind.');
  const mean = Float64Array.from(terms, (term) => {
    const weight = stored.weights[term];
    if (weight === undefined) throw new RangeError(`The stored expert has no weight of ${term}.`);
    return weight;
  });
  return { mean, covariance: unpackLower(stored.covariance, terms.length) };
}
