import { SURVIVAL_MARKS } from '../../../sidecar/protocol/words.ts';

/** After so long a change has other reasons than the answer. Long enough for a weekend. */
export const MAX_AGE_MS = 72 * 60 * 60_000;

const MINUTE_MS = 60_000;

/** Minutes between two times in milliseconds, to hundredths, rounded down: never more than has passed. */
export function minutesBetween(from: number, to: number): number {
  return Math.floor((to - from) / (MINUTE_MS / 100)) / 100;
}

/** The marks that a look after so many minutes stands for. A late one stands for all that it is past. */
export function marksPassed(minutes: number): number[] {
  return SURVIVAL_MARKS.filter((mark) => mark <= minutes);
}

/** True where a mark is reached that no look has stood for. */
export function isDue(minutes: number, done: readonly number[]): boolean {
  return marksPassed(minutes).some((mark) => !done.includes(mark));
}

/** Milliseconds since 1970 at which the next look is due; undefined where none is left. */
export function nextDueAt(appliedAt: number, done: readonly number[]): number | undefined {
  const next = SURVIVAL_MARKS.find((mark) => !done.includes(mark));
  return next === undefined ? undefined : appliedAt + next * MINUTE_MS;
}
