import { rateWithInterval } from '../protocol/rateWords.ts';
import type { Rate } from '../protocol/statsSchemas.ts';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** Bytes for a person: `98 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit] ?? 'B'}`;
}

/** `82 % of 41 (68 to 91 %)`, or that it is not known. */
export const formatRate = (rate: Rate): string => rateWithInterval(rate);

/** An ISO time to the minute, in UTC. */
export function formatTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}

/** Words of a tag for a person: `too_long` -> `too long`. */
export function tagWords(tag: string): string {
  return tag.replaceAll('_', ' ');
}
