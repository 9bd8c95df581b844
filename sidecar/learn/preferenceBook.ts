import type { Memory } from '../memory/memory.ts';
import { BAG_OF_WORDS_DEFAULTS, type BagOfWordsOptions } from './preference/bagOfWordsExpert.ts';
import type { Observation, Subject } from './preference/observation.ts';
import {
  type Forecast,
  OBSERVATIONS_KEPT,
  type PreferenceModel,
  type Ranked,
} from './preference/preferenceModel.ts';
import type { PreferencePrior } from './preference/preferencePrior.ts';
import { SHIPPED_PRIOR } from './preference/shippedPrior.ts';
import {
  loadPreferenceFile,
  loadPriorFile,
  PREFERENCE_FILE,
  PRIOR_FILE,
  preferenceFileText,
} from './preferenceFile.ts';
import { createPreferenceLearner, type PreferenceLearner } from './preferenceLearner.ts';
import { createPreferenceReader, type PolarityOf } from './preferenceReader.ts';
import { byTime, createPreferenceSources, type PreferenceSources, type Source } from './preferenceSources.ts';

/** Calls after so many milliseconds; returns what prevents it. */
export type After = (ms: number, work: () => void) => () => void;

export interface PreferenceBookDeps {
  readonly memory: Memory;
  readonly polarityOf: PolarityOf;
  readonly log: (message: string) => void;
  readonly after: After;
}

/** Evidence that the predictions beat the user's running rate. */
export interface Evidence {
  readonly e: number;
  /** True where ranking by them is allowed to act. */
  readonly useful: boolean;
  /** Sources that were learned from. */
  readonly n: number;
}

/** The user's taste, learned from every live decision. Until everything is known, ranking goes by what is. */
export interface PreferenceBook {
  /** Best first, by what is learned now. */
  rank(subjects: readonly Subject[]): Ranked[];
  evidence(): Evidence;
  /** The last predictions that were made before their outcome, oldest first. */
  forecasts(): readonly Forecast[];
  /** The model as it is now; not to be taught. */
  model(): PreferenceModel;
  /** What it has learned from, oldest first. */
  learned(): readonly Source[];
  words(): BagOfWordsOptions;
  /** What it begins with: the shipped prior, or that of an imported model. */
  prior(): PreferencePrior;
  /** What a source teaches. Rejects with `memory.*`. */
  observationsOf(source: Source): Promise<readonly Observation[]>;
  /** Resolves when everything recorded so far is learned, or could not be. */
  settled(): Promise<void>;
  /** Learns everything anew, the words so, and writes it. Rejects with `memory.*`. */
  retrain(words: BagOfWordsOptions): Promise<void>;
  /** Begins with another prior from now on, learns everything anew, and writes both. Rejects with `memory.*`. */
  begin(prior: PreferencePrior): Promise<void>;
  /** Writes what is learned and not yet written, and ends. */
  dispose(): Promise<void>;
}

/** Milliseconds: a start belongs to the user; what comes at once is looked at once. */
const LOAD_DELAY = 300;
const SYNC_DELAY = 30;
const WRITE_DELAY = 5_000;
/** Events from which something about preferences may follow. */
const TELLING = new Set(['decision', 'undo', 'reason', 'feedback', 'survival', 'forget']);

interface Work {
  readonly deps: PreferenceBookDeps;
  readonly learner: PreferenceLearner;
  sources: PreferenceSources;
  /** What is there, by id; undefined until it was listed. */
  wanted: Map<string, Source> | undefined;
  /** True where there are older ones, which count no more. */
  isCut: boolean;
  position: number | undefined;
  /** Requests of events that the index does not tell of. */
  readonly touched: Set<string>;
  isLoaded: boolean;
  /** True from when something was forgotten until that is taken in. */
  isForgetting: boolean;
  /** True where the files may be others than those that were read. */
  isReset: boolean;
  isStopped: boolean;
  /** Digest of what lies on disk; undefined where nothing does. */
  written: string | undefined;
}

export function createPreferenceBook(deps: PreferenceBookDeps): PreferenceBook {
  const { memory, after, log } = deps;
  const work = createWork(deps);
  const { learner } = work;
  let turn: Promise<unknown> = Promise.resolve();
  let unschedule: (() => void) | undefined;
  let unscheduleWrite: (() => void) | undefined;

  function inTurn(task: () => Promise<void>): Promise<void> {
    const done = turn.then(task);
    turn = done.catch(() => undefined);
    return done;
  }
  const write = (): Promise<void> => inTurn(() => writeFile(work));
  function sync(): Promise<void> {
    unschedule?.();
    unschedule = undefined;
    return inTurn(async () => {
      try {
        if (!(await bringUpToDate(work))) return;
        unscheduleWrite ??= after(WRITE_DELAY, () => {
          unscheduleWrite = undefined;
          write().catch((error: unknown) => log(`${PREFERENCE_FILE} was not written: ${messageOf(error)}`));
        });
      } catch (error) {
        // The next change begins anew.
        work.wanted = undefined;
        work.position = undefined;
        log(`Preferences were not learned: ${messageOf(error)}`);
      }
    });
  }
  const wake = (delay: number): void => {
    if (!work.isStopped) unschedule ??= after(delay, () => void sync());
  };
  memory.ready.then(
    () => wake(LOAD_DELAY),
    () => undefined,
  );
  const stops = follow(work, () => {
    if (work.isLoaded) wake(SYNC_DELAY);
  });

  return {
    ...readingsOf(learner),
    settled: async () => {
      await memory.ready;
      await sync();
    },
    retrain: async (words) => {
      await memory.ready;
      await sync();
      await inTurn(() => learner.refit(learner.learned(), words));
      work.written = undefined;
      await write();
    },
    begin: async (prior) => {
      await memory.ready;
      await sync();
      await memory.folder('root').write(PRIOR_FILE, preferenceFileText(prior));
      await inTurn(async () => {
        const learned = learner.learned();
        learner.begin(prior);
        await learner.refit(learned);
      });
      await write();
    },
    dispose: async () => {
      for (const stop of stops) stop();
      unschedule?.();
      unscheduleWrite?.();
      work.isStopped = true;
      await turn;
      if (unscheduleWrite) await writeFile(work).catch(() => undefined);
    },
  };
}

function createWork(deps: PreferenceBookDeps): Work {
  const sources = createPreferenceSources(deps.memory.index);
  const read = createPreferenceReader({
    ...deps,
    weightOf: (candidate) => work.sources.weightOf(candidate),
  });
  const work: Work = {
    deps,
    sources,
    wanted: undefined,
    isCut: false,
    position: undefined,
    touched: new Set(),
    isLoaded: false,
    isReset: false,
    isForgetting: false,
    isStopped: false,
    written: undefined,
    learner: createPreferenceLearner({
      read,
      options: { prior: SHIPPED_PRIOR, surface: 'answer', words: BAG_OF_WORDS_DEFAULTS },
      isStopped: () => work.isStopped,
    }),
  };
  return work;
}

const readingsOf = (
  learner: PreferenceLearner,
): Omit<PreferenceBook, 'settled' | 'retrain' | 'begin' | 'dispose'> => ({
  rank: (subjects) => learner.model().rank(subjects),
  evidence: () => ({ ...learner.model().evidence(), n: learner.learned().length }),
  forecasts: () => learner.model().state().forecasts,
  model: learner.model,
  learned: learner.learned,
  words: learner.words,
  prior: learner.prior,
  observationsOf: learner.observationsOf,
});

/** Notes what events tell, and that there is something to look at. */
function follow(work: Work, wake: () => void): (() => void)[] {
  const { memory } = work.deps;
  return [
    memory.onEvent((event) => {
      if (!TELLING.has(event.kind)) return;
      if (event.kind === 'forget') work.isForgetting = true;
      if (event.kind === 'feedback') work.touched.add(event.request);
      if (event.kind === 'survival') {
        work.sources.survived(event);
        const request = memory.index.candidate(event.candidate)?.request;
        if (request !== undefined) work.touched.add(request);
      }
      wake();
    }),
    memory.onCleared(() => {
      // A reset moves the prior away too.
      work.isReset = true;
      work.wanted = undefined;
      work.position = undefined;
      wake();
    }),
  ];
}

/** Learns what changed; true where something was written or learned that is not on disk yet. */
async function bringUpToDate(work: Work): Promise<boolean> {
  if (work.isReset) await reload(work);
  let isChanged = false;
  while (!work.isStopped) {
    work.isForgetting = false;
    const { position, requests } = work.deps.memory.index.changedSince(work.position);
    work.position = position;
    const changed = new Set([...(requests ?? []), ...work.touched]);
    work.touched.clear();
    if (work.wanted && requests && changed.size === 0) break;
    let wanted = requests && work.wanted ? relist(work, work.wanted, changed) : await list(work);
    // Something of the newest went: older ones take its place.
    if (work.isCut && wanted.size < OBSERVATIONS_KEPT) wanted = await list(work);
    work.isCut = wanted.size >= OBSERVATIONS_KEPT;
    if (!work.isLoaded) await load(work, wanted);
    forgetGone(work, wanted);
    const all = [...wanted.values()].sort(byTime).slice(-OBSERVATIONS_KEPT);
    work.wanted = new Map(all.map((each) => [each.id, each]));
    isChanged = (await work.learner.follow(all, !work.isCut)) || isChanged;
  }
  return isChanged || work.written !== digestNow(work);
}

async function list(work: Work): Promise<Map<string, Source>> {
  // Also after a reset: what survived is another thing then.
  if (work.wanted === undefined) work.sources = createPreferenceSources(work.deps.memory.index);
  const newest = await work.sources.newest(OBSERVATIONS_KEPT);
  return new Map(newest.map((each) => [each.id, each]));
}

function relist(
  { sources }: Work,
  known: ReadonlyMap<string, Source>,
  changed: ReadonlySet<string>,
): Map<string, Source> {
  const wanted = new Map([...known].filter(([, each]) => !changed.has(each.request)));
  for (const request of changed) for (const each of sources.ofRequest(request)) wanted.set(each.id, each);
  return wanted;
}

/** What was forgotten acts no more from this moment on, not only when everything was learned anew. */
function forgetGone({ learner, deps, sources }: Work, wanted: ReadonlyMap<string, Source>): void {
  const { index } = deps.memory;
  const isGone = ({ id, kind }: Source): boolean =>
    kind === 'decision' ? index.decision(id) === undefined : sources.source(id) === undefined;
  if (learner.learned().some((each) => !wanted.has(each.id) && isGone(each))) learner.clear();
}

/** Takes the file where what it has learned from is as it was. */
async function load(work: Work, wanted: ReadonlyMap<string, Source>): Promise<void> {
  const { deps, learner } = work;
  const folder = deps.memory.folder('root');
  learner.begin(await loadPriorFile(folder));
  const loaded = await loadPreferenceFile(folder);
  work.isLoaded = true;
  if (!('file' in loaded)) {
    if (loaded.why === '') return;
    work.written = '';
    return tellAnew(work, loaded.why);
  }
  const { file } = loaded;
  work.written = file.digest;
  const known = file.provenance.decisions.map((id) => wanted.get(id) ?? work.sources.source(id));
  const sources = known.filter((each) => each !== undefined);
  if (sources.length < known.length || learner.digest(sources) !== file.digest) return;
  try {
    learner.restore(file, sources);
  } catch (error) {
    work.written = '';
    tellAnew(work, messageOf(error));
  }
}

async function reload(work: Work): Promise<void> {
  work.isReset = false;
  const prior = await loadPriorFile(work.deps.memory.folder('root'));
  if (JSON.stringify(prior) !== JSON.stringify(work.learner.prior())) work.learner.begin(prior);
}

const tellAnew = ({ deps }: Work, why: string): void => deps.log(`${PREFERENCE_FILE} is made anew: ${why}`);

const digestNow = ({ learner }: Work): string | undefined =>
  learner.learned().length === 0 ? undefined : learner.digest();

/** The last window that writes wins; each looks whether what it reads is up to date. */
async function writeFile(work: Work): Promise<void> {
  const digest = digestNow(work);
  if (!work.isLoaded || digest === work.written || work.isForgetting) return;
  const folder = work.deps.memory.folder('root');
  if (digest === undefined) await folder.remove(PREFERENCE_FILE);
  else await folder.write(PREFERENCE_FILE, preferenceFileText(work.learner.store()));
  work.written = digest;
  if (!work.isForgetting) return;
  // It was forgotten while this was being written, perhaps after the file was looked for.
  await folder.remove(PREFERENCE_FILE);
  work.written = undefined;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
