import { setImmediate } from 'node:timers/promises';
import { BAG_OF_WORDS_DEFAULTS, type BagOfWordsOptions } from '../learn/preference/bagOfWordsExpert.ts';
import type { PreferenceModelOptions } from '../learn/preference/preferenceModel.ts';
import { inTurns, type Steps } from '../learn/preference/steps.ts';
import type { PreferenceBook } from '../learn/preferenceBook.ts';
import { PREFERENCE_FILE } from '../learn/preferenceFile.ts';
import { readPrompt } from '../learn/recordedTexts.ts';
import type { Memory } from '../memory/memory.ts';
import { readEach } from '../memory/readEach.ts';
import { countOf } from '../protocol/countOf.ts';
import type { Params } from '../protocol/methods.ts';
import type { PreferenceReport } from '../protocol/preferenceSchemas.ts';
import type { TrainResult } from '../protocol/trainingSchemas.ts';
import { byFolds, type Lesson, prequential, tableOf } from './preferenceReport.ts';
import { recordRun, type StepTeller } from './recordRun.ts';
import { trainingPaths } from './trainingFiles.ts';

export interface PreferenceTrainingDeps {
  readonly memory: Memory;
  readonly preferences: PreferenceBook;
  readonly clock: () => number;
  readonly notify: (method: 'train.step', params: Params<'train.step'>) => void;
}

type TrainParams = Params<'train.start'>;

/**
 * Learns the user's taste anew and tells what its predictions are worth on this user's own decisions, beside every
 * baseline. The lock is the caller's. Rejects with `memory.*`, `rpc.cancelled`.
 */
export async function trainPreference(
  deps: PreferenceTrainingDeps,
  run: string,
  params: TrainParams,
  signal: AbortSignal,
): Promise<TrainResult> {
  const { memory, preferences } = deps;
  await preferences.settled();
  const decisions = memory.index.liveDecisions().length;
  const facts = { run, runKind: 'preference', samples: decisions } as const;
  return recordRun({ ...deps, signal }, facts, async (tell) => {
    const words = wordsOf(params);
    const report = await makeReport(deps, words, tell, signal);
    tell('finding', 'Learning from all of them');
    await preferences.retrain(words);
    tell('writing', `Writing ${PREFERENCE_FILE} and the report`);
    const complete = withModel(report, preferences);
    await writeRun(deps, run, complete);
    return resultOf(deps, run, decisions, complete);
  });
}

const wordsOf = ({ epochs, maxVocab, lr }: TrainParams): BagOfWordsOptions => ({
  epochs: epochs ?? BAG_OF_WORDS_DEFAULTS.epochs,
  vocabularySize: maxVocab ?? BAG_OF_WORDS_DEFAULTS.vocabularySize,
  learningRate: lr ?? BAG_OF_WORDS_DEFAULTS.learningRate,
});

async function makeReport(
  { memory, preferences }: PreferenceTrainingDeps,
  words: BagOfWordsOptions,
  tell: StepTeller,
  signal: AbortSignal,
): Promise<Pick<PreferenceReport, 'tables' | 'options'>> {
  const sources = preferences.learned();
  const decided = sources.filter(({ kind }) => kind === 'decision').length;
  tell('reading', `Reading ${countOf(decided, 'decision')}`);
  const prompts = await readEach(sources, ({ request }) => promptOf(memory, request));
  const lessons: Lesson[] = [];
  for (const [at, source] of sources.entries()) {
    signal.throwIfAborted();
    lessons.push({ prompt: prompts[at] ?? '', observations: await preferences.observationsOf(source) });
  }
  const options: PreferenceModelOptions = { prior: preferences.prior(), surface: 'answer', words };
  const work = async <T>(steps: Steps<T>): Promise<T> => {
    const done = await inTurns(steps, {
      now: () => performance.now(),
      turn: setImmediate,
      isStopped: () => signal.aborted,
    });
    signal.throwIfAborted();
    if (done === undefined) throw new Error('The report was stopped.');
    return done;
  };
  tell('comparing', 'Foretelling each verdict from those before it');
  const before = await work(prequential(lessons, options));
  const folds = await work(
    byFolds(lessons, options, (done, total) =>
      tell('comparing', 'Foretelling held-out prompts', { done, total }),
    ),
  );
  tell('checking', 'Measuring how sure that is');
  return {
    options: { epochs: words.epochs, maxVocab: words.vocabularySize, lr: words.learningRate },
    tables: [await work(tableOf('prequential', before)), await work(tableOf('folds', folds))],
  };
}

/** Prompts that differ in spaces and capitals alone are one. */
async function promptOf(memory: Memory, request: string): Promise<string> {
  return ((await readPrompt(memory, request)) ?? request).toLowerCase().replace(/\s+/g, ' ').trim();
}

function withModel(
  report: Pick<PreferenceReport, 'tables' | 'options'>,
  preferences: PreferenceBook,
): PreferenceReport {
  const { votes, comparisons, reasons } = preferences.model().state().counts;
  const { e, useful } = preferences.evidence();
  return { votes, comparisons, reasons, ...report, evidence: { e, useful } };
}

/** In the run's folder: its facts with the decisions that it used, and the model as it came out. */
async function writeRun(
  { memory, preferences, clock }: PreferenceTrainingDeps,
  run: string,
  report: PreferenceReport,
): Promise<void> {
  const runs = memory.folder('runs');
  const folder = runs.folder(run);
  const facts = {
    ...{ kind: 'preference', status: 'succeeded', finishedAt: new Date(clock()).toISOString() },
    ...{ run, report, decisions: preferences.learned().map(({ id }) => id) },
  };
  const model = await memory.folder('root').read(PREFERENCE_FILE);
  if (model !== undefined) await folder.write(PREFERENCE_FILE, model);
  await folder.write('training_run.json', `${JSON.stringify(facts, null, 2)}\n`);
  await runs.write('latest-preference', run);
}

function resultOf(
  { memory }: PreferenceTrainingDeps,
  run: string,
  decisions: number,
  report: PreferenceReport,
): TrainResult {
  const files = trainingPaths(memory);
  return {
    ...{ run, status: 'succeeded', line: lineOf(decisions, report), decisions, report },
    ...{ modelfile: '', system: '', previousSystem: '', rules: [], examples: [] },
    ...{ advice: adviceOf(report), handEdit: 'none' },
    files: { ...files, preferenceModel: files.log.replace(/[^\\/]*$/, PREFERENCE_FILE) },
  };
}

/** Names the intervals: without them a difference of a few verdicts reads like knowledge. */
function lineOf(decisions: number, { tables }: PreferenceReport): string {
  const learned = `Learned from ${countOf(decisions, 'decision')}`;
  const [table] = tables;
  const row = table?.rows.find(({ name }) => name === 'mixture');
  const { value, low, high } = row?.againstRate ?? { value: null, low: 0, high: 0 };
  const n = table?.n ?? 0;
  if (value === null || table === undefined || table.prompts < MIN_PROMPTS)
    return `${learned}. Better than your approval rate alone: not yet known (n = ${n}).`;
  const said = `log loss ${signed(value)}, 95 % between ${signed(low)} and ${signed(high)}, n = ${n}`;
  if (high < 0) return `${learned}. Foretells your verdicts better than your approval rate alone (${said}).`;
  if (low > 0) return `${learned}. Foretells your verdicts worse than your approval rate alone (${said}).`;
  return `${learned}. Better than your approval rate alone: not yet known (${said}).`;
}

const MIN_PROMPTS = 10;
const signed = (value: number): string => `${value > 0 ? '+' : ''}${value.toFixed(3)}`;

function adviceOf({ reasons, votes, evidence }: PreferenceReport): string[] {
  return [
    evidence.useful
      ? 'Suggestions follow your taste.'
      : 'Suggestions keep the order in which answers were made until the predictions have proved themselves.',
    ...(reasons < votes / 10 ? ['Reasons on denials teach more than further decisions without.'] : []),
  ];
}
