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
