import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createForecastRace,
  isProvenBetter,
  PROVEN_E,
  signEValue,
} from '../../../../sidecar/learn/preference/eValue.ts';

/** The integral of t^w (1 - t)^l over 0 to 1, by the midpoint rule. */
function slowEValue(wins: number, losses: number): number {
  const steps = 20_000;
  let sum = 0;
  for (let i = 0; i < steps; i += 1) {
    const t = (i + 0.5) / steps;
    sum += (2 * t) ** wins * (2 * (1 - t)) ** losses;
  }
  return sum / steps;
}

describe('signEValue', () => {
  it('is the likelihood ratio of a coin of unknown bias to a fair one', () => {
    for (const [wins, losses] of [
      [0, 0],
      [1, 0],
      [3, 5],
      [12, 2],
      [30, 30],
      [40, 10],
    ] as const)
      expect(signEValue(wins, losses) / slowEValue(wins, losses)).toBeCloseTo(1, 4);
  });

  it('has mean 1 after a fair flip, from any state', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (wins, losses) => {
        const mean = (signEValue(wins + 1, losses) + signEValue(wins, losses + 1)) / 2;
        expect(mean / signEValue(wins, losses)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('takes no side', () => {
    expect(signEValue(17, 4)).toBeCloseTo(signEValue(4, 17), 9);
  });
});

describe('isProvenBetter', () => {
  it('by exact probability calls one of two equals better in at most 2.5 % of 200 looks', () => {
    let alive = new Map([[0, 1]]);
    let claimed = 0;
    for (let n = 1; n <= 200; n += 1) {
      const next = new Map<number, number>();
      for (const [wins, chance] of alive)
        for (const more of [0, 1]) next.set(wins + more, (next.get(wins + more) ?? 0) + chance / 2);
      alive = new Map();
      for (const [wins, chance] of next) {
        if (isProvenBetter(wins, n - wins)) claimed += chance;
        else alive.set(wins, chance);
      }
    }
    expect(claimed).toBeLessThanOrEqual(0.025);
    expect(claimed).toBeGreaterThan(0.005);
  });

  it('asks for evidence, and for the right side', () => {
    expect(isProvenBetter(5, 0)).toBe(false);
    expect(isProvenBetter(9, 0)).toBe(true);
    expect(signEValue(0, 9)).toBeGreaterThan(PROVEN_E);
    expect(isProvenBetter(0, 9)).toBe(false);
  });
});

describe('createForecastRace', () => {
  it('expects nothing where the rival is right', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (p, rival) => {
          const e = ([0, 1] as const).map((y) => {
            const race = createForecastRace();
            race.learn(p, rival, y);
            return Math.exp(race.logE());
          });
          expect(rival * (e[1] ?? 0) + (1 - rival) * (e[0] ?? 0)).toBeCloseTo(1, 9);
        },
      ),
    );
  });
});
