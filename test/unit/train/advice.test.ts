import { expect, test } from 'vitest';
import type { Stats } from '../../../sidecar/protocol/statsSchemas.ts';
import { adviceFor } from '../../../sidecar/train/advice.ts';

const rate = { value: 0.5, n: 2, low: 0, high: 1 };
const stats: Stats = {
  requests: 2,
  approved: 1,
  denied: 1,
  edited: 0,
  approval: rate,
  kept: rate,
  byCategory: [],
  phase: 'Setup',
  word: '',
  newSinceTraining: 2,
  trainingDue: false,
  learning: {
    hypotheses_count: 0,
    persona_updates_count: 0,
    selectionRate: { value: null, n: 0, low: 0, high: 1 },
    autoAdvanceRate: { value: null, n: 0, low: 0, high: 1 },
    activeDays: 0,
    meanScore: null,
    scores: 0,
  },
  topReasons: [],
};

test('a prompt that is quoted at the end of a sentence leaves it one full stop', () => {
  const prompts = [
    { decision: 'a', prompt: 'Write a function number 7.', verdict: 'approved', reasons: [] },
    { decision: 'b', prompt: 'Write a function number 8.', verdict: 'denied', reasons: ['wrong'] },
  ] as const;
  expect(adviceFor({ stats, rules: [], prompts })).toEqual([
    'Be consistent: 1 pair of alike requests got opposite verdicts, for example "Write a function number 7" and "Write a function number 8".',
  ]);
});

test('a weak category is named with its share and the reason why, but never "other"', () => {
  const weak = { ...rate, value: 0.67, n: 15 };
  const advice = adviceFor({
    stats: {
      ...stats,
      byCategory: [
        { category: 'testing', approval: weak, weak: true },
        { category: 'other', approval: weak, weak: true },
      ],
    },
    rules: [],
    prompts: [],
  });
  expect(advice).toEqual([
    'In testing only 67 % of 15 answers were approved: more decisions there, with reasons, show what you want.',
  ]);
  const onlyOther = {
    ...stats,
    approval: weak,
    byCategory: [{ category: 'other' as const, approval: weak, weak: true }],
  };
  expect(adviceFor({ stats: onlyOther, rules: [], prompts: [] })).toEqual([]);
});
