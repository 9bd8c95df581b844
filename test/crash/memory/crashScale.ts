import { appendFileSync } from 'node:fs';

/** True for `npm run test:crash`; `npm test` runs the same tests on fewer points. */
export const FULL = process.env['WHETSTONE_CRASH'] === 'full';

/** What random choices start from; printed, and given again with WHETSTONE_CRASH_SEED. */
export const SEED = Number(process.env['WHETSTONE_CRASH_SEED'] ?? Date.now() % 1_000_000_007);

/** The number for this run: the first in the short form, the second in the full one. */
export function scaled(short: number, full: number): number {
  return FULL ? full : short;
}

/** Says on one line what was tried; `npm run test:crash` shows these lines together at its end. */
export function tried(line: string): void {
  const report = process.env['WHETSTONE_CRASH_REPORT'];
  if (report !== undefined) appendFileSync(report, `${line}\n`);
  else process.stdout.write(`${line}\n`);
}

/** At most so many of the list, spread evenly over it, first and last included. */
export function spread<T>(all: readonly T[], atMost: number): T[] {
  if (all.length <= atMost) return [...all];
  const step = (all.length - 1) / Math.max(1, atMost - 1);
  return Array.from({ length: atMost }, (_, index) => all[Math.round(index * step)]).flatMap((each) =>
    each === undefined ? [] : [each],
  );
}

export interface Random {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
}

/** The same numbers for the same seed (mulberry32). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return { below, pick: (from) => from[below(from.length)] ?? from[0] };
}

/** Runs `work` on each, so many at a time; the first failure ends it. */
export async function eachOf<T>(
  all: readonly T[],
  lanes: number,
  work: (each: T) => Promise<void>,
): Promise<void> {
  const left = [...all];
  const lane = async (): Promise<void> => {
    for (let each = left.shift(); each !== undefined; each = left.shift()) {
      try {
        await work(each);
      } catch (error) {
        left.length = 0;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
