import { ulid } from 'ulid';
import { describe, expect, test } from 'vitest';
import { createCards, sha256 } from '../../../extension/panel/cards.ts';
import type { Params } from '../../../sidecar/protocol/methods.ts';
import type { Candidate, RequestRecord } from '../../../sidecar/protocol/requestSchemas.ts';
import { completeAnswer, SENT } from './panelBench.ts';

const lost = { code: 'rpc.disconnected', what: 'It ended.' } as const;

function started() {
  const cards = createCards(() => 1_000);
  const request = ulid();
  const candidate = ulid();
  cards.begin({ request, prompt: 'p', category: undefined, context: [], model: '' });
  const status = (state: Params<'request.status'>['state']) =>
    cards.status({ request, candidate, state, model: 'm', category: 'testing', sent: SENT });
  const delta = (seq: number, text: string) => cards.delta({ request, candidate, seq, text });
  const view = () => cards.get(request)?.candidates[0];
  const done = (text: string): Candidate => completeAnswer(request, candidate, text);
  return { cards, request, candidate, status, delta, view, done };
}

describe('cards', () => {
  test('an answer goes from waiting over loading and streaming to complete', () => {
    const { cards, request, status, delta, view, done } = started();
    expect(cards.get(request)).not.toHaveProperty('category');
    status('waiting');
    expect(view()?.state).toBe('waiting');
    status('loading');
    expect(view()).toMatchObject({ state: 'loading', loadingSince: 1_000 });
    status('generating');
    expect(delta(0, 'Hel')).toBe('append');
    expect(delta(1, 'lo')).toBe('append');
    expect(view()).toMatchObject({ state: 'streaming', text: 'Hello', nextSeq: 2 });
    expect(view()?.sha256).toBeUndefined();
    cards.end({ request, candidate: done('Hello') });
    expect(view()).toMatchObject({ state: 'complete', text: 'Hello', sha256: sha256('Hello'), nextSeq: 2 });
    expect(cards.get(request)?.category).toBe('testing');
  });

  test('a repeated delta changes nothing; after a missing one the page gets the card anew', () => {
    const { status, delta, view } = started();
    status('generating');
    delta(0, 'a');
    expect(delta(0, 'a')).toBe('none');
    expect(delta(2, 'c')).toBe('card');
    expect(view()?.text).toBe('ac');
  });

  test('a late delta does not touch a finished answer', () => {
    const { cards, request, status, delta, view, done } = started();
    status('generating');
    delta(0, 'a');
    cards.end({ request, candidate: done('ab') });
    expect(delta(1, 'b')).toBe('none');
    expect(view()?.text).toBe('ab');
  });

  test('when the sidecar dies the text stays, can be decided on, and is known to be only here', () => {
    const { cards, request, candidate, status, delta, view } = started();
    status('generating');
    delta(0, 'line\r\nnext');
    expect(cards.busy).toBe(true);
    expect(cards.interrupt(lost).map((card) => card.request)).toEqual([request]);
    expect(view()).toMatchObject({ state: 'stopped', text: 'line\nnext', sha256: sha256('line\nnext') });
    expect(view()?.error?.code).toBe('rpc.disconnected');
    expect(cards.isOnlyHere(candidate)).toBe(true);
    expect(cards.busy).toBe(false);
    expect(cards.interrupt(lost)).toEqual([]);
  });

  test('an answer without any text failed', () => {
    const { cards, candidate, status, view } = started();
    status('loading');
    cards.interrupt(lost);
    expect(view()?.state).toBe('failed');
    expect(view()?.sha256).toBeUndefined();
    expect(cards.isOnlyHere(candidate)).toBe(false);
  });

  test('a request that failed before any answer says so itself', () => {
    const { cards, request } = started();
    const card = cards.failed(request, { code: 'server.unreachable', what: 'No.' });
    expect(card?.error?.code).toBe('server.unreachable');
    expect(cards.busy).toBe(false);
  });

  test('the suggested answer opens unless the reader opened another', () => {
    const { cards, request, candidate, status, done } = started();
    status('generating');
    const second = { ...done('b'), candidate: ulid() };
    cards.end({ request, candidate: done('a') });
    cards.end({ request, candidate: second });
    cards.open(request, candidate);
    const card = cards.answered({
      request,
      category: 'debugging',
      candidates: [done('a'), second],
      suggested: second.candidate,
      chosenBy: 'taste',
      sent: SENT,
    });
    expect(card).toMatchObject({ open: candidate, suggested: second.candidate, category: 'debugging' });
    expect(card?.chosenBy).toBe('taste');
    expect(card?.candidates.map((each) => each.text)).toEqual(['a', 'b']);
  });

  test('recorded requests come back oldest first, before newer cards, and never twice', () => {
    const { cards, request, done } = started();
    const record = (id: string, stopped: Candidate['stopped']): RequestRecord => ({
      request: id,
      thread: ulid(),
      at: '2026-01-01T00:00:00.000Z',
      prompt: id,
      category: 'other',
      model: 'm',
      context: [],
      candidates: [{ ...done('text'), stopped }],
    });
    const [older, newer] = [ulid(1_000), ulid(2_000)];
    cards.restore([record(newer, 'interrupted'), record(older, 'failed'), record(request, 'complete')]);
    expect(cards.all().map((card) => card.request)).toEqual([older, newer, request]);
    expect(cards.get(newer)?.candidates[0]?.state).toBe('stopped');
    expect(cards.get(older)?.candidates[0]?.state).toBe('stopped');
    expect(cards.get(newer)?.restored).toBe(true);
  });

  test('a request that was asked back about still says what it was taken as', () => {
    const { cards, done } = started();
    const readings = [{ id: 'h1', question: 'Do you want to build a REST API?', confidence: 0.8 }];
    const record = (selected: string | null, automatic: boolean): RequestRecord => ({
      request: ulid(),
      thread: ulid(),
      at: '2026-01-01T00:00:00.000Z',
      prompt: 'build api',
      category: 'other',
      model: 'm',
      context: [],
      candidates: [done('text')],
      meant: { readings, selected, automatic },
    });
    const records = [record(null, false), record('h1', true), record('h1', false)];
    cards.restore(records);
    expect(records.map(({ request }) => cards.get(request)?.readings)).toEqual([
      { state: 'skipped', rows: readings },
      { state: 'taken', rows: readings, selected: 'h1' },
      { state: 'chosen', rows: readings, selected: 'h1' },
    ]);
  });
});
