import { describe, expect, test } from 'vitest';
import { statusSummary, statusText, statusTooltip, trainingDue } from '../../../extension/statusText.ts';
import type { Stats } from '../../../sidecar/protocol/statsSchemas.ts';

const rate = (value: number | null, n: number, low = 0, high = 1) => ({ value, n, low, high });
const stats: Stats = {
  requests: 50,
  approved: 30,
  denied: 7,
  edited: 4,
  approval: rate(0.8249, 41, 0.683, 0.913),
  kept: rate(0.5, 6, 0.188, 0.812),
  byCategory: [
    { category: 'code_generation', approval: rate(0.9, 30), weak: false },
    { category: 'testing', approval: rate(0.45, 11), weak: true },
    { category: 'debugging', approval: rate(0.25, 4), weak: false },
    { category: 'design', approval: rate(null, 0), weak: false },
  ],
  phase: 'Competent',
  word: 'good',
  activeVersion: { version: '0'.repeat(26), name: 'coder-trained:7b-v2', number: 2 },
  newSinceTraining: 14,
  trainingDue: true,
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

describe('status bar', () => {
  test('says the rate with its n, and spins while busy', () => {
    expect(statusText(statusSummary(stats), false)).toBe('$(thumbsup) 82% of 41');
    expect(statusText(statusSummary(stats), true)).toBe('$(loading~spin) 82% of 41');
  });

  test('has no rate to say before the first decision', () => {
    const fresh = { ...stats, approval: rate(null, 0) };
    expect(statusSummary(fresh)).toBe('Whetstone');
    expect(statusTooltip(fresh)).toContain('No decisions yet');
  });

  test('says no rate of a few', () => {
    const few = { ...stats, approval: rate(1, 4, 0.5, 1) };
    expect(statusSummary(few)).toBe('4 decisions');
    expect(statusTooltip(few)).toContain('approved: not yet known (n = 4)');
  });

  test('the tooltip is a table with n, and says kept rate, phase, version and what is due', () => {
    const tooltip = statusTooltip(stats);
    expect(tooltip).toContain('| code generation | 90% | 30 |');
    expect(tooltip).toContain('| testing (weak) | 45% | 11 |');
    expect(tooltip).not.toContain('design');
    expect(tooltip).toContain('approved: 82% of 41 (68 to 91%), good');
    expect(tooltip).toContain('Kept after an hour: 50% of 6 (19 to 81%)');
    expect(tooltip).toContain('| debugging | not yet known | 4 |');
    expect(tooltip).toContain('Phase: Competent');
    expect(tooltip).toContain('coder-trained:7b-v2');
    expect(tooltip).toContain('Training is due: 14 new decisions since v2');
  });

  test('what was never measured is said to be unknown', () => {
    expect(statusTooltip({ ...stats, kept: rate(null, 0) })).toContain('Kept after an hour: not yet known');
    expect(trainingDue({ ...stats, trainingDue: false })).toBe('');
    expect(trainingDue({ ...stats, newSinceTraining: 1 })).toBe('1 new decision since v2');
  });
});
