import { createHash } from 'node:crypto';
import type { Subject } from '../../../sidecar/learn/preference/observation.ts';
import { createPreferenceModel } from '../../../sidecar/learn/preference/preferenceModel.ts';
import type { PreferencePrior } from '../../../sidecar/learn/preference/preferencePrior.ts';
import { bagOfWords, type Words, wordDifference, wordPresence } from './baselines.ts';
import { bootstrap, type LearnRow, learnRow, mean } from './learnRow.ts';
import type { PairRow, PublicData } from './publicData.ts';
import { publicPrior } from './publicPrior.ts';
import { textSubject } from './wildbench.ts';

const FOLDS = 5;
const REQUIRED: Readonly<Record<string, number>> = { annotator1: 0.7 };

interface Pair {
  readonly fold: Readonly<Record<Key, number>>;
  readonly a: Subject;
  readonly b: Subject;
  readonly words: Words;
  readonly longer: boolean;
  readonly aBetter: boolean;
}

type Key = 'prompt' | 'id';

const foldOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0) % FOLDS;

function toPair({ id, prompt, response_a, response_b, label }: PairRow): Pair {
  return {
    fold: { prompt: foldOf(prompt), id: foldOf(id) },
    a: textSubject(prompt, response_a),
    b: textSubject(prompt, response_b),
    words: wordDifference(wordPresence(response_a), wordPresence(response_b)),
    longer: response_a.length > response_b.length,
    aBetter: label === 'a',
  };
}

/**
 * Human pairs: each annotator's own comparisons, five folds. Several pairs share a prompt and its answers, so that folds by
 * the id of a pair let a bag of words recognise answers it was trained on; both are printed.
 */
export function pandalmRows(data: PublicData, shipped: PreferencePrior | undefined): LearnRow[] {
  const prior = shipped ?? publicPrior({ ...data, pairs: [] });
  const annotators = [...new Set(data.pairs.map(({ annotator }) => annotator))].sort();
  return annotators.flatMap((annotator) => {
    const pairs = data.pairs.filter((row) => row.annotator === annotator && row.label !== 'tie').map(toPair);
    return (['prompt', 'id'] as const).map((key) => annotatorRow(annotator, pairs, key, prior));
  });
}

function annotatorRow(annotator: string, pairs: readonly Pair[], key: Key, prior: PreferencePrior): LearnRow {
  const right = Array.from({ length: FOLDS }, (_, fold) => fold).flatMap((fold) => {
    const training = pairs.filter((pair) => pair.fold[key] !== fold);
    const model = createPreferenceModel({ prior, surface: 'answer', halfLife: Number.POSITIVE_INFINITY });
    model.refit(
      training.map((pair, i) => ({
        kind: 'comparison',
        decision: String(i),
        better: pair.aBetter ? pair.a : pair.b,
        worse: pair.aBetter ? pair.b : pair.a,
        weight: 1,
      })),
    );
    const words = bagOfWords(
      training.map((pair) => ({ words: pair.words, y: pair.aBetter ? 1 : 0 })),
      false,
    );
    return pairs
      .filter((pair) => pair.fold[key] === fold)
      .map((pair) => ({
        ours: model.prefers(pair.a, pair.b) > 0.5 === pair.aBetter ? 1 : 0,
        longer: pair.longer === pair.aBetter ? 1 : 0,
        bagOfWords: words.margin(pair.words) > 0 === pair.aBetter ? 1 : 0,
      }));
  });
  const needed = REQUIRED[annotator];
  return learnRow({
    metric: `pandalm ${annotator} accuracy, folds by ${key}`,
    value: mean(right.map(({ ours }) => ours)),
    unit: 'share',
    n: right.length,
    interval: bootstrap(right, (drawn) => mean(drawn.map(({ ours }) => ours))),
    baselines: {
      longer: mean(right.map(({ longer }) => longer)),
      bagOfWords: mean(right.map((each) => each.bagOfWords)),
    },
    ...(needed === undefined ? {} : { atLeast: needed }),
  });
}
