import { createHash } from 'node:crypto';
import { inputOf, type Observation } from '../learn/preference/observation.ts';
import {
  createPreferenceModel,
  type PreferenceModel,
  type PreferenceModelOptions,
} from '../learn/preference/preferenceModel.ts';
import type { Steps } from '../learn/preference/steps.ts';
import { PREDICTORS, type PreferenceReport } from '../protocol/preferenceSchemas.ts';
import { type Foretold, figuresOf, type Predictor } from './preferenceFigures.ts';

/** What one decision or feedback teaches, with the prompt that it is on. */
export interface Lesson {
  readonly prompt: string;
  readonly observations: readonly Observation[];
}

export type ReportTable = PreferenceReport['tables'][number];

const FOLDS = 5;
/** Everything is fitted exactly again where so much more was learned. */
const GROWTH = 1.25;
/** Experts of the mixture that stand for a baseline each. */
const EXPERTS: Readonly<Record<Exclude<Predictor, 'mixture'>, string>> = {
  'running rate': 'rate',
  'log-probability': 'confidence',
  'length only': 'length',
  'bag of words': 'words',
  'public taste': 'public',
};

/** Foretells each verdict from what came before it, oldest first, by the code that ranks. */
export function* prequential(lessons: readonly Lesson[], options: PreferenceModelOptions): Steps<Foretold[]> {
  const model = createPreferenceModel(options);
  const foretold: Foretold[] = [];
  const past: Observation[] = [];
  let fitted = 0;
  for (const { prompt, observations } of lessons) {
    foretold.push(...foretell(model, observations, prompt));
    for (const each of observations) model.learn(each);
    past.push(...observations);
    yield;
    if (past.length < Math.max(fitted + 1, fitted * GROWTH)) continue;
    yield* model.refitSteps(past);
    fitted = past.length;
  }
  return foretold;
}

/** Foretells the verdicts on each fifth of the prompts from the other four. */
export function* byFolds(
  lessons: readonly Lesson[],
  options: PreferenceModelOptions,
  onFold: (done: number, of: number) => void = () => undefined,
): Steps<Foretold[]> {
  const fold = foldsOf(lessons);
  const foretold: Foretold[] = [];
  for (let tested = 0; tested < FOLDS; tested += 1) {
    const model = createPreferenceModel(options);
    const taught = lessons.filter(({ prompt }) => fold.get(prompt) !== tested);
    yield* model.refitSteps(taught.flatMap(({ observations }) => observations));
    for (const { prompt, observations } of lessons) {
      if (fold.get(prompt) !== tested) continue;
      foretold.push(...foretell(model, observations, prompt));
      yield;
    }
    onFold(tested + 1, FOLDS);
  }
  return foretold;
}

/** Dealt out in the order of a hash: folds of a size, whatever the order in which prompts came. */
function foldsOf(lessons: readonly Lesson[]): ReadonlyMap<string, number> {
  const prompts = [...new Set(lessons.map(({ prompt }) => prompt))];
  const hashed = prompts.map((prompt) => ({
    prompt,
    hash: createHash('sha256').update(prompt).digest('hex'),
  }));
  hashed.sort((a, b) => (a.hash < b.hash ? -1 : 1));
  return new Map(hashed.map(({ prompt }, place) => [prompt, place % FOLDS]));
}

/** Votes that could have been foretold. */
function foretell(model: PreferenceModel, observations: readonly Observation[], prompt: string): Foretold[] {
  return observations.flatMap((each): Foretold[] => {
    if (each.kind !== 'vote' || each.foretold === false) return [];
    const { scaling, mixture } = model.state();
    const input = inputOf(each.subject, scaling);
    const by = (name: Predictor): number =>
      name === 'mixture'
        ? model.predict(each.subject)
        : (mixture.experts.find((expert) => expert.name === EXPERTS[name])?.predict(input) ?? 0.5);
    const said = {
      mixture: by('mixture'),
      'running rate': by('running rate'),
      'log-probability': by('log-probability'),
      'length only': by('length only'),
      'bag of words': by('bag of words'),
      'public taste': by('public taste'),
    };
    return [{ y: each.approved ? 1 : 0, prompt, said }];
  });
}

/** Every predictor beside the others. */
export function* tableOf(
  protocol: ReportTable['protocol'],
  foretold: readonly Foretold[],
): Steps<ReportTable> {
  const rows: ReportTable['rows'] = [];
  for (const name of PREDICTORS) rows.push({ name, ...(yield* figuresOf(foretold, name)) });
  const prompts = new Set(foretold.map(({ prompt }) => prompt)).size;
  return { protocol, n: foretold.length, prompts, rows };
}
