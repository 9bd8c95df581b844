import { expect, it } from 'vitest';
import { createBagOfWordsExpert } from '../../../../sidecar/learn/preference/bagOfWordsExpert.ts';
import type { ExpertObservation } from '../../../../sidecar/learn/preference/expert.ts';

const seen = (words: readonly string[], y: 0 | 1): ExpertObservation => ({
  input: {
    intercept: 1,
    answer: new Float64Array(0),
    context: new Float64Array(0),
    category: -1,
    words: new Map(words.map((word) => [word, 1])),
  },
  y,
  weight: 1,
  scored: 1,
});
const history = Array.from({ length: 200 }, (_, i) =>
  i % 2 === 0 ? seen(['def', 'pathlib'], 1) : seen(['def', 'system'], 0),
);

it('learns which words are liked', () => {
  const expert = createBagOfWordsExpert();
  expert.refit(history);
  expect(expert.predict(seen(['pathlib'], 1).input)).toBeGreaterThan(0.7);
  expect(expert.predict(seen(['system'], 1).input)).toBeLessThan(0.3);
  expect(expert.predict(seen(['unknown'], 1).input)).toBeCloseTo(0.5, 1);
});

it('more epochs and a higher rate teach more', () => {
  const said = (epochs: number, learningRate: number): number => {
    const expert = createBagOfWordsExpert({ epochs, vocabularySize: 100, learningRate });
    expert.refit(history.slice(0, 20));
    return expert.predict(seen(['pathlib'], 1).input);
  };
  expect(said(10, 0.05)).toBeGreaterThan(said(1, 0.05));
  expect(said(1, 0.2)).toBeGreaterThan(said(1, 0.05));
});

it('takes no word beyond its vocabulary', () => {
  const expert = createBagOfWordsExpert({ epochs: 1, vocabularySize: 2, learningRate: 0.1 });
  expert.refit(history);
  const stored = expert.store();
  expect(stored.kind === 'words' && Object.keys(stored.vocabulary)).toEqual(['def', 'pathlib']);
});
