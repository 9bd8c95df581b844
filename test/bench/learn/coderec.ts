import { sigmoid } from '../../../sidecar/learn/preference/logistic.ts';
import { clipped, logLoss } from '../../../sidecar/learn/preference/mixture.ts';
import { createPreferenceModel } from '../../../sidecar/learn/preference/preferenceModel.ts';
import {
  contextStandardiser,
  type PreferencePrior,
} from '../../../sidecar/learn/preference/preferencePrior.ts';
import { standardised } from '../../../sidecar/learn/preference/standardiser.ts';
import { bagOfWords, wordPresence } from './baselines.ts';
import { bootstrap, type LearnRow, learnRow, mean } from './learnRow.ts';
import type { PublicData } from './publicData.ts';
import { byDeveloper, type DecisionInContext, publicPrior } from './publicPrior.ts';

const PREDICTORS = ['ours', 'runningRate', 'bagOfWords', 'logprob', 'otherRate'] as const;
type Predictor = (typeof PREDICTORS)[number];
interface Predicted extends Readonly<Record<Predictor, number>> {
  readonly y: 0 | 1;
}

/** Real decisions in order: each is predicted from the ones before it and from the other developers. */
export function coderecRows(data: PublicData, shipped: PreferencePrior | undefined): LearnRow[] {
  const developers = byDeveloper(data.decisions);
  const predicted = [...developers].map(([developer, own]) => {
    const others = data.decisions.filter(({ annotator }) => annotator !== developer);
    const prior = shipped ?? publicPrior({ ...data, decisions: others, scores: [], pairs: [] });
    return predictDeveloper(
      own,
      prior,
      others.filter(({ approved }) => approved).length / Math.max(1, others.length),
    );
  });
  return report(predicted);
}

function predictDeveloper(
  own: readonly DecisionInContext[],
  prior: PreferencePrior,
  otherRate: number,
): Predicted[] {
  const model = createPreferenceModel({ prior, surface: 'inline' });
  const { intercept, logprob, no_logprob } = prior.context.logprobOnly;
  const scaling = contextStandardiser(prior);
  const seen: { words: ReturnType<typeof wordPresence>; y: 0 | 1 }[] = [];
  let approvals = 0;
  return own.map(({ row, context }, i) => {
    const y = row.approved ? 1 : 0;
    const words = wordPresence(row.response);
    const subject = { answer: NO_ANSWER, context, words: [], category: row.category };
    const runningRate = (approvals + 0.35 * 4) / (i + 4);
    const both = seen.some((each) => each.y !== seen[0]?.y);
    const values = standardised(context, scaling);
    const predicted = {
      y,
      ours: model.predict(subject),
      runningRate,
      bagOfWords: both ? bagOfWords(seen).probability(words) : runningRate,
      logprob: sigmoid(intercept + logprob * (values[0] ?? 0) + no_logprob * (values[1] ?? 0)),
      otherRate,
    } as const;
    model.learn({ kind: 'vote', decision: String(row.seq), subject, approved: row.approved, reasons: [] });
    seen.push({ words, y });
    approvals += y;
    return predicted;
  });
}

/** Completions are judged by their situation; the features of whole answers play no part. */
const NO_ANSWER = new Float64Array(65);
const FIRST = 20;

function report(developers: readonly (readonly Predicted[])[]): LearnRow[] {
  const loss = (rows: readonly Predicted[], by: Predictor): number =>
    mean(rows.map((row) => logLoss(row[by], row.y)));
  const all = developers.flat();
  const late = developers.flatMap((rows) => rows.slice(FIRST));
  const baselines = (value: (by: Predictor) => number) =>
    Object.fromEntries(PREDICTORS.filter((by) => by !== 'ours').map((by) => [by, value(by)]));
  const rows = [
    learnRow({
      metric: 'coderec log loss',
      value: loss(all, 'ours'),
      unit: 'nat',
      n: all.length,
      atMost: 0.56,
      interval: bootstrap(developers, (drawn) => loss(drawn.flat(), 'ours')),
      baselines: baselines((by) => loss(all, by)),
    }),
    learnRow({
      metric: `coderec log loss after ${FIRST}`,
      value: loss(late, 'ours'),
      unit: 'nat',
      n: late.length,
      interval: bootstrap(developers, (drawn) =>
        loss(
          drawn.flatMap((own) => own.slice(FIRST)),
          'ours',
        ),
      ),
      baselines: baselines((by) => loss(late, by)),
    }),
  ];
  for (const by of PREDICTORS.filter((each) => each !== 'ours')) {
    const interval = bootstrap(developers, (drawn) => loss(drawn.flat(), 'ours') - loss(drawn.flat(), by));
    const row = {
      metric: `coderec ours - ${by}`,
      value: loss(all, 'ours') - loss(all, by),
      unit: 'nat',
      n: developers.length,
      interval,
    };
    rows.push(learnRow(row));
    if (by === 'runningRate')
      rows.push(
        learnRow({
          ...row,
          metric: 'coderec ours - runningRate, upper bound',
          value: interval[1],
          atMost: 0,
        }),
      );
  }
  const worst = (by: Predictor): number =>
    Math.max(...developers.map((own) => loss(own, by) - loss(own, 'runningRate')));
  const right = (by: Predictor): number =>
    mean(all.map((row) => ((row[by] >= 0.5 ? 1 : 0) === row.y ? 1 : 0)));
  const auc = (by: Predictor): number =>
    mean(developers.map((own) => areaUnder(own.slice(10), by)).filter(Number.isFinite));
  return [
    ...rows,
    learnRow({
      metric: 'coderec worst developer against own running rate',
      value: worst('ours'),
      unit: 'nat',
      n: developers.length,
      atMost: 0.02,
      baselines: baselines(worst),
    }),
    learnRow({
      metric: 'coderec accuracy',
      value: right('ours'),
      unit: 'share',
      n: all.length,
      baselines: baselines(right),
    }),
    learnRow({
      metric: 'coderec AUC by developer after 10',
      value: auc('ours'),
      unit: 'share',
      n: developers.length,
      baselines: baselines(auc),
    }),
    ...calibrationRows(all),
  ];
}

/** Mean distance of said probability and outcome over ten equal groups. */
function calibrationRows(all: readonly Predicted[]): LearnRow[] {
  const off = (by: Predictor): number => {
    const sorted = all.toSorted((a, b) => a[by] - b[by]);
    const groups = Array.from({ length: 10 }, (_, g) =>
      sorted.slice(Math.floor((g * sorted.length) / 10), Math.floor(((g + 1) * sorted.length) / 10)),
    );
    return mean(groups.map((group) => Math.abs(mean(group.map((row) => clipped(row[by]) - row.y)))));
  };
  return [
    learnRow({
      metric: 'coderec calibration error',
      value: off('ours'),
      unit: 'share',
      n: all.length,
      baselines: { runningRate: off('runningRate'), bagOfWords: off('bagOfWords'), logprob: off('logprob') },
    }),
  ];
}

/** Share of pairs of an approval and a denial that are in the right order; NaN where there is none. */
function areaUnder(rows: readonly Predicted[], by: Predictor): number {
  const yes = rows.filter(({ y }) => y === 1);
  const no = rows.filter(({ y }) => y === 0);
  if (yes.length === 0 || no.length === 0) return Number.NaN;
  const won = yes.flatMap((a) => no.map((b) => (a[by] > b[by] ? 1 : a[by] === b[by] ? 0.5 : 0)));
  return mean(won);
}
