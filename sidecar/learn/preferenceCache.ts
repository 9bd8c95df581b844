import { CONTEXT_NAMES } from './preference/contextFeatures.ts';
import { FEATURE_NAMES } from './preference/featureNames.ts';
import type { Observation, Subject } from './preference/observation.ts';
import type { Source } from './preferenceSources.ts';

/** What was read of sources, in little space, so that a refit needs no texts. */
export interface PreferenceCache {
  /** Undefined where the source was never read, or has changed since. */
  get(source: Source): readonly Observation[] | undefined;
  put(source: Source, observations: readonly Observation[]): void;
  /** Keeps these only. */
  keep(sources: readonly Source[]): void;
  clear(): void;
}

/** Numbers in one array, words in one text: about 2 KB an answer. */
interface Packed {
  readonly numbers: Float64Array;
  readonly words: string;
  readonly category: string;
}
type PackedObservation =
  | (Omit<Extract<Observation, { kind: 'vote' }>, 'subject'> & { readonly subject: Packed })
  | (Omit<Extract<Observation, { kind: 'comparison' }>, 'better' | 'worse'> & {
      readonly better: Packed;
      readonly worse: Packed;
    });

export function createPreferenceCache(): PreferenceCache {
  const kept = new Map<string, { readonly key: string; readonly observations: PackedObservation[] }>();
  return {
    get: ({ id, key }) => {
      const known = kept.get(id);
      return known?.key === key ? known.observations.map(unpackObservation) : undefined;
    },
    put: ({ id, key }, observations) => {
      kept.set(id, { key, observations: observations.map(packObservation) });
    },
    keep: (sources) => {
      const wanted = new Set(sources.map(({ id }) => id));
      for (const id of kept.keys()) if (!wanted.has(id)) kept.delete(id);
    },
    clear: () => kept.clear(),
  };
}

const packObservation = (each: Observation): PackedObservation =>
  each.kind === 'vote'
    ? { ...each, subject: pack(each.subject) }
    : { ...each, better: pack(each.better), worse: pack(each.worse) };

const unpackObservation = (each: PackedObservation): Observation =>
  each.kind === 'vote'
    ? { ...each, subject: unpack(each.subject) }
    : { ...each, better: unpack(each.better), worse: unpack(each.worse) };

function pack({ answer, context, words, category }: Subject): Packed {
  const numbers = new Float64Array(FEATURE_NAMES.length + CONTEXT_NAMES.length);
  numbers.set(answer);
  numbers.set(context, FEATURE_NAMES.length);
  return { numbers, words: words.join(' '), category };
}

const unpack = ({ numbers, words, category }: Packed): Subject => ({
  answer: numbers.subarray(0, FEATURE_NAMES.length),
  context: numbers.subarray(FEATURE_NAMES.length),
  words: words === '' ? [] : words.split(' '),
  category,
});
