import { EntryRefused } from './foreignRecord.ts';

const DATE =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/i;
const NUMBER = /^\d{9,16}(\.\d+)?$/;
/** A clock may be a little ahead; anything later would stay the newest decision for years. */
const AHEAD_MS = 24 * 3_600_000;
/** Numbers below are seconds, those above milliseconds. */
const SECONDS_BELOW = 100_000_000_000;

/**
 * A time of a foreign file in milliseconds since 1970: ISO 8601 in its usual spellings, or Unix seconds or
 * milliseconds. Without a zone it is UTC. Undefined where there is none; throws `EntryRefused` for anything else.
 */
export function foreignTime(value: unknown, now: number): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const at =
    typeof value === 'number' ? fromNumber(value) : typeof value === 'string' ? fromText(value.trim()) : NaN;
  if (!Number.isFinite(at) || at < 0) throw new EntryRefused('its timestamp is not a time');
  if (at > now + AHEAD_MS) throw new EntryRefused('its timestamp lies in the future');
  return at;
}

function fromNumber(value: number): number {
  return Math.floor(value < SECONDS_BELOW ? value * 1_000 : value);
}

function fromText(text: string): number {
  if (NUMBER.test(text)) return fromNumber(Number(text));
  const match = DATE.exec(text);
  if (!match) return NaN;
  const [
    ,
    year = '',
    month = '',
    day = '',
    hour = '0',
    minute = '0',
    second = '0',
    fraction = '0',
    zone = 'Z',
  ] = match;
  const ms = Number(`0.${fraction}`) * 1_000;
  const parts = [Number(year), Number(month), Number(day)] as const;
  const date = Date.UTC(parts[0], parts[1] - 1, parts[2]);
  // Date.UTC rolls the 31st of February over into March.
  if (new Date(date).getUTCMonth() !== parts[1] - 1 || new Date(date).getUTCDate() !== parts[2]) return NaN;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return NaN;
  const time = Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1_000 + Math.floor(ms);
  return date + time - zoneMs(zone);
}

function zoneMs(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  return (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
}
