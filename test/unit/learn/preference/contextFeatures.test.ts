import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type CandidateContext,
  CONTEXT_NAMES,
  type ContextName,
  contextFeatures,
} from '../../../../sidecar/learn/preference/contextFeatures.ts';

const usual: CandidateContext = {
  prompt: 'import os\nfor name in os.lis',
  text: 'tdir(path):\n    print(name)',
  meanLogprob: -0.25,
  lastText: undefined,
  secondsSinceLast: undefined,
};
const value = (name: ContextName, change: Partial<CandidateContext>): number =>
  contextFeatures({ ...usual, ...change })[CONTEXT_NAMES.indexOf(name)] ?? Number.NaN;

it('reads the situation', () => {
  expect(value('logprob', {})).toBe(-0.25);
  expect(value('no_logprob', {})).toBe(0);
  expect(value('no_logprob', { meanLogprob: undefined })).toBe(1);
  expect(value('inside_word', {})).toBe(1);
  expect(value('inside_word', { prompt: 'x = ' })).toBe(0);
  expect(value('line_blank', { prompt: 'x = 1\n    ' })).toBe(1);
  expect(value('log_lines', {})).toBeCloseTo(Math.log(2));
  expect(value('unbalanced', { text: 'f((a)' })).toBe(1);
  expect(value('comment', { text: '  # why' })).toBe(1);
});

it('compares with what was shown before', () => {
  expect(value('like_last', {})).toBe(0);
  expect(value('like_last', { text: 'read file', lastText: 'read it' })).toBe(0.5);
  expect(value('continues_last', { text: 'ad file', lastText: 'read file' })).toBe(1);
  expect(value('continues_last', { text: 'write', lastText: 'read file' })).toBe(0);
});

it('caps the time since the last decision', () => {
  expect(value('log_gap', { secondsSinceLast: 9 })).toBeCloseTo(Math.log(10));
  expect(value('log_gap', { secondsSinceLast: 1e6 })).toBeCloseTo(Math.log(601));
  expect(value('log_gap', { secondsSinceLast: -3 })).toBe(0);
});

it('is finite for any text', () => {
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(text, text, text, (prompt, answer, lastText) => {
      expect(contextFeatures({ ...usual, prompt, text: answer, lastText }).every(Number.isFinite)).toBe(true);
    }),
  );
});
