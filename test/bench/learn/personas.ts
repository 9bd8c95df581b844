import { FEATURE_NAMES } from '../../../sidecar/learn/preference/featureNames.ts';
import { sigmoid } from '../../../sidecar/learn/preference/logistic.ts';
import { createPreferenceModel } from '../../../sidecar/learn/preference/preferenceModel.ts';
import type { PreferencePrior } from '../../../sidecar/learn/preference/preferencePrior.ts';
import {
  noteSignals,
  type ReasonSignal,
  tagSignals,
} from '../../../sidecar/learn/preference/reasonSignals.ts';
import { standardised } from '../../../sidecar/learn/preference/standardiser.ts';
import { bagOfWords } from './baselines.ts';
import { gain, splitByPrompt } from './bestOf.ts';
import { groupBy } from './groupBy.ts';
import { complaintOf, type Persona, type TastePart, tasteParts } from './hiddenTaste.ts';
import { bootstrap, type LearnRow, learnRow, mean } from './learnRow.ts';
import type { PublicData } from './publicData.ts';
import { publicPrior } from './publicPrior.ts';
import { cached, lengthOnly, type ScoredAnswer, scoredAnswer } from './wildbench.ts';

interface Judged extends ScoredAnswer {
  readonly standard: Float64Array;
  /** The judges' mean score, standardised within the prompt. */
  readonly judged: number;
}
interface Liked extends Judged {
  readonly utility: number;
  /** Weight times value of each feature that the persona looks at. */
  readonly parts: readonly TastePart[];
}

const VOTES = [10, 25, 50, 100] as const;
const SHARES = [0, 0.4, 1] as const;
const MIN_TEXT = 20;
const STEEPNESS = 2.5;
const JUDGE_WEIGHT = 0.4;

/** Best-of-four gain in a persona's own utility, by votes and by the share of denials with a reason. */
export function personaRows(
  data: PublicData,
  shipped: PreferencePrior | undefined,
  personas: Readonly<Record<string, Persona>>,
  repeats: number,
): LearnRow[] {
  const prior = shipped ?? publicPrior({ ...data, scores: [] });
  const answers = judgedAnswers(data);
  const results = Object.entries(personas).map(([name, persona]) => {
    const liked = likedBy(persona, answers);
    return { name, gains: Array.from({ length: repeats }, (_, i) => repeat(liked, prior, 2_000 + i)) };
  });
  const cells = SHARES.flatMap((share) => VOTES.map((n) => ({ share, n, key: `${share}/${n}` })));
  return cells.map(({ share, n, key }) => {
    const value = (method: string) => (each: Record<string, number>) =>
      each[`${method} ${key}`] ?? each[`${method} ${n}`] ?? each[method] ?? 0;
    const byRepeat = Array.from({ length: repeats }, (_, i) =>
      mean(results.map(({ gains }) => value('ours')(gains[i] ?? {}))),
    );
    const all = results.flatMap(({ gains }) => gains);
    return learnRow({
      metric: `personas gain at ${n}, reasons on ${share * 100} %`,
      value: mean(byRepeat),
      unit: 'share',
      n: repeats,
      interval: bootstrap(byRepeat, mean),
      baselines: {
        ...Object.fromEntries(
          results.map(({ name, gains }) => [`ours for ${name}`, mean(gains.map(value('ours')))]),
        ),
        longest: mean(all.map(value('longest'))),
        bagOfWords: mean(all.map(value('bagOfWords'))),
        lengthLogistic: mean(all.map(value('lengthLogistic'))),
        priorAlone: mean(all.map(value('priorAlone'))),
      },
      ...(share === 0.4 && n === 25 ? { atLeast: 0.44 } : {}),
    });
  });
}

function judgedAnswers({ scores }: PublicData): Judged[] {
  const merged = groupBy(
    scores.filter(({ response }) => response.length > MIN_TEXT),
    ({ prompt_id, response }) => `${prompt_id}\n${response}`,
  );
  const answers = [...merged.values()].flatMap((rows) =>
    rows[0] ? [scoredAnswer({ ...rows[0], score: mean(rows.map(({ score }) => score)) })] : [],
  );
  const byPrompt = groupBy(answers, ({ prompt }) => prompt);
  const scaling = momentsOf(answers.map(({ subject }) => subject.answer));
  return answers.map((answer) => {
    const siblings = (byPrompt.get(answer.prompt) ?? []).map(({ score }) => score);
    return {
      ...answer,
      standard: standardised(answer.subject.answer, scaling),
      judged: (answer.score - mean(siblings)) / (deviation(siblings) || 1),
    };
  });
}

function momentsOf(vectors: readonly Float64Array[]) {
  const columns = FEATURE_NAMES.map((_, i) => vectors.map((vector) => vector[i] ?? 0));
  return {
    centre: Float64Array.from(columns, mean),
    scale: Float64Array.from(columns, (column) => deviation(column) || 1),
  };
}

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

function likedBy(persona: Persona, answers: readonly Judged[]): Liked[] {
  const parts = answers.map(({ standard }) => tasteParts(persona, standard));
  const raw = parts.map((each) => each.reduce((sum, { value }) => sum + value, 0));
  const middle = mean(raw);
  const spread = deviation(raw) || 1;
  return answers.map((answer, k) => ({
    ...answer,
    parts: parts[k] ?? [],
    utility: ((raw[k] ?? 0) - middle) / spread + JUDGE_WEIGHT * answer.judged,
  }));
}

function repeat(answers: readonly Liked[], prior: PreferencePrior, seed: number): Record<string, number> {
  const { training, sets, random } = splitByPrompt(answers, seed);
  const sorted = training.map(({ utility }) => utility).sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const votes = training.slice(0, Math.max(...VOTES)).map((answer) => ({
    ...answer,
    approved: random() < sigmoid(STEEPNESS * (answer.utility - middle)),
    draw: random(),
  }));
  const scored = (score: (a: Liked) => number): number => gain(sets, ({ utility }) => utility, cached(score));
  const untaught = createPreferenceModel({ prior, surface: 'answer' });
  const result: Record<string, number> = {
    longest: scored(({ logLength }) => logLength),
    priorAlone: scored(({ subject }) => untaught.predict(subject)),
  };
  for (const n of VOTES) {
    const given = votes.slice(0, n);
    const words = bagOfWords(given.map((vote) => ({ words: vote.words, y: vote.approved ? 1 : 0 })));
    const length = lengthOnly(given);
    result[`bagOfWords ${n}`] = scored((a) => words.margin(a.words));
    result[`lengthLogistic ${n}`] = scored(({ logLength }) => length * logLength);
    for (const share of SHARES) {
      const model = createPreferenceModel({ prior, surface: 'answer' });
      model.refit(
        given.map((vote, i) => ({
          kind: 'vote',
          decision: String(i),
          subject: vote.subject,
          approved: vote.approved,
          reasons: !vote.approved && vote.draw < share ? reasonOf(vote) : [],
        })),
      );
      result[`ours ${share}/${n}`] = scored(({ subject }) => model.predict(subject));
    }
  }
  return result;
}

/** The persona's complaint as the product understands it. */
function reasonOf({ parts }: Liked): ReasonSignal[] {
  const { reasons, note } = complaintOf(parts);
  return [...reasons.flatMap(tagSignals), ...(note === undefined ? [] : noteSignals(note))];
}
