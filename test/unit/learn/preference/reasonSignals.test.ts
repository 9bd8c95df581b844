import { describe, expect, it } from 'vitest';
import { FEATURE_NAMES } from '../../../../sidecar/learn/preference/featureNames.ts';
import { FEATURE_WORDS } from '../../../../sidecar/learn/preference/featureWords.ts';
import { noteSignals, tagSignals } from '../../../../sidecar/learn/preference/reasonSignals.ts';
import { APPROVE_REASONS, DENY_REASONS } from '../../../../sidecar/protocol/words.ts';

const short = (note: string): string[] =>
  noteSignals(note).map(({ feature, wanted }) => `${wanted > 0 ? '+' : '-'}${feature}`);

describe('tagSignals', () => {
  it.each([...DENY_REASONS, ...APPROVE_REASONS])('%s shares one force among its features', (tag) => {
    const total = tagSignals(tag).reduce((sum, { share }) => sum + share, 0);
    expect([0, 1]).toContain(Number(total.toFixed(9)));
  });

  it('says what a tag means', () => {
    expect(tagSignals('missing_tests')).toEqual([{ feature: 'tests', wanted: 1, share: 1 }]);
    expect(tagSignals('too_long')[0]).toMatchObject({ feature: 'log_chars', wanted: -1 });
    expect(tagSignals('missing_docs')[0]).toMatchObject({ feature: 'docstring', wanted: 1 });
  });

  it('knows only its own', () => {
    expect(tagSignals('constructor')).toEqual([]);
    expect(tagSignals('wrong')).toEqual([]);
  });
});

describe('noteSignals', () => {
  it.each([
    ['fewer comments, needs type hints', ['-comment_ratio', '+type_hints']],
    ['too many inline comments', ['-inline_comment_ratio']],
    ['Please add error handling.', ['+err']],
    ["don't use loops", []],
    ['stop with the loops', ['-loops']],
    ['more examples but less prose', ['+example', '-log_prose']],
    ['I like it', []],
    ['the loops are there', []],
    ['latest results are missing', []],
    ['', []],
  ])('%s', (note, expected) => {
    expect(short(note)).toEqual(expected);
  });

  it('understands every label that it shows, in both directions', () => {
    for (const feature of FEATURE_NAMES) {
      const label = FEATURE_WORDS[feature]?.label;
      if (label === undefined) continue;
      expect(short(`needs more ${label}, please`)).toEqual([`+${feature}`]);
      expect(short(`less ${label}, please`)).toEqual([`-${feature}`]);
    }
  });

  it('shares one force among what a note names', () => {
    expect(noteSignals('more tests and docstrings').map(({ share }) => share)).toEqual([0.5, 0.5]);
  });
});
