import { describe, expect, it } from 'vitest';
import { supportOf, withConfidence } from '../../../../sidecar/generate/hypotheses/readingConfidence.ts';
import type { AskedBack } from '../../../../sidecar/generate/hypotheses/readingLog.ts';
import { memoryItem } from '../../../helpers/memoryItem.ts';

const QUESTIONS = ['a', 'b', 'c'].map((question) => ({ question, support: 0 }));
const chose = (selected: string | null, support = 0, automatic = false): AskedBack => ({
  request: 'r',
  prompt: 'p',
  readings: ['h1', 'h2', 'h3'].map((id) => ({ id, question: id, confidence: 0.5 })),
  supports: [support, 0, 0],
  choice: { selected, automatic },
});
const first = (earlier: readonly AskedBack[], support = 0): number =>
  withConfidence([{ question: 'a', support }, ...QUESTIONS.slice(1)], earlier)[0]?.confidence ?? 0;
const times = (count: number, what: AskedBack): AskedBack[] => Array.from({ length: count }, () => what);

describe('withConfidence', () => {
  it('falls from place to place and leaves room for none of them', () => {
    const readings = withConfidence(QUESTIONS, []);
    expect(readings.map(({ id }) => id)).toEqual(['h1', 'h2', 'h3']);
    const values = readings.map(({ confidence }) => confidence);
    expect([...values].sort((a, b) => b - a)).toEqual(values);
    expect(values.reduce((sum, each) => sum + each, 0)).toBeLessThan(1);
  });

  it('rises with each pick of the first reading, and never reaches certainty', () => {
    const values = [0, 1, 2, 5, 20, 200].map((count) => first(times(count, chose('h1'))));
    expect([...values].sort((a, b) => a - b)).toEqual(values);
    expect(new Set(values.slice(0, 5)).size).toBe(5);
    expect(values.at(-1)).toBeLessThan(1);
  });

  it('falls with other picks and with skips', () => {
    expect(first(times(5, chose('h2')))).toBeLessThan(first([]));
    expect(first(times(5, chose(null)))).toBeLessThan(first([]));
  });

  it('learns nothing from what was taken without asking', () => {
    expect(first(times(30, chose('h1', 0, true)))).toBe(first([]));
  });

  it('counts readings that memories speak for apart from others', () => {
    expect(first([], 0.9)).toBeGreaterThan(first([]));
    const picks = times(6, chose('h1', 0.9));
    expect(first(picks, 0.9)).toBeGreaterThan(first([], 0.9));
    const misses = times(6, chose('h3', 0.9));
    expect(first([], 0.9) - first(misses, 0.9)).toBeGreaterThan(first([], 0) - first(misses, 0));
  });

  it('takes another reading that memories speak for as no bad guess', () => {
    const known = { ...chose('h2', 0.9), supports: [0.9, 0.9, 0] };
    expect(first(times(4, known), 0.9)).toBeGreaterThan(first(times(4, chose('h2', 0.9)), 0.9));
    expect(first(times(4, known), 0.9)).toBeLessThan(first([], 0.9));
  });

  it('puts a reading that memories speak for before one without', () => {
    const readings = withConfidence(
      [
        { question: 'a', support: 0 },
        { question: 'b', support: 0.9 },
      ],
      [],
    );
    expect(readings[0]?.question).toBe('b');
  });

  it('is calibrated to how people pick, in the long run', () => {
    const mixed = [...times(35, chose('h1')), ...times(15, chose('h2'))];
    expect(first(mixed)).toBeGreaterThan(0.65);
    expect(first(mixed)).toBeLessThan(0.75);
  });
});

describe('supportOf', () => {
  const goal = memoryItem('goal', 'build a REST API');
  it('counts what a question has from memories and not from the prompt', () => {
    expect(supportOf('Do you want to deploy the REST API?', 'deploy api', [goal])).toBeGreaterThan(0.5);
    expect(supportOf('Do you want to deploy the API?', 'deploy api', [goal])).toBe(0);
    const off = memoryItem('goal', 'build a REST API', { state: 'off' });
    expect(supportOf('Do you want to deploy the REST API?', 'deploy api', [off])).toBe(0);
  });
  it('knows a tool by what it does', () => {
    const docker = memoryItem('preference', 'Prefers: Docker');
    expect(supportOf('Do you want auth for the containerised API?', 'auth', [docker])).toBeGreaterThan(0.5);
  });
});
