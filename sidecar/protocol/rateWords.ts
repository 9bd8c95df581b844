import type { Rate } from './statsSchemas.ts';

/** A rate of fewer is not told: one more would turn it over. */
export const LEAST_FOR_RATE = 5;

const percent = (share: number): number => Math.round(share * 100);

/** `82 %`, or undefined where too few were counted. */
export function sharePercent({ value, n }: Rate): string | undefined {
  return value === null || n < LEAST_FOR_RATE ? undefined : `${percent(value)} %`;
}

/** `not yet known (n = 3)`. */
export const notYetKnown = (n: number): string => `not yet known (n = ${n})`;

/** `82 % of 41`, or that it is not yet known. */
export function rateWords(rate: Rate): string {
  const share = sharePercent(rate);
  return share === undefined ? notYetKnown(rate.n) : `${share} of ${rate.n}`;
}

/** `82 % of 41 (68 to 91 %)`: with what the true share lies between in 95 of 100 such cases. */
export function rateWithInterval(rate: Rate): string {
  if (sharePercent(rate) === undefined) return rateWords(rate);
  return `${rateWords(rate)} (${percent(rate.low)} to ${percent(rate.high)} %)`;
}
