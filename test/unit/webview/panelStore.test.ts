import { describe, expect, test } from 'vitest';
import {
  appendDelta,
  canDecide,
  createPanelStore,
  isRunning,
  openCandidate,
} from '../../../webview/panelStore.ts';
import { testCandidate, testCard, testId, testState } from '../../helpers/panelHarnessStates.ts';

const { sha256: _none, ...running } = testCandidate(500, { state: 'streaming', text: 'One', nextSeq: 1 });
const card = testCard(50, { candidates: [running] });
const delta = (seq: number, candidate = running.id) => ({
  ...({ type: 'delta', renderId: 'r', request: card.request } as const),
  candidate,
  seq,
  text: ' two',
});

describe('appendDelta', () => {
  test('appends the next one and counts on, without changing the card it was given', () => {
    const result = appendDelta(card, delta(1));
    expect(result).toMatchObject({ kind: 'card', card: { candidates: [{ text: 'One two', nextSeq: 2 }] } });
    expect(card.candidates[0]?.text).toBe('One');
  });
  test('ignores a repeated one', () => {
    expect(appendDelta(card, delta(0))).toEqual({ kind: 'nothing' });
  });
  test('reports a gap for a later one, an unknown answer and an unknown card', () => {
    expect(appendDelta(card, delta(2)).kind).toBe('gap');
    expect(appendDelta(card, delta(1, testId(9))).kind).toBe('gap');
    expect(appendDelta(undefined, delta(1)).kind).toBe('gap');
  });
});

describe('store', () => {
  test('keeps cards in order, puts older ones first and takes none twice', () => {
    const store = createPanelStore();
    store.apply({ type: 'state', renderId: 'r', state: testState({ cards: [testCard(5)], more: true }) });
    expect(store.apply({ type: 'card', renderId: 'r', card: testCard(6) })).toEqual({
      kind: 'newCard',
      request: testId(6),
    });
    expect(store.apply({ type: 'card', renderId: 'r', card: testCard(6) })).toEqual({
      kind: 'card',
      request: testId(6),
    });
    const older = store.apply({
      type: 'older',
      renderId: 'r',
      cards: [testCard(3), testCard(5)],
      more: false,
    });
    expect(older).toEqual({ kind: 'older', requests: [testId(3)] });
    expect(store.order()).toEqual([testId(3), testId(5), testId(6)]);
    expect(store.more()).toBe(false);
  });
});

test('an answer can be decided on when it is complete, or ended early with text, and its hash is known', () => {
  expect(canDecide(testCandidate(1))).toBe(true);
  expect(canDecide(testCandidate(1, { state: 'stopped' }))).toBe(true);
  expect(canDecide(testCandidate(1, { state: 'stopped', text: '' }))).toBe(false);
  expect(canDecide(testCandidate(1, { state: 'streaming' }))).toBe(false);
  expect(canDecide(running)).toBe(false);
  expect(canDecide(undefined)).toBe(false);
});

test('the open tab is the one chosen, else opened by the host, else suggested, else the first', () => {
  const candidates = [1, 2, 3].map((number) => testCandidate(number));
  const three = testCard(50, { candidates, suggested: testId(2) });
  expect(openCandidate(three)?.id).toBe(testId(2));
  expect(openCandidate({ ...three, open: testId(3) })?.id).toBe(testId(3));
  expect(openCandidate({ ...three, open: testId(3) }, testId(1))?.id).toBe(testId(1));
  expect(openCandidate(testCard(50, { candidates }), 'gone')?.id).toBe(testId(1));
});

test('a card runs until every answer has ended', () => {
  expect(isRunning(card)).toBe(true);
  expect(isRunning(testCard(50, { candidates: [] }))).toBe(true);
  expect(isRunning(testCard(50))).toBe(false);
  expect(isRunning({ ...card, error: { code: 'x', what: 'x', buttons: [] } })).toBe(false);
});
