import { describe, expect, test } from 'vitest';
import { DENY_REASONS } from '../../../sidecar/protocol/words.ts';
import {
  amountWords,
  cardStateWords,
  countWords,
  decisionWords,
  durationWords,
  percentWords,
  readingWords,
} from '../../../webview/displayWords.ts';
import { type CardCommand, cardCommand } from '../../../webview/keyMap.ts';
import { markHidden } from '../../../webview/markdown/hiddenCharacters.ts';
import { announcement, justFailed } from '../../../webview/panel/announcements.ts';
import { boxStep } from '../../../webview/panel/boxKeys.ts';
import { offeredReasons } from '../../../webview/panel/offeredReasons.ts';
import { createRecall, mentionAt } from '../../../webview/panel/promptHistory.ts';
import { diffLines } from '../../../webview/report/lineDiff.ts';
import { readSavedState } from '../../../webview/savedState.ts';
import { decidedCard, testCandidate, testCard } from '../../helpers/panelHarnessStates.ts';

test('numbers and times in words', () => {
  expect(countWords(1240)).toBe('1,240');
  expect([amountWords(1, 'decision'), amountWords(2, 'decision')]).toEqual(['1 decision', '2 decisions']);
  expect([durationWords(-5), durationWords(12_900), durationWords(65_000)]).toEqual([
    '0 s',
    '12 s',
    '1 min 5 s',
  ]);
  expect([percentWords(41.6), percentWords(140)]).toEqual(['42 %', '100 %']);
  expect(decisionWords('denied', ['too_long', 'my own'])).toBe('Denied: too long, my own');
});

test('a folded card says its state', () => {
  expect(cardStateWords(decidedCard(1))).toBe('Denied: too long');
  expect(cardStateWords(testCard(1))).toBe('Not decided');
  expect(cardStateWords(testCard(1, { candidates: [] }))).toBe('Waiting');
  expect(cardStateWords(testCard(1, { candidates: [testCandidate(1, { state: 'streaming' })] }))).toBe(
    'Answering',
  );
});

describe('keys on a card', () => {
  const press = (key: string, more = {}) => ({
    ...{ key, ctrlKey: false, altKey: false, metaKey: false, shiftKey: false },
    ...more,
  });
  const place = { typing: false, reasonsOpen: false, readingsOpen: false, onControl: false };
  test.each<[string, CardCommand | undefined]>([
    ['a', { do: 'approve' }],
    ['D', { do: 'deny' }],
    ['e', { do: 'edit' }],
    ['c', { do: 'copy' }],
    ['i', { do: 'insert' }],
    ['z', { do: 'undo' }],
    ['4', { do: 'candidate', number: 4 }],
    ['5', undefined],
    ['0', undefined],
    ['Enter', { do: 'fold' }],
    ['x', undefined],
  ])('%s', (key, command) => {
    expect(cardCommand(press(key), place)).toEqual(command);
  });
  test('digits mean reasons while the row is open, and Enter closes it', () => {
    const open = { ...place, reasonsOpen: true };
    expect(cardCommand(press('5'), open)).toEqual({ do: 'reason', number: 5 });
    expect(cardCommand(press('0'), open)).toEqual({ do: 'allReasons' });
    expect(cardCommand(press('Enter'), open)).toEqual({ do: 'close' });
    expect(cardCommand(press('Escape'), open)).toEqual({ do: 'close' });
  });
  test('nothing while typing, with modifiers, or where Enter presses a button', () => {
    expect(cardCommand(press('a'), { ...place, typing: true })).toBeUndefined();
    for (const modifier of ['ctrlKey', 'altKey', 'metaKey'])
      expect(cardCommand(press('a', { [modifier]: true }), place)).toBeUndefined();
    expect(cardCommand(press('Enter'), { ...place, onControl: true })).toBeUndefined();
  });
  test('digits mean readings while it is asked what is meant; 0, Enter and Esc skip', () => {
    const asked = { ...place, readingsOpen: true };
    expect(cardCommand(press('2'), asked)).toEqual({ do: 'reading', number: 2 });
    for (const key of ['0', 'Enter', 'Escape'])
      expect(cardCommand(press(key), asked), key).toEqual({ do: 'skipReading' });
    expect(cardCommand(press('Enter'), { ...asked, onControl: true })).toBeUndefined();
    expect(cardCommand(press('1'), { ...asked, typing: true })).toBeUndefined();
  });
  test('no key of an open reason row is a verdict', () => {
    const open = { ...place, reasonsOpen: true };
    for (const key of ['Enter', 'Escape', '0', '1', '9', ' ']) {
      expect(['approve', 'deny']).not.toContain(cardCommand(press(key), open)?.do);
    }
  });
});

test('keys in the box', () => {
  const base = { key: 'Enter', modified: false, listOpen: false, asked: false, before: 'a', after: '' };
  expect(boxStep(base)).toBe('send');
  expect(boxStep({ ...base, modified: true })).toBeUndefined();
  expect(boxStep({ ...base, listOpen: true })).toBe('choose');
  expect(boxStep({ ...base, key: 'ArrowUp' })).toBe('older');
  expect(boxStep({ ...base, key: 'ArrowUp', before: 'a\nb' })).toBeUndefined();
  expect(boxStep({ ...base, key: 'ArrowDown', after: '\nb' })).toBeUndefined();
});

test('keys in the box while it is asked what is meant', () => {
  const asked = { key: '1', modified: false, listOpen: false, asked: true, before: '', after: '' };
  for (const key of ['1', '2', '3', '0', 'Enter']) expect(boxStep({ ...asked, key }), key).toBe('answer');
  expect(boxStep({ ...asked, key: '4' })).toBeUndefined();
  expect(boxStep({ ...asked, key: 'Escape' })).toBe('escape');
  // Digits are text as soon as there is text, and where nothing is asked.
  expect(boxStep({ ...asked, before: '4' })).toBeUndefined();
  expect(boxStep({ ...asked, key: 'Enter', before: 'a' })).toBe('send');
  expect(boxStep({ ...asked, asked: false })).toBeUndefined();
});

test('a reading without its question', () => {
  expect(readingWords('Do you want to build a REST API?')).toBe('build a REST API');
  expect(readingWords('Do you want a REST API?')).toBe('a REST API');
  expect(readingWords('Soll es eine REST-API sein?')).toBe('Soll es eine REST-API sein');
});

test('recall goes back, stops at the oldest, and gives the draft back', () => {
  const recall = createRecall(() => ['new', 'old']);
  expect([recall.newer(), recall.older('draft'), recall.older('new'), recall.older('old')]).toEqual([
    undefined,
    'new',
    'old',
    undefined,
  ]);
  expect([recall.newer(), recall.newer(), recall.newer()]).toEqual(['new', 'draft', undefined]);
});

test('a mention is what stands between @ and the caret', () => {
  expect(mentionAt('Use @src/ty', 11)).toEqual({ from: 4, query: 'src/ty' });
  expect(mentionAt('@', 1)).toEqual({ from: 0, query: '' });
  expect(mentionAt('me@example', 10)).toBeUndefined();
  expect(mentionAt('@a b', 4)).toBeUndefined();
});

test('hidden characters are named, visible text is left alone', () => {
  expect(markHidden('plain text, äöü 漢字 ✓\n\t')).toEqual([
    { text: 'plain text, äöü 漢字 ✓\n\t', hidden: false },
  ]);
  expect(markHidden('a\u202eb\u200b')).toEqual([
    { text: 'a', hidden: false },
    { text: 'U+202E', hidden: true },
    { text: 'b', hidden: false },
    { text: 'U+200B', hidden: true },
  ]);
});

test('nine reasons at most, the most used first', () => {
  expect(offeredReasons('denied', [])).toEqual(DENY_REASONS.slice(0, 9));
  expect(offeredReasons('denied', ['wrong', 'slow'])).toEqual(['wrong', 'slow']);
  expect(offeredReasons('approved', ['wrong'])).not.toContain('wrong');
});

test('announcements: ends and decisions, not text', () => {
  const running = testCard(1, { candidates: [testCandidate(2, { state: 'streaming' })] });
  const longer = testCard(1, { candidates: [testCandidate(2, { state: 'streaming', text: 'more' })] });
  const complete = testCard(1, { candidates: [testCandidate(2)] });
  expect(announcement(running, longer)).toBeUndefined();
  expect(announcement(running, complete)).toBe('Answer complete');
  expect(announcement(complete, decidedCard(1, { state: 'saving' }))).toBeUndefined();
  expect(announcement(complete, decidedCard(1))).toMatch(/^Denied: too long/);
  expect(announcement(decidedCard(1), complete)).toBe('Decision undone');
  const failed = testCard(1, { candidates: [testCandidate(2, { state: 'failed', text: '' })] });
  expect([justFailed(running, failed), justFailed(failed, failed), justFailed(running, complete)]).toEqual([
    true,
    false,
    false,
  ]);
});

test('line diff: what was removed, added and kept', () => {
  const words = diffLines('a\nb\nc\n', 'a\nx\nc\nd\n').map(({ kind, text }) => `${kind} ${text}`);
  expect(words).toEqual(['same a', 'removed b', 'added x', 'same c', 'added d']);
  expect(diffLines('', 'a')).toEqual([{ kind: 'added', text: 'a' }]);
  expect(diffLines('', '')).toEqual([]);
});

test('kept state that can not be read counts as nothing kept', () => {
  expect(readSavedState('broken')).toEqual({ draft: '', openTabs: {}, unfolded: {} });
  expect(readSavedState(undefined).draft).toBe('');
  expect(readSavedState({ draft: 'kept' }).draft).toBe('kept');
});
