import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cholesky,
  dot,
  inverse,
  multiply,
  type SymmetricMatrix,
  solveCholesky,
} from '../../../../sidecar/learn/preference/linearAlgebra.ts';
import {
  fitLogistic,
  type GaussianPrior,
  type LogisticRow,
  logPosterior,
  predictLogistic,
  sigmoid,
} from '../../../../sidecar/learn/preference/logistic.ts';
import { createOnlineLogistic } from '../../../../sidecar/learn/preference/onlineLogistic.ts';

const SIZE = 3;
const number = fc.double({ min: -3, max: 3, noNaN: true });
const row: fc.Arbitrary<LogisticRow> = fc.record({
  x: fc.array(number, { minLength: SIZE, maxLength: SIZE }).map((values) => Float64Array.from(values)),
  y: fc.constantFrom(0, 1),
  weight: fc.double({ min: 0.1, max: 2, noNaN: true }),
});
const rows = fc.array(row, { maxLength: 25 });
const prior: GaussianPrior = { mean: Float64Array.of(0.2, -0.4, 0), precision: Float64Array.of(1, 3, 0.5) };

/** Plain gradient ascent with a small step: slow, but too simple to be wrong. */
function slowMode(data: readonly LogisticRow[]): Float64Array {
  const w = Float64Array.from(prior.mean);
  for (let step = 0; step < 20_000; step += 1) {
    const gradient = w.map((each, i) => -(prior.precision[i] ?? 0) * (each - (prior.mean[i] ?? 0)));
    for (const { x, y, weight } of data) {
      const off = weight * (y - 1 / (1 + Math.exp(-dot(w, x))));
      for (let i = 0; i < SIZE; i += 1) gradient[i] = (gradient[i] ?? 0) + off * (x[i] ?? 0);
    }
    for (let i = 0; i < SIZE; i += 1) w[i] = (w[i] ?? 0) + 0.005 * (gradient[i] ?? 0);
  }
  return w;
}

const near = (a: Float64Array, b: Float64Array, within: number): void => {
  expect(a).toHaveLength(b.length);
  a.forEach((value, i) => {
    expect(Math.abs(value - (b[i] ?? Number.NaN))).toBeLessThan(within);
  });
};

/** Curvature of the objective by finite differences. */
function slowCurvature(data: readonly LogisticRow[], at: Float64Array): SymmetricMatrix {
  const h = 1e-3;
  const f = (i: number, j: number, a: number, b: number): number => {
    const w = Float64Array.from(at);
    w[i] = (w[i] ?? 0) + a;
    w[j] = (w[j] ?? 0) + b;
    return logPosterior(data, prior, w);
  };
  const values = new Float64Array(SIZE * SIZE);
  for (let i = 0; i < SIZE; i += 1)
    for (let j = 0; j < SIZE; j += 1)
      values[i * SIZE + j] =
        -(f(i, j, h, h) - f(i, j, h, -h) - f(i, j, -h, h) + f(i, j, -h, -h)) / (4 * h * h);
  return { size: SIZE, values };
}

/** A times its own transpose, and a quarter on the diagonal, for a matrix A of 4 by 4. */
function gramMatrix(a: readonly number[]): SymmetricMatrix {
  const values = Float64Array.from({ length: 16 }, (_, at) => {
    const [i, j] = [Math.floor(at / 4), at % 4];
    return dot(a.slice(4 * i, 4 * i + 4), a.slice(4 * j, 4 * j + 4)) + (i === j ? 0.25 : 0);
  });
  return { size: 4, values };
}

describe('linear algebra', () => {
  it('solves and inverts what it factored', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 16, maxLength: 16 }), (a) => {
        const matrix = gramMatrix(a);
        const b = Float64Array.of(1, -2, 3, 0.5);
        near(multiply(matrix, solveCholesky(cholesky(matrix), b)), b, 1e-6);
        near(multiply(matrix, multiply(inverse(matrix), b)), b, 1e-6);
      }),
    );
  });

  it('refuses what is not positive definite', () => {
    expect(() => cholesky({ size: 2, values: Float64Array.of(1, 2, 2, 1) })).toThrow(RangeError);
  });
});

describe('fitLogistic', () => {
  it('finds the mode that slow gradient ascent finds', () => {
    fc.assert(
      fc.property(rows, (data) => near(fitLogistic(data, prior).mean, slowMode(data), 1e-3)),
      { numRuns: 15 },
    );
  });

  it('tells the covariance that the curvature at the mode has', () => {
    fc.assert(
      fc.property(rows, (data) => {
        const { mean, covariance } = fitLogistic(data, prior);
        near(covariance.values, inverse(slowCurvature(data, mean)).values, 1e-3);
      }),
      { numRuns: 30 },
    );
  });

  it('stays at the prior without data, and comes from any start to the same place', () => {
    near(fitLogistic([], prior).mean, prior.mean, 1e-12);
    fc.assert(
      fc.property(rows, fc.array(number, { minLength: SIZE, maxLength: SIZE }), (data, start) =>
        near(fitLogistic(data, prior, Float64Array.from(start)).mean, fitLogistic(data, prior).mean, 1e-3),
      ),
    );
  });

  it('counts a weight of two as two rows', () => {
    fc.assert(
      fc.property(rows, (data) => {
        const doubled = data.map((each) => ({ ...each, weight: 2 * each.weight }));
        near(fitLogistic(doubled, prior).mean, fitLogistic([...data, ...data], prior).mean, 1e-4);
      }),
    );
  });
});

describe('predictLogistic', () => {
  it('is the average of the logistic function over the posterior, within 0.02', () => {
    for (const margin of [-2, -0.5, 0, 1, 3])
      for (const variance of [0.1, 1, 4]) {
        let sum = 0;
        let total = 0;
        for (let t = -6; t <= 6; t += 0.01) {
          const density = Math.exp((-t * t) / 2);
          sum += density * sigmoid(margin + t * Math.sqrt(variance));
          total += density;
        }
        const posterior = {
          mean: Float64Array.of(margin),
          covariance: { size: 1, values: Float64Array.of(variance) },
        };
        expect(Math.abs(predictLogistic(posterior, Float64Array.of(1)) - sum / total)).toBeLessThan(0.02);
      }
  });
});

describe('createOnlineLogistic', () => {
  it('after one observation stands exactly where a full fit stands', () => {
    fc.assert(
      fc.property(row, (one) => {
        const online = createOnlineLogistic(prior, Number.POSITIVE_INFINITY);
        online.learn(one);
        const exact = fitLogistic([one], prior);
        near(online.mean(), exact.mean, 1e-4);
        near(online.posterior().covariance.values, exact.covariance.values, 1e-4);
      }),
    );
  });

  it('after many stays near the full fit', () => {
    fc.assert(
      fc.property(rows, (data) => {
        const online = createOnlineLogistic(prior, Number.POSITIVE_INFINITY);
        for (const each of data) online.learn(each);
        const exact = fitLogistic(data, prior);
        const at = Float64Array.of(1, 0.5, -0.5);
        expect(Math.abs(online.predict(at) - predictLogistic(exact, at))).toBeLessThan(0.12);
      }),
    );
  });

  it('forgets: what came long ago weighs as a full fit with faded weights has it', () => {
    const halfLife = 64;
    const online = createOnlineLogistic(prior, halfLife);
    const x = Float64Array.of(1, 0, 0);
    const data = Array.from({ length: 640 }, (_, i) => ({
      x,
      y: i < 320 ? (1 as const) : (0 as const),
      weight: 1,
    }));
    for (const each of data) online.learn(each);
    const faded = data.map((each, i) => ({ ...each, weight: 2 ** (-(data.length - i) / halfLife) }));
    expect(Math.abs(online.predict(x) - predictLogistic(fitLogistic(faded, prior), x))).toBeLessThan(0.05);
    expect(online.predict(x)).toBeLessThan(0.1);
  });

  it('returns to the prior where nothing is said any more', () => {
    const online = createOnlineLogistic(prior, 8);
    for (let i = 0; i < 30; i += 1) online.learn({ x: Float64Array.of(0, 1, 0), y: 1, weight: 1 });
    const taught = online.mean()[1] ?? 0;
    for (let i = 0; i < 640; i += 1) online.learn({ x: Float64Array.of(1, 0, 0), y: 1, weight: 1 });
    expect(taught).toBeGreaterThan(0.5);
    expect(online.mean()[1]).toBeCloseTo(-0.4, 2);
  });
});
