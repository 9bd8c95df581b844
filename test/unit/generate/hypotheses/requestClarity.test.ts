import { describe, expect, it } from 'vitest';
import { requestClarity } from '../../../../sidecar/generate/hypotheses/requestClarity.ts';
import { clarityScore, readLabelled } from '../../../bench/clarityScore.ts';

const unclear = (prompt: string, context: readonly string[] = [], followUp = false): boolean =>
  requestClarity({ prompt, context, followUp }).unclear;

describe('requestClarity', () => {
  it.each([
    ['clarity', 100, 0.97, 0.95],
    ['clarityHeldOut', 60, 0.97, 0.9],
  ] as const)('agrees with the labels of %s', (name, requests, precision, recall) => {
    const score = clarityScore(readLabelled(name));
    expect(score.requests).toBe(requests);
    expect(score.precision.value, JSON.stringify(score.wrong)).toBeGreaterThanOrEqual(precision);
    expect(score.recall.value, JSON.stringify(score.wrong)).toBeGreaterThanOrEqual(recall);
  });

  it('is settled by anything that is attached', () => {
    expect(unclear('fix it')).toBe(true);
    for (const kind of ['selection', 'file', 'problems', 'diff'])
      expect(unclear('fix it', [kind])).toBe(false);
  });

  it('takes a short follow-up for what it is, and a new subject for a new request', () => {
    for (const prompt of ['make it shorter', 'in Python', 'tests', 'add logging', 'why?']) {
      expect(unclear(prompt, [], true), prompt).toBe(false);
    }
    for (const prompt of ['build api', 'deploy api', 'auth'])
      expect(unclear(prompt, [], true), prompt).toBe(true);
  });

  it('never asks about code, questions or long texts', () => {
    const clear = [
      'const a = 1',
      'fix parseConfig',
      'src/app.ts',
      'what is an api?',
      'hello',
      '日本語でAPIを作って',
      '?!',
      'build an api for the shop that lists articles, takes orders and sends an invoice by mail',
    ];
    for (const prompt of clear) expect(unclear(prompt), prompt).toBe(false);
  });

  it('says why, and the same each time', () => {
    const input = { prompt: 'Build API', context: [], followUp: false };
    expect(requestClarity(input)).toEqual({
      unclear: true,
      why: '2 words, and its subject can be made in many ways.',
    });
    expect(requestClarity(input)).toEqual(requestClarity(input));
    expect(requestClarity({ prompt: 'reverse a string in Go', context: [], followUp: false }).why).toBe(
      'It names "reverse string".',
    );
  });
});
