import { describe, expect, test } from 'vitest';
import { createDeciding, createQueueOutcome } from '../../../extension/panel/deciding.ts';
import type { QueueEntry } from '../../../extension/sidecar/decisionQueue.ts';
import { AppError } from '../../../sidecar/protocol/errors.ts';
import { panelBench } from './panelBench.ts';

function bench(text = 'it()') {
  const b = panelBench();
  const entries: QueueEntry[] = [];
  const queue = {
    waiting: entries,
    add: (entry: QueueEntry) => void entries.push(entry),
    flush: () => undefined,
    dispose: () => undefined,
  };
  const deciding = createDeciding({ core: b.core, queue, newId: b.newId });
  const told: AppError[] = [];
  const outcome = createQueueOutcome(b.core, (error) => void told.push(error));
  const request = b.newId();
  b.cards.begin({ request, prompt: 'Test it.', category: 'testing', context: [], model: 'm' });
  const answer = b.candidateOf(request, text);
  b.cards.end({ request, candidate: answer });
  const { candidate, sha256 } = answer;
  const click = {
    type: 'decide' as const,
    request,
    candidate,
    sha256,
    reasons: ['clear'],
    dwellMs: 900,
    seen: [candidate],
  };
  /** A click on Approve, and its entry in the queue. */
  function approved(): QueueEntry {
    deciding.decide({ ...click, reasons: ['clear'], verdict: 'approved' });
    const entry = entries.at(-1);
    if (entry === undefined) throw new Error('Nothing was queued.');
    return entry;
  }
  const decision = () => b.cards.get(request)?.decision;
  return { ...b, deciding, outcome, told, entries, request, candidate, click, approved, decision };
}

const full = () => new AppError('memory.diskFull', 'The disk is full.');

describe('a decision', () => {
  test('is shown as being saved at once, and queued under the id that the card has', () => {
    const b = bench();
    b.deciding.decide({ ...b.click, reasons: ['wrong'], verdict: 'denied', note: 'No assertion.' });
    const shown = b.shown()?.decision;
    expect(shown).toMatchObject({
      verdict: 'denied',
      reasons: ['wrong'],
      note: 'No assertion.',
      candidate: b.candidate,
      line: '',
      state: 'saving',
    });
    expect(b.entries).toEqual([
      {
        key: shown?.id,
        method: 'decision.record',
        params: {
          decision: shown?.id,
          request: b.request,
          candidate: b.candidate,
          sha256: b.click.sha256,
          verdict: 'denied',
          reasons: ['wrong'],
          note: 'No assertion.',
          dwellMs: 900,
          seen: [b.candidate],
        },
      },
    ]);
  });

  test('on another text than the host holds records nothing and shows the text anew', () => {
    const b = bench();
    b.deciding.decide({ ...b.click, reasons: [], sha256: 'a'.repeat(64), verdict: 'approved' });
    expect(b.entries).toEqual([]);
    expect(b.shown()?.candidates).toMatchObject([{ text: 'it()' }]);
    expect(b.shown()?.decision).toBeUndefined();
  });

  test('on an answer that is not there is nothing', () => {
    const b = bench();
    b.deciding.decide({ ...b.click, reasons: [], candidate: b.newId(), verdict: 'approved' });
    b.deciding.decide({ ...b.click, reasons: [], request: b.newId(), verdict: 'approved' });
    expect(b.entries).toEqual([]);
    expect(b.posted).toEqual([]);
  });

  test('takes an edited text with one kind of line end', () => {
    const b = bench();
    b.deciding.decide({ ...b.click, reasons: [], verdict: 'edited', editedText: 'a\r\nb\rc' });
    expect(b.entries[0]?.params).toMatchObject({ verdict: 'edited', editedText: 'a\nb\nc' });
  });

  test('with a corrected text too large for the journal is refused with the limit, and not queued', () => {
    const b = bench();
    b.deciding.decide({ ...b.click, reasons: [], verdict: 'edited', editedText: '\u4e2d'.repeat(350_000) });
    expect(b.entries).toEqual([]);
    expect(b.shown()?.decision).toBeUndefined();
    expect(b.shown()?.error).toMatchObject({
      code: 'input.tooLarge',
      why: 'It takes 1,050,000 bytes; the limit is 1,000,000.',
    });
  });

  test('on an answer that only this window saw carries its text along', () => {
    const b = bench();
    const candidate = b.begins(b.request, 'half');
    b.cards.interrupt({ code: 'rpc.disconnected', what: 'It ended.' });
    const sha256 = b.cards.get(b.request)?.candidates.find(({ id }) => id === candidate)?.sha256 ?? '';
    b.deciding.decide({ ...b.click, reasons: [], candidate, sha256, verdict: 'approved' });
    expect(b.entries[0]?.params).toMatchObject({
      candidate,
      copy: {
        thread: b.core.memory.thread,
        prompt: 'Test it.',
        category: 'testing',
        model: 'm',
        text: 'half',
      },
    });
  });

  test('taken back leaves the card open, and the way back is queued too', () => {
    const b = bench();
    const { key } = b.approved();
    b.deciding.undo(key);
    expect(b.shown()).toMatchObject({ request: b.request });
    expect(b.shown()?.decision).toBeUndefined();
    expect(b.entries[1]).toMatchObject({ method: 'decision.undo', params: { decision: key } });
    expect(b.entries[1]?.key).not.toBe(key);
  });

  test('of a card that is gone can be taken back all the same', () => {
    const b = bench();
    const decision = b.newId();
    b.deciding.undo(decision);
    expect(b.entries).toMatchObject([{ method: 'decision.undo', params: { decision } }]);
    expect(b.posted).toEqual([]);
  });
});

describe('more reasons', () => {
  test('join those that are there, each once, and only they are queued', () => {
    const b = bench();
    b.deciding.decide({ ...b.click, reasons: ['clear', 'well_tested'], verdict: 'approved' });
    const key = b.entries[0]?.key ?? '';
    b.deciding.addReasons({
      type: 'addReasons',
      decision: key,
      reasons: ['clear', 'concise'],
      note: 'Short.',
    });
    expect(b.shown()?.decision).toMatchObject({
      reasons: ['clear', 'well_tested', 'concise'],
      note: 'Short.',
      state: 'saving',
    });
    expect(b.entries[1]).toMatchObject({
      method: 'decision.reason',
      params: { decision: key, reasons: ['clear', 'concise'], note: 'Short.' },
    });
  });

  test('without a note leave the note as it was', () => {
    const b = bench();
    b.deciding.decide({ ...b.click, reasons: [], verdict: 'approved', note: 'Kept.' });
    const decision = b.entries[0]?.key ?? '';
    b.deciding.addReasons({ type: 'addReasons', decision, reasons: ['clear'] });
    expect(b.decision()?.note).toBe('Kept.');
    expect(b.entries[1]?.params).toEqual({ decision, reasons: ['clear'] });
  });

  test('on a decision that was taken back are not queued', () => {
    const b = bench();
    const { key } = b.approved();
    b.deciding.undo(key);
    b.deciding.addReasons({ type: 'addReasons', decision: key, reasons: ['clear'] });
    expect(b.entries.map(({ method }) => method)).toEqual(['decision.record', 'decision.undo']);
  });
});

describe('what becomes of a queued decision', () => {
  test('acknowledged, the card says what was noted', () => {
    const b = bench();
    const entry = b.approved();
    b.outcome.acknowledged(entry, { decision: entry.key, line: 'Noted.', rule: 'r1' });
    expect(b.shown()?.decision).toMatchObject({ state: 'saved', line: 'Noted.', rule: 'r1' });
  });

  test('refused, the card is open again and says why', () => {
    const b = bench();
    b.outcome.refused(b.approved(), new AppError('decision.hashMismatch', 'It changed.'));
    expect(b.shown()?.decision).toBeUndefined();
    expect(b.shown()?.error).toMatchObject({ code: 'decision.hashMismatch', what: 'It changed.' });
  });

  test('a refusal of more reasons leaves the decision', () => {
    const b = bench();
    const { key } = b.approved();
    b.deciding.addReasons({ type: 'addReasons', decision: key, reasons: ['concise'] });
    const [, reasons] = b.entries;
    if (reasons !== undefined) b.outcome.refused(reasons, new AppError('input.tooLarge', 'Too long.'));
    expect(b.shown()?.decision?.id).toBe(key);
    expect(b.shown()?.error?.code).toBe('input.tooLarge');
  });

  test('on a full disk it waits, which the banner says until it is saved', () => {
    const b = bench();
    const entry = b.approved();
    b.outcome.waiting(entry, full(), 3);
    expect(b.decision()?.state).toBe('queued');
    expect(b.posted.at(-1)).toMatchObject({
      type: 'frame',
      state: { banner: { kind: 'notSaved', waiting: 3, error: { code: 'memory.diskFull' } } },
    });
    b.outcome.acknowledged(entry, { decision: entry.key, line: 'Noted.' });
    expect(b.decision()).toMatchObject({ state: 'saved', line: 'Noted.' });
    expect(b.posted.at(-1)).toMatchObject({ type: 'frame', state: { banner: { kind: 'none' } } });
  });

  test('while the sidecar is away it waits without a banner', () => {
    const b = bench();
    b.outcome.waiting(b.approved(), new AppError('rpc.disconnected', 'It ended.'), 1);
    expect(b.shown()?.decision?.state).toBe('queued');
    expect(b.core.facts.notSaved).toBeUndefined();
    expect(b.posted.some(({ type }) => type === 'frame')).toBe(false);
  });

  test('acknowledged, a decision whose card is gone changes nothing', () => {
    const b = bench();
    const entry = b.approved();
    b.cards.remove(b.request);
    const before = b.posted.length;
    b.outcome.acknowledged(entry, undefined);
    expect(b.posted).toHaveLength(before);
    expect(b.told).toEqual([]);
  });

  test('refused, a decision whose card is gone is told all the same, with what was lost and why', () => {
    const b = bench();
    const entry = b.approved();
    b.cards.remove(b.request);
    b.outcome.refused(entry, new AppError('candidate.unknown', 'There is no such answer.', { next: 'Ask.' }));
    expect(b.told.map((error) => error.toData())).toEqual([
      {
        code: 'candidate.unknown',
        what: 'A decision of yours was not recorded.',
        why: 'There is no such answer.',
        next: 'Ask.',
      },
    ]);
  });

  test('refused, a way back is told, since its card has no decision any more', () => {
    const b = bench();
    b.deciding.undo(b.approved().key);
    const [, undo] = b.entries;
    if (undo !== undefined) b.outcome.refused(undo, new AppError('rpc.invalid', 'No.', { why: 'Because.' }));
    expect(b.told).toMatchObject([
      { code: 'rpc.invalid', message: 'A decision of yours was not taken back.', why: 'No. Because.' },
    ]);
    expect(b.shown()?.error).toBeUndefined();
  });

  test('refused on its card, it is not told a second time', () => {
    const b = bench();
    b.outcome.refused(b.approved(), new AppError('decision.hashMismatch', 'It changed.'));
    expect(b.told).toEqual([]);
  });
});
