import { FEATURE_NAMES, type FeatureName } from './featureNames.ts';

/** Centre and scale of each value of a vector. */
export interface Standardiser {
  readonly centre: Float64Array;
  /** Above zero. */
  readonly scale: Float64Array;
}

/** Standardised values end here, so that one odd answer can't rule the model. */
export const MAX_STANDARD = 4;

const FLAGS: readonly FeatureName[] = [
  'has_code',
  'docstring',
  'type_hints',
  'main',
  'async',
  'lambda',
  'table',
  'lang_tag',
  'sure',
  'sorry',
  'closing',
  'endq',
  'example',
  'note',
  'complex',
  'odd_fence',
  'trunc',
  'bal',
  'empty',
];
const LOG_COUNTS: readonly FeatureName[] = [
  'err',
  'guard',
  'tests',
  'print',
  'imports',
  'n_func',
  'n_class',
  'compreh',
  'loops',
  'ifs',
  'returns',
  'const',
  'var',
  'risky',
  'safe',
  'placeholder',
  'headers',
  'bullets',
  'numbered',
  'bold',
  'inlcode',
];
const LOG_SIZES: readonly FeatureName[] = [
  'log_chars',
  'log_lines',
  'log_words',
  'log_code_lines',
  'max_line',
  'log_prose',
];
const OTHER_FLOORS: ReadonlyMap<FeatureName, number> = new Map([
  ['log_pre', 2.5],
  ['log_post', 2.5],
  ['n_blocks', 1.5],
  ['avg_line', 0.4],
  ['idlen', 0.4],
  ['depth', 0.3],
  ['nonascii', 0.1],
  ['digits', 0.1],
]);
const SHARE_FLOOR = 0.15;

function floorOf(name: FeatureName): number {
  if (FLAGS.includes(name)) return 0.4;
  if (LOG_COUNTS.includes(name)) return 0.7;
  if (LOG_SIZES.includes(name)) return 1;
  return OTHER_FLOORS.get(name) ?? SHARE_FLOOR;
}

/**
 * The smallest scale of each answer feature, by what it measures. What hardly varies in the answers seen so far (docstrings
 * among prose) would else become enormous with the first answer that has it.
 */
export const ANSWER_FLOORS: Float64Array = Float64Array.from(FEATURE_NAMES, floorOf);

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
