import { describe, expect, test } from 'vitest';
import { statusSummary, statusText, statusTooltip, trainingDue } from '../../../extension/statusText.ts';
import type { Stats } from '../../../sidecar/protocol/statsSchemas.ts';

const rate = (value: number | null, n: number) => ({ value, n, low: 0, high: 1 });
const stats: Stats = {
  requests: 50,
  approved: 30,
  denied: 7,
  edited: 4,
  approval: rate(0.8249, 41),
  kept: rate(0.5, 6),
  byCategory: [
    { category: 'code_generation', approval: rate(0.9, 30), weak: false },
    { category: 'testing', approval: rate(0.45, 11), weak: true },
    { category: 'design', approval: rate(null, 0), weak: false },
  ],
  phase: 'Competent',
  word: 'good',
  activeVersion: { version: '0'.repeat(26), name: 'coder-trained:7b-v2', number: 2 },
  newSinceTraining: 14,
  trainingDue: true,
  learning: {
    hypothesesCount: 0,
    personaUpdatesCount: 0,
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

  test('the tooltip is a table with n, and says kept rate, phase, version and what is due', () => {
    const tooltip = statusTooltip(stats);
    expect(tooltip).toContain('| code generation | 90% | 30 |');
    expect(tooltip).toContain('| testing (weak) | 45% | 11 |');
    expect(tooltip).not.toContain('design');
    expect(tooltip).toContain('Kept after an hour: 50% of 6');
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
