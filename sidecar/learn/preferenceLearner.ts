import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { BagOfWordsOptions } from './preference/bagOfWordsExpert.ts';
import type { ModelFile } from './preference/modelFile.ts';
import type { Observation } from './preference/observation.ts';
import {
  createPreferenceModel,
  OBSERVATIONS_KEPT,
  type PreferenceModel,
  type PreferenceModelOptions,
} from './preference/preferenceModel.ts';
import type { PreferencePrior } from './preference/preferencePrior.ts';
import { inTurns } from './preference/steps.ts';
import { restoreModel, storeModel } from './preference/storedModel.ts';
import { createPreferenceCache } from './preferenceCache.ts';
import type { PreferenceReader } from './preferenceReader.ts';
import { byTime, digestOf, type Source } from './preferenceSources.ts';

export interface PreferenceLearnerDeps {
  readonly read: PreferenceReader;
  readonly options: PreferenceModelOptions & { readonly words: BagOfWordsOptions };
  /** True when nothing more is wanted: what is half done is dropped. */
  readonly isStopped: () => boolean;
}

/** A model, and the sources that it has learned from. */
export interface PreferenceLearner {
  model(): PreferenceModel;
  /** Oldest first. */
  learned(): readonly Source[];
  words(): BagOfWordsOptions;
  prior(): PreferencePrior;
  /** Begins anew with another prior. */
  begin(prior: PreferencePrior): void;
  /** SHA-256 over what it has learned from, and began with. */
  digest(sources?: readonly Source[]): string;
  /**
   * Learns what is new, or everything anew where something changed; true where anything was to be done. Rejects with
   * `memory.*`.
   * @param wanted oldest first
   * @param isAll false where still older ones were left out
   */
  follow(wanted: readonly Source[], isAll: boolean): Promise<boolean>;
  /** Learns everything anew. */
  refit(wanted: readonly Source[], words?: BagOfWordsOptions): Promise<void>;
  /** Goes on from a file; throws a RangeError where it doesn't hold this version's experts. */
  restore(file: ModelFile, learned: readonly Source[]): void;
  /** Knows nothing any more, at once. */
  clear(): void;
  observationsOf(source: Source): Promise<readonly Observation[]>;
  store(): ModelFile;
}

/** More at once are learned from scratch. */
const MAX_LEARNED_AT_ONCE = 100;
/** Where so many percent of all were learned one by one, everything is fitted exactly. */
const DRIFT_PERCENT = 5;
/** Milliseconds of reading and measuring at a stretch. */
const STRETCH_MS = 5;

const hashOf = (prior: PreferencePrior): string =>
  createHash('sha256').update(JSON.stringify(prior)).digest('hex');
const now = (): number => performance.now();

export function createPreferenceLearner(deps: PreferenceLearnerDeps): PreferenceLearner {
  const cache = createPreferenceCache();
  let options = deps.options;
  let model = createPreferenceModel(options);
  let learned: Source[] = [];
  let drift = 0;

  function use(next: typeof options, nextModel: PreferenceModel, sources: readonly Source[]): void {
    options = next;
    model = nextModel;
    learned = [...sources];
    drift = 0;
  }
  const begin = (prior: PreferencePrior): void =>
    use({ ...options, prior }, createPreferenceModel({ ...options, prior }), []);

  async function observationsOf(source: Source): Promise<readonly Observation[]> {
    const known = cache.get(source) ?? (await deps.read(source));
    cache.put(source, known);
    return known;
  }

  async function refit(wanted: readonly Source[], words = options.words): Promise<void> {
    const next = { ...options, words };
    cache.keep(wanted);
    const observations = await gather(wanted, observationsOf, deps.isStopped);
    const fitted = createPreferenceModel(next);
    await inTurns(fitted.refitSteps(observations), { now, turn: setImmediate, isStopped: deps.isStopped });
    if (deps.isStopped()) return;
    use(next, fitted, countedOf(fitted, wanted));
  }

  async function learn(added: readonly Source[]): Promise<void> {
    for (const source of added) {
      for (const observation of await observationsOf(source)) model.learn(observation);
      learned.push(source);
      drift += 1;
      await setImmediate();
      if (deps.isStopped()) return;
    }
  }

  async function follow(wanted: readonly Source[], isAll: boolean): Promise<boolean> {
    const added = whatIsNew(learned, wanted, isAll && !isFull(model));
    if (!added || added.length > MAX_LEARNED_AT_ONCE) {
      await refit(wanted);
      return true;
    }
    await learn(added);
    const isDrifting = drift > 0 && drift * 100 >= learned.length * DRIFT_PERCENT;
    if (isDrifting && !deps.isStopped()) await refit(wanted);
    return added.length > 0;
  }

  return {
    model: () => model,
    learned: () => learned,
    words: () => options.words,
    prior: () => options.prior,
    digest: (sources = learned) => digestOf(sources, hashOf(options.prior)),
    begin,
    observationsOf,
    refit,
    follow,
    restore: (file, sources) => {
      use({ ...options, words: file.words }, restoreModel(file, options), sources);
    },
    clear: () => {
      begin(options.prior);
      cache.clear();
    },
    store: () => {
      const { provenance, ...file } = storeModel(model, options, digestOf(learned, hashOf(options.prior)));
      return { ...file, provenance: { ...provenance, decisions: learned.map(({ id }) => id) } };
    },
  };
}

/** Everything that sources teach; other work gets its turn in between. Broken off where it is stopped. */
async function gather(
  sources: readonly Source[],
  observationsOf: (source: Source) => Promise<readonly Observation[]>,
  isStopped: () => boolean,
): Promise<Observation[]> {
  const observations: Observation[] = [];
  let since = now();
  for (const source of sources) {
    observations.push(...(await observationsOf(source)));
    if (now() - since < STRETCH_MS) continue;
    await setImmediate();
    if (isStopped()) break;
    since = now();
  }
  return observations;
}

/** What teaches nothing is counted all the same, or it would be new each time; what is too old is not. */
function countedOf(model: PreferenceModel, wanted: readonly Source[]): readonly Source[] {
  const counted = new Set(model.state().decisions);
  const first = wanted.find(({ id }) => counted.has(id));
  return isFull(model) && first ? wanted.filter((each) => byTime(each, first) >= 0) : wanted;
}

/** True where older observations than those it knows would weigh next to nothing. */
function isFull(model: PreferenceModel): boolean {
  const { votes, comparisons } = model.state().counts;
  return votes + comparisons >= OBSERVATIONS_KEPT;
}

/** Sources to be learned after those that are; undefined where what is learned no longer holds. */
export function whatIsNew(
  learned: readonly Source[],
  wanted: readonly Source[],
  isAll: boolean,
): readonly Source[] | undefined {
  const [oldest] = wanted;
  const now = new Map(wanted.map(({ id, key }) => [id, key]));
  const isThere = (each: Source): boolean =>
    now.get(each.id) === each.key || (!isAll && oldest !== undefined && byTime(each, oldest) < 0);
  if (!learned.every(isThere)) return undefined;
  const known = new Set(learned.map(({ id }) => id));
  const added = wanted.filter(({ id }) => !known.has(id));
  const [first, last] = [learned[0], learned.at(-1)];
  if (!first || !last) return added;
  const later = added.filter((each) => byTime(each, last) > 0);
  const early = added.filter((each) => byTime(each, last) < 0 && (isAll || byTime(each, first) > 0));
  return early.length > 0 ? undefined : later;
}
