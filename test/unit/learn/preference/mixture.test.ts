import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Expert, ExpertInput } from '../../../../sidecar/learn/preference/expert.ts';
import { createMixture, logLoss, type Mixture } from '../../../../sidecar/learn/preference/mixture.ts';

const input: ExpertInput = {
  intercept: 1,
  answer: new Float64Array(0),
  context: new Float64Array(0),
  category: -1,
  words: new Map(),
};

/** Says what it is told to say, in turn. */
function saying(name: string, sayings: readonly number[]): Expert {
  let at = 0;
  return {
    name,
    predict: () => sayings[at] ?? 0.5,
    margin: () => 0,
    learn: () => {
      at += 1;
    },
    variance: () => 0,
    refit: () => undefined,
    refitSteps: function* () {},
    store: () => ({ name, kind: 'words', intercept: 0, vocabulary: {} }),
    restore: () => undefined,
  };
}

const probability = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const course = fc.array(fc.tuple(probability, probability, probability, fc.constantFrom<0 | 1>(0, 1)), {
  minLength: 1,
  maxLength: 40,
});
const endless = { halfLife: Number.POSITIVE_INFINITY, initial: {} };

/** Three experts that say what stands in the steps, at rate 1. */
function mixtureOf(steps: readonly (readonly number[])[]): Mixture {
  const experts = [0, 1, 2].map((k) =>
    saying(
      `e${k}`,
      steps.map((step) => Number(step[k])),
    ),
  );
  return createMixture(experts, { ...endless, learningRate: 1 });
}

describe('createMixture', () => {
  it("with rate 1 predicts as Bayes' rule over experts does", () => {
    fc.assert(
      fc.property(course, (steps) => {
        const mixture = mixtureOf(steps);
        let joint = [1 / 3, 1 / 3, 1 / 3];
        for (const [a, b, c, y] of steps) {
          const total = joint.reduce((sum, each) => sum + each, 0);
          const bayes = ((joint[0] ?? 0) * a + (joint[1] ?? 0) * b + (joint[2] ?? 0) * c) / total;
          expect(mixture.learn({ input, y, weight: 1, scored: 1 })).toBeCloseTo(bayes, 6);
          joint = [a, b, c].map((p, k) => (joint[k] ?? 0) * (y === 1 ? p : 1 - p));
        }
      }),
    );
  });

  it('with rate 1 loses at most log n more than its best expert', () => {
    fc.assert(
      fc.property(course, (steps) => {
        const mixture = mixtureOf(steps);
        let own = 0;
        for (const [, , , y] of steps) own += logLoss(mixture.learn({ input, y, weight: 1, scored: 1 }), y);
        expect(own).toBeLessThanOrEqual(Math.min(...mixture.losses()) + Math.log(3) + 1e-9);
      }),
    );
  });

  it('never says more or less than all of its experts', () => {
    fc.assert(
      fc.property(course, fc.double({ min: 0.1, max: 1, noNaN: true }), (steps, learningRate) => {
        const experts = [0, 1, 2].map((k) =>
          saying(
            `e${k}`,
            steps.map((step) => Number(step[k])),
          ),
        );
        const mixture = createMixture(experts, { ...endless, learningRate });
        for (const [a, b, c, y] of steps) {
          const said = mixture.learn({ input, y, weight: 1, scored: 1 });
          expect(said).toBeGreaterThanOrEqual(Math.min(a, b, c) - 1e-9);
          expect(said).toBeLessThanOrEqual(Math.max(a, b, c) + 1e-9);
        }
        expect(mixture.weights().reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('forgives old losses', () => {
    const wasWrong = saying('a', [...Array<number>(50).fill(0.1), ...Array<number>(100).fill(0.9)]);
    const wasRight = saying('b', [...Array<number>(50).fill(0.9), ...Array<number>(100).fill(0.6)]);
    const mixture = createMixture([wasWrong, wasRight], { learningRate: 1, halfLife: 20, initial: {} });
    for (let i = 0; i < 150; i += 1) mixture.learn({ input, y: 1, weight: 1, scored: 1 });
    expect(mixture.weights()[0]).toBeGreaterThan(0.9);
  });

  it('does not judge experts by what is not scored', () => {
    const mixture = createMixture([saying('a', [0.1]), saying('b', [0.9])], { ...endless, learningRate: 1 });
    mixture.learn({ input, y: 1, weight: 5, scored: 0 });
    expect(mixture.weights()).toEqual([0.5, 0.5]);
  });

  it('counts initial weights', () => {
    const mixture = createMixture([saying('a', [0.2]), saying('b', [0.8])], {
      learningRate: 1,
      halfLife: Number.POSITIVE_INFINITY,
      initial: { a: 3 },
    });
    expect(mixture.predict(input)).toBeCloseTo(0.35, 9);
  });
});
