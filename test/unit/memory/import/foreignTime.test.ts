import { describe, expect, it } from 'vitest';
import { foreignTime } from '../../../../sidecar/memory/import/foreignTime.ts';
import { NOW } from './bytesOf.ts';

const at = Date.UTC(2025, 4, 1, 10, 30, 5);

describe('times of other programs', () => {
  it.each([
    ['2025-05-01T10:30:05Z', at],
    ['2025-05-01T10:30:05', at],
    ['2025-05-01 10:30:05', at],
    ['2025-05-01 10:30:05.250', at + 250],
    ['2025-05-01T10:30:05.123456', at + 123],
    ['2025-05-01T12:30:05+02:00', at],
    ['2025-05-01T05:00:05-0530', at],
    ['2025-05-01', Date.UTC(2025, 4, 1)],
    [at, at],
    [at / 1_000, at],
    [String(at / 1_000), at],
    [undefined, undefined],
    [null, undefined],
    ['', undefined],
  ])('%s', (value, expected) => {
    expect(foreignTime(value, NOW)).toBe(expected);
  });

  it.each([
    'soon',
    '2025-13-01',
    '2025-02-30',
    '2025-05-01T25:00:00',
    '10:30',
    {},
    [],
    true,
    -5,
    '9999-01-01',
    9e15,
  ])('refuses %j', (value) => {
    expect(() => foreignTime(value, NOW)).toThrow(/timestamp/);
  });
});
