import { dot } from '../../../sidecar/learn/preference/linearAlgebra.ts';
import { fitLogistic } from '../../../sidecar/learn/preference/logistic.ts';
import { type Subject, subjectOf } from '../../../sidecar/learn/preference/observation.ts';
import { createPreferenceModel } from '../../../sidecar/learn/preference/preferenceModel.ts';
import type { PreferencePrior } from '../../../sidecar/learn/preference/preferencePrior.ts';
import { bagOfWords, type Words, wordPresence } from './baselines.ts';
import { gain, splitByPrompt } from './bestOf.ts';
import { bootstrap, type LearnRow, learnRow, mean } from './learnRow.ts';
import type { PublicData, ScoreRow } from './publicData.ts';
import { publicPrior } from './publicPrior.ts';

export interface ScoredAnswer {
  readonly prompt: string;
  readonly subject: Subject;
  readonly words: Words;
  readonly logLength: number;
  readonly score: number;
  readonly approved: boolean;
}

export function scoredAnswer(
  row: Pick<ScoreRow, 'prompt_id' | 'response' | 'score' | 'approved'>,
): ScoredAnswer {
  return {
    prompt: row.prompt_id,
    subject: textSubject('', row.response),
    words: wordPresence(row.response),
    logLength: Math.log1p(row.response.length),
    score: row.score,
    approved: row.approved,
  };
}

/** A candidate of which only prompt and text are known. */
export const textSubject = (prompt: string, text: string): Subject =>
  subjectOf({
    prompt,
    text,
    meanLogprob: undefined,
    lastText: undefined,
    secondsSinceLast: undefined,
    category: 'other',
  });

export const VOTES = [10, 25, 50, 100, 200] as const;
const REQUIRED: Readonly<Record<string, Readonly<Partial<Record<number, number>>>>> = {
  'gpt-4-turbo': { 10: 0.34, 50: 0.34 },
  'gpt-4o': { 50: 0.38 },
};

/** Picks the better answer after few votes, one judge at a time. */
export function wildbenchRows(
  data: PublicData,
  shipped: PreferencePrior | undefined,
  repeats: number,
): LearnRow[] {
  const prior = shipped ?? publicPrior({ ...data, scores: [] });
  const judges = [...new Set(data.scores.map(({ annotator }) => annotator))].sort();
  return judges.flatMap((judge) => {
    const answers = data.scores.filter(({ annotator }) => annotator === judge).map(scoredAnswer);
    const gains = Array.from({ length: repeats }, (_, i) => repeat(answers, prior, 1_000 + i));
    const short = Object.keys(REQUIRED)
      .filter((name) => judge.startsWith(name))
      .sort((a, b) => b.length - a.length)[0];
    return VOTES.map((n, place) => {
      const ours = gains.map((each) => each[place]?.['ours'] ?? 0);
      const names = Object.keys(gains[0]?.[place] ?? {}).filter((name) => name !== 'ours');
      const needed = REQUIRED[short ?? '']?.[n];
      return learnRow({
        metric: `wildbench ${short ?? judge} gain at ${n}`,
        value: mean(ours),
        unit: 'share',
        n: repeats,
        interval: bootstrap(ours, mean),
        baselines: Object.fromEntries(
          names.map((name) => [name, mean(gains.map((each) => each[place]?.[name] ?? 0))]),
        ),
        ...(needed === undefined ? {} : { atLeast: needed }),
      });
    });
  });
}

function repeat(
  answers: readonly ScoredAnswer[],
  prior: PreferencePrior,
  seed: number,
): Record<string, number>[] {
  const { training, sets } = splitByPrompt(answers, seed);
  const untaught = createPreferenceModel({ prior, surface: 'answer' });
  const scored = (score: (a: ScoredAnswer) => number): number =>
    gain(sets, ({ score: value }) => value, cached(score));
  const fixed = {
    longest: scored((a) => a.logLength),
    priorAlone: scored((a) => untaught.predict(a.subject)),
  };
  return VOTES.map((n) => {
    const votes = training.slice(0, n);
    const model = createPreferenceModel({ prior, surface: 'answer' });
    model.refit(
      votes.map(({ subject, approved }, i) => ({
        kind: 'vote',
        decision: String(i),
        subject,
        approved,
        reasons: [],
      })),
    );
    const words = bagOfWords(votes.map((vote) => ({ words: vote.words, y: vote.approved ? 1 : 0 })));
    const length = lengthOnly(votes);
    return {
      ours: scored((a) => model.predict(a.subject)),
      ...fixed,
      bagOfWords: scored((a) => words.margin(a.words)),
      lengthLogistic: scored(({ logLength }) => length * logLength),
    };
  });
}

export function cached<A extends object>(score: (a: A) => number): (a: A) => number {
  const known = new Map<A, number>();
  return (a) => {
    const value = known.get(a) ?? score(a);
    known.set(a, value);
    return value;
  };
}

/** Slope of a logistic regression with C = 1 on the standardised length. */
export function lengthOnly(votes: readonly { logLength: number; approved: boolean }[]): number {
  const middle = mean(votes.map(({ logLength }) => logLength));
  const spread = Math.sqrt(mean(votes.map(({ logLength }) => (logLength - middle) ** 2))) || 1;
  const rows = votes.map(({ logLength, approved }) => ({
    x: Float64Array.of(1, (logLength - middle) / spread),
    y: approved ? (1 as const) : (0 as const),
    weight: 1,
  }));
  const { mean: weights } = fitLogistic(rows, {
    mean: new Float64Array(2),
    precision: Float64Array.of(1e-3, 1),
  });
  return dot(weights, [0, 1]) / spread;
}
