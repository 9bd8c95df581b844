import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRowOrder } from '../../../sidecar/memory/index/rowOrder.ts';

/** A new row with a time, another time for a row, or a look. */
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('add'), time: fc.nat({ max: 1_000 }) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('move'),
        row: fc.nat({ max: 300 }),
        time: fc.nat({ max: 1_000 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('look'), time: fc.nat() }) },
  ),
  { minLength: 50, maxLength: 300, size: 'max' },
);

describe('createRowOrder', () => {
  it('has rows in the order of their times, whatever comes late or moves', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const times: number[] = [];
        const compare = (a: number, b: number): number => (times[a] ?? 0) - (times[b] ?? 0) || a - b;
        const order = createRowOrder(compare);
        const look = (): void => {
          const rows = Array.from({ length: order.count }, (_, place) => order.at(place));
          expect(rows).toEqual(Array.from(times.keys()).sort(compare));
          expect(Array.from(times.keys(), (row) => order.before(row))).toEqual(
            Array.from(times.keys(), (row) => rows.indexOf(row)),
          );
        };
        for (const step of all) {
          if ('row' in step && step.row < times.length) {
            times[step.row] = step.time;
            order.move(step.row);
          } else if (step.kind === 'look') look();
          else {
            times.push(step.time);
            order.add(times.length - 1);
          }
        }
        look();
      }),
      { numRuns: 50 },
    );
  });

  it('goes on from rows that were in order', () => {
    const order = createRowOrder((a, b) => a - b);
    order.cells.room(3).set(new Uint8Array(Uint32Array.from([1, 4, 6]).buffer));
    order.restore(3);
    order.add(5);
    expect([0, 1, 2, 3].map(order.at.bind(order))).toEqual([1, 4, 5, 6]);
  });
});
