import { describe, expect, it } from 'vitest';
import { type ImportOutcome, importOutcome } from '../../../sidecar/protocol/importOutcome.ts';
import type { Result } from '../../../sidecar/protocol/methods.ts';

const empty: Result<'import.run'> = {
  format: 'csv',
  path: '/x/a.csv',
  preview: true,
  taken: [],
  known: 0,
  refused: { count: 0, first: [] },
  remarks: [],
  damaged: false,
  files: [],
};
const refused = { count: 1, first: [] };

const cases: readonly (readonly [string, Partial<Result<'import.run'>>, ImportOutcome])[] = [
  ['new events', { taken: [{ kind: 'decision', count: 1 }] }, 'something'],
  ['a file alone', { files: ['training_log.md'], refused, damaged: true }, 'something'],
  ['an empty source', {}, 'nothingNew'],
  ['what is here already', { known: 4 }, 'nothingNew'],
  ['what is here already, and a refused entry', { known: 1, refused, damaged: true }, 'nothingNew'],
  ['only refused entries', { refused }, 'nothingUsable'],
  ['only damage', { damaged: true }, 'nothingUsable'],
];

describe('importOutcome', () => {
  it.each(cases)('of %s', (_, more, outcome) => {
    expect(importOutcome({ ...empty, ...more })).toBe(outcome);
  });
});
