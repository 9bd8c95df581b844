import { describe, expect, it } from 'vitest';
import { wilson } from '../../../sidecar/learn/statistics.ts';
import {
  LEAST_FOR_RATE,
  rateWithInterval,
  rateWords,
  sharePercent,
} from '../../../sidecar/protocol/rateWords.ts';

describe('a rate in words', () => {
  it('has its n, and its interval where there is room', () => {
    expect(rateWords(wilson(34, 41))).toBe('83 % of 41');
    expect(rateWithInterval(wilson(34, 41))).toBe('83 % of 41 (69 to 91 %)');
    expect(rateWithInterval(wilson(5, 5))).toBe('100 % of 5 (57 to 100 %)');
  });

  it('is not told of a few, or of none', () => {
    expect(rateWithInterval(wilson(4, LEAST_FOR_RATE - 1))).toBe('not yet known (n = 4)');
    expect(rateWords(wilson(0, 0))).toBe('not yet known (n = 0)');
    expect(sharePercent(wilson(4, LEAST_FOR_RATE - 1))).toBeUndefined();
  });
});
