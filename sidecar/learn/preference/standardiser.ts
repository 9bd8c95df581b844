import { FEATURES } from './featureNames.ts';

/** Centre and scale of each value of a vector. */
export interface Standardiser {
  readonly centre: Float64Array;
  /** Above zero. */
  readonly scale: Float64Array;
}

/** Standardised values end here, so that one odd answer can't rule the model. */
export const MAX_STANDARD = 4;

/**
 * The smallest scale of each answer feature, by what it measures. What hardly varies in the answers seen so far (docstrings
 * among prose) would else become enormous with the first answer that has it.
 */
export const ANSWER_FLOORS: Float64Array = Float64Array.from(FEATURES, ([, floor]) => floor);

/** Mean and standard deviation of vectors, none below its floor. */
export function standardiserOf(vectors: readonly Float64Array[], floors: Float64Array): Standardiser {
  const none: Standardiser = { centre: new Float64Array(floors.length), scale: floors };
  return vectors.length === 0 ? none : adaptedStandardiser(none, vectors, 0, floors);
}

/**
 * Shrinks the mean and deviation of what was seen towards `base`, which counts as `pseudoCount` answers. Needs no verdict:
 * it only learns what answers usually look like.
 */
export function adaptedStandardiser(
  base: Standardiser,
  vectors: readonly Float64Array[],
  pseudoCount: number,
  floors: Float64Array,
): Standardiser {
  const n = vectors.length + pseudoCount;
  if (vectors.length === 0) return base;
  const centre = base.centre.map((own, i) => (pseudoCount * own + sumOf(vectors, (x) => x[i] ?? 0)) / n);
  const scale = base.scale.map((own, i) => {
    const middle = centre[i] ?? 0;
    const moved = (base.centre[i] ?? 0) - middle;
    const squares =
      pseudoCount * (own * own + moved * moved) + sumOf(vectors, (x) => ((x[i] ?? 0) - middle) ** 2);
    return Math.max(floors[i] ?? 0, Math.sqrt(squares / n));
  });
  return { centre, scale };
}

function sumOf(vectors: readonly Float64Array[], value: (x: Float64Array) => number): number {
  let sum = 0;
  for (const vector of vectors) sum += value(vector);
  return sum;
}

/** (x - centre) / scale, each between -4 and 4. */
export function standardised(x: Float64Array, { centre, scale }: Standardiser): Float64Array {
  return x.map((value, i) =>
    Math.max(-MAX_STANDARD, Math.min(MAX_STANDARD, (value - (centre[i] ?? 0)) / (scale[i] ?? 1))),
  );
}
