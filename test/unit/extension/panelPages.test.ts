import { describe, expect, test } from 'vitest';
import { createDeciding, createQueueOutcome } from '../../../extension/panel/deciding.ts';
import { createPanelPages } from '../../../extension/panel/panelPages.ts';
import { createDecisionQueue, type QueueEntry } from '../../../extension/sidecar/decisionQueue.ts';
import { AppError } from '../../../sidecar/protocol/errors.ts';
import type { Decision } from '../../../sidecar/protocol/requestSchemas.ts';
import { panelBench, SENT, settled } from './panelBench.ts';

function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** A window on a store whose answers the test gives, with the clicks that an earlier window left. */
function bench() {
  const b = panelBench();
  const waiting: QueueEntry[] = [];
  const pages = createPanelPages({
    core: b.core,
    waiting: () => [...waiting],
    onRestored: () => undefined,
    onShown: () => undefined,
  });
  const request = b.newId();
  const answer = b.candidateOf(request, 'it()');
  const decision: Decision = {
    decision: b.newId(),
    request,
    candidate: answer.candidate,
    verdict: 'approved',
    reasons: ['clear'],
    at: '2026-01-31T10:00:00.000Z',
    category: 'testing',
    undone: false,
  };
  const record = (made?: Decision) => ({
    request,
    thread: b.core.memory.thread,
    at: '2026-01-31T10:00:00.000Z',
    prompt: 'Test it.',
    category: 'testing',
    context: [],
    model: 'm',
    candidates: [answer],
    sent: SENT,
    ...(made !== undefined && { decision: made }),
  });
  const click = (id: string): QueueEntry => ({
    key: id,
    method: 'decision.record',
    params: {
      decision: id,
      request,
      candidate: answer.candidate,
      sha256: answer.sha256,
      verdict: 'denied',
      reasons: ['wrong'],
    },
  });
  const undo = (id: string): QueueEntry => ({
    key: b.newId(),
    method: 'decision.undo',
    params: { decision: id },
  });
  const reason = (id: string): QueueEntry => ({
    key: b.newId(),
    method: 'decision.reason',
    params: { decision: id, reasons: ['too_long'], note: 'Shorter.' },
  });
  const lists = () => b.callsOf('request.list');
  const answerList = async (...requests: unknown[]) => {
    lists().at(-1)?.answer({ requests });
    await settled();
  };
  const state = () => {
    const last = b.posted.findLast((message) => message.type === 'state');
    if (last === undefined) throw new Error('The page got no state.');
    return last.state;
  };
  return {
    ...b,
    ...{ pages, waiting, request, answer, decision, record, click, undo, reason },
    ...{ lists, answerList, state, verdict: () => state().cards[0]?.decision },
  };
}

describe('after a reload, what is still queued counts', () => {
  test('a decision that was taken back, but not yet on disk, is taken back', async () => {
    const b = bench();
    b.waiting.push(b.undo(b.decision.decision));
    const ready = b.pages.ready();
    await b.answerList(b.record(b.decision));
    await ready;
    expect(b.state().cards).toHaveLength(1);
    expect(b.verdict()).toBeUndefined();
  });

  test('a decision that was taken back and made anew is the new one', async () => {
    const b = bench();
    const second = b.newId();
    b.waiting.push(b.undo(b.decision.decision), b.click(second));
    const ready = b.pages.ready();
    await b.answerList(b.record(b.decision));
    await ready;
    expect(b.verdict()).toMatchObject({ id: second, verdict: 'denied', state: 'queued' });
  });

  test('reasons that were added are on the card', async () => {
    const b = bench();
    b.waiting.push(b.reason(b.decision.decision));
    const ready = b.pages.ready();
    await b.answerList(b.record(b.decision));
    await ready;
    expect(b.verdict()).toMatchObject({ reasons: ['clear', 'too_long'], note: 'Shorter.', state: 'queued' });
  });

  test('also on an older page', async () => {
    const b = bench();
    b.waiting.push(b.undo(b.decision.decision));
    const ready = b.pages.ready();
    await b.answerList();
    await ready;
    const older = b.pages.older();
    await b.answerList(b.record(b.decision));
    await older;
    const posted = b.posted.findLast((message) => message.type === 'older');
    expect(posted?.cards).toMatchObject([{ request: b.request }]);
    expect(posted?.cards[0]?.decision).toBeUndefined();
  });

  test('a click that is saved while the cards are read is read again, not forgotten', async () => {
    const b = bench();
    b.waiting.push(b.click(b.decision.decision));
    const ready = b.pages.ready();
    b.waiting.pop();
    await b.answerList(b.record());
    await b.answerList(b.record(b.decision));
    await ready;
    expect(b.lists()).toHaveLength(2);
    expect(b.verdict()).toMatchObject({ id: b.decision.decision, state: 'saved' });
  });

  test('it is sent again, shown as kept until then, and as saved when it is', async () => {
    const b = bench();
    const id = b.newId();
    const sent: string[] = [];
    const reply = gate();
    const queue = createDecisionQueue({
      async send(entry) {
        sent.push(entry.key);
        await reply.opened;
        return { decision: id, line: 'Denied: wrong.' };
      },
      dataFolder: () => '/data',
      load: () => [b.click(id)],
      save: () => undefined,
      schedule: () => () => undefined,
      onAcknowledged: (entry, noted) => outcome.acknowledged(entry, noted),
      onRefused: (entry, error) => outcome.refused(entry, error),
      onWaiting: (entry, error) => outcome.waiting(entry, error, 1),
    });
    const outcome = createQueueOutcome(b.core, () => undefined);
    const pages = createPanelPages({
      core: b.core,
      waiting: () => queue.waiting,
      onRestored: () => undefined,
      onShown: () => undefined,
    });
    queue.flush();
    const ready = pages.ready();
    await b.answerList(b.record());
    await ready;
    expect(b.verdict()).toMatchObject({ id, state: 'queued' });
    reply.open();
    await settled();
    expect(sent).toEqual([id]);
    expect(b.shown()?.decision).toMatchObject({ id, state: 'saved', line: 'Denied: wrong.' });
  });
});

describe('the banner that decisions are not saved', () => {
  test('goes when the last one that waits is refused', () => {
    const b = bench();
    const queued: QueueEntry[] = [];
    const queue = { waiting: queued, add: (entry: QueueEntry) => void queued.push(entry) };
    const deciding = createDeciding({
      core: b.core,
      queue: { ...queue, flush: () => undefined, dispose: () => undefined },
      newId: b.newId,
    });
    const outcome = createQueueOutcome(b.core, () => undefined);
    b.cards.begin({ request: b.request, prompt: 'Test it.', category: 'testing', context: [], model: 'm' });
    b.cards.end({ request: b.request, candidate: b.answer });
    const { candidate, sha256 } = b.answer;
    const on = { request: b.request, candidate, sha256 };
    deciding.decide({ type: 'decide', ...on, verdict: 'approved', reasons: [], dwellMs: 1, seen: [] });
    const [entry] = queued;
    if (entry === undefined) throw new Error('Nothing was queued.');
    const banner = () => b.posted.findLast((message) => message.type === 'frame')?.state.banner.kind;
    outcome.waiting(entry, new AppError('memory.diskFull', 'The disk is full.'), 1);
    expect(banner()).toBe('notSaved');
    outcome.refused(entry, new AppError('candidate.unknown', 'There is no such answer.'));
    expect(banner()).toBe('none');
  });
});

describe('cards that are read while the panel moves on', () => {
  test('are dropped where a new thread was begun', async () => {
    const b = bench();
    const ready = b.pages.ready();
    b.pages.newThread();
    await b.answerList(b.record());
    await ready;
    expect(b.cards.all()).toEqual([]);
    expect(b.state().cards).toEqual([]);
    expect(b.state().more).toBe(false);
  });

  test('older ones are dropped, too', async () => {
    const b = bench();
    const ready = b.pages.ready();
    await b.answerList();
    await ready;
    const older = b.pages.older();
    b.pages.newThread();
    await b.answerList(b.record());
    await older;
    expect(b.cards.all()).toEqual([]);
    expect(b.posted.some((message) => message.type === 'older')).toBe(false);
  });

  test('a failed read of the thread before does not stop the new one', async () => {
    const b = bench();
    const ready = b.pages.ready();
    b.pages.newThread();
    b.lists()[0]?.fail('rpc.disconnected');
    await ready;
    await b.pages.ready();
    expect(b.lists()).toHaveLength(1);
  });
});

describe('another data folder', () => {
  test('clears the cards at once, and shows its own once it is in use', async () => {
    const b = bench();
    const ready = b.pages.ready();
    await b.answerList(b.record(b.decision));
    await ready;
    expect(b.state().cards).toHaveLength(1);
    const restart = gate();
    const reload = b.pages.reload(() => restart.opened);
    expect(b.state().cards).toEqual([]);
    expect(b.lists()).toHaveLength(1);
    restart.open();
    await settled();
    const other = { ...b.record(), request: b.newId(), candidates: [] };
    await b.answerList(other);
    await reload;
    expect(b.state().cards).toMatchObject([{ request: other.request }]);
  });

  test('starts nothing where no cards were shown', async () => {
    const b = bench();
    await b.pages.reload(async () => undefined);
    expect(b.calls).toEqual([]);
  });
});
