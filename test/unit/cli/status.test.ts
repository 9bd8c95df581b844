import { describe, expect, it } from 'vitest';
import { runScripted } from './cliHarness.ts';
import { stats } from './sampleData.ts';

const answers = { 'stats.get': () => stats() };

describe('status', () => {
  it('says each number with its n', async () => {
    const { out } = await runScripted(['status'], { answers });
    expect(out).toContain('Approval   82 % of 41 (68 to 91 %), good');
    expect(out).toContain('Kept       not yet known (n = 0)');
    expect(out).toContain('due: 14 new decisions');
    const rate = { value: 0.75, n: 8, low: 0.41, high: 0.93 };
    const none = { value: null, n: 0, low: 0, high: 1 };
    const suggestions = { chosen: rate, suggested: none, atRandom: none };
    const ranked = await runScripted(['stats'], {
      answers: { 'stats.get': () => stats({ suggestions, alternatives: rate }) },
    });
    expect(ranked.out).toMatch(/Opened first +chosen 75 % of 8 \(41 to 93 %\)/);
    expect(ranked.out).toMatch(/Second answers +chosen 75 % of 8 \(41 to 93 %\)/);
    expect(out).not.toContain('Opened first');
    expect(out).toMatch(/testing {2}50 % of 14 \(68 to 91 %\) {2}weak/);
  });
});
