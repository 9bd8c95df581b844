import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  adaptedStandardiser,
  MAX_STANDARD,
  standardised,
  standardiserOf,
} from '../../../../sidecar/learn/preference/standardiser.ts';

const FLOORS = Float64Array.of(0.5, 0.5);
const vector = fc
  .array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 2, maxLength: 2 })
  .map((values) => Float64Array.from(values));

it('centres and scales what it was made of', () => {
  const vectors = [Float64Array.of(1, 7), Float64Array.of(5, 7)];
  const { centre, scale } = standardiserOf(vectors, FLOORS);
  expect([...centre]).toEqual([3, 7]);
  expect([...scale]).toEqual([2, 0.5]);
});

it('never goes beyond its ends, even for what was never seen', () => {
  fc.assert(
    fc.property(fc.array(vector, { minLength: 1 }), vector, (vectors, other) => {
      for (const value of standardised(other, standardiserOf(vectors, FLOORS)))
        expect(Math.abs(value)).toBeLessThanOrEqual(MAX_STANDARD);
    }),
  );
});

it('an adapted one is that of the answers seen together with the pseudo-answers', () => {
  fc.assert(
    fc.property(
      fc.array(vector, { minLength: 2, maxLength: 6 }),
      fc.array(vector, { minLength: 1, maxLength: 6 }),
      (old, seen) => {
        const base = standardiserOf(old, Float64Array.of(1e-9, 1e-9));
        const adapted = adaptedStandardiser(base, seen, old.length, FLOORS);
        const all = standardiserOf([...old, ...seen], FLOORS);
        [0, 1].forEach((i) => {
          expect(adapted.centre[i]).toBeCloseTo(all.centre[i] ?? Number.NaN, 6);
          expect(adapted.scale[i]).toBeCloseTo(all.scale[i] ?? Number.NaN, 6);
        });
      },
    ),
  );
});
