import { ulid } from 'ulid';
import { describe, expect, test } from 'vitest';
import { createDecisionQueue, type QueueEntry } from '../../../extension/sidecar/decisionQueue.ts';
import { AppError, type ErrorCode } from '../../../sidecar/protocol/errors.ts';

function entry(): QueueEntry {
  const decision = ulid();
  return {
    key: decision,
    method: 'decision.record',
    params: {
      decision,
      request: ulid(),
      candidate: ulid(),
      sha256: 'a'.repeat(64),
      verdict: 'approved',
      reasons: [],
    },
  };
}

/** A queue on a sidecar that answers what `answers` says, in order; undefined acknowledges. */
function bench(stored: unknown = undefined) {
  const sent: string[] = [];
  const answers: (ErrorCode | undefined)[] = [];
  const seen = { acknowledged: [] as string[], refused: [] as string[], waiting: [] as string[] };
  const timers: { ms: number; run: () => void }[] = [];
  let saved: unknown = stored;
  const folder = { now: '/data' };
  const queue = createDecisionQueue({
    async send(item) {
      sent.push(item.key);
      const code = answers.shift();
      if (code !== undefined) throw new AppError(code, 'no');
      return { decision: item.params.decision, line: 'Noted.' };
    },
    dataFolder: () => folder.now,
    load: () => saved,
    save: (entries) => {
      saved = JSON.parse(JSON.stringify(entries));
    },
    schedule: (ms, run) => {
      const timer = { ms, run };
      timers.push(timer);
      return () => {
        timers.splice(timers.indexOf(timer), 1);
      };
    },
    onAcknowledged: (item) => seen.acknowledged.push(item.key),
    onRefused: (item) => seen.refused.push(item.key),
    onWaiting: (item) => seen.waiting.push(item.key),
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { queue, folder, sent, answers, seen, timers, settled, stored: () => saved };
}

describe('decision queue', () => {
  test('keeps a click until it is acknowledged, and on disk all the while', async () => {
    const b = bench();
    const click = entry();
    b.queue.add(click);
    expect(b.stored()).toEqual([{ ...click, dataFolder: '/data' }]);
    await b.settled();
    expect(b.seen.acknowledged).toEqual([click.key]);
    expect(b.stored()).toEqual([]);
  });

  test('sends again, with the same id and in order, when the sidecar is back', async () => {
    const b = bench();
    const [first, second] = [entry(), entry()];
    b.answers.push('rpc.disconnected');
    b.queue.add(first);
    b.queue.add(second);
    await b.settled();
    expect(b.seen.waiting).toEqual([first.key]);
    expect(b.sent).toEqual([first.key]);
    b.queue.flush();
    await b.settled();
    expect(b.sent).toEqual([first.key, first.key, second.key]);
    expect(b.seen.acknowledged).toEqual([first.key, second.key]);
  });

  test('a window that was reloaded sends what the earlier one could not', async () => {
    const click = entry();
    const b = bench([{ not: 'an entry' }, click]);
    expect(b.queue.waiting).toEqual([{ ...click, dataFolder: '/data' }]);
    b.queue.flush();
    await b.settled();
    expect(b.seen.acknowledged).toEqual([click.key]);
    expect(b.stored()).toEqual([]);
  });

  test.each(['memory.diskFull', 'rpc.stopped', 'rpc.internal', 'rpc.versionMismatch'] as const)(
    '%s keeps the click and tries again later',
    async (code) => {
      const b = bench();
      const click = entry();
      b.answers.push(code, code);
      b.queue.add(click);
      await b.settled();
      expect(b.timers.map((timer) => timer.ms)).toEqual([1_000]);
      b.timers.shift()?.run();
      await b.settled();
      expect(b.timers.map((timer) => timer.ms)).toEqual([2_000]);
      expect(b.stored()).toEqual([{ ...click, dataFolder: '/data' }]);
    },
  );

  test('a click that can never count is given up, and the next one still goes', async () => {
    const b = bench();
    const [bad, good] = [entry(), entry()];
    b.answers.push('decision.hashMismatch');
    b.queue.add(bad);
    b.queue.add(good);
    await b.settled();
    expect(b.seen.refused).toEqual([bad.key]);
    expect(b.seen.acknowledged).toEqual([good.key]);
  });

  test('taking back what was taken back already counts as done', async () => {
    const b = bench();
    const undo: QueueEntry = { key: ulid(), method: 'decision.undo', params: { decision: ulid() } };
    b.answers.push('decision.unknown');
    b.queue.add(undo);
    await b.settled();
    expect(b.seen.acknowledged).toEqual([undo.key]);
    expect(b.seen.refused).toEqual([]);
  });

  test('nothing is sent after it was disposed', async () => {
    const b = bench();
    b.queue.dispose();
    b.queue.add(entry());
    await b.settled();
    expect(b.sent).toEqual([]);
    expect(b.queue.waiting).toHaveLength(1);
  });

  test('a click for another data folder is held, on disk too, until that folder is in use again', async () => {
    const b = bench();
    const [held, here] = [entry(), entry()];
    b.answers.push('rpc.disconnected');
    b.queue.add(held);
    await b.settled();
    b.folder.now = '/other';
    // What the other folder would say of a click that it can't know.
    b.answers.push('candidate.unknown');
    b.timers.shift()?.run();
    await b.settled();
    expect(b.sent).toEqual([held.key]);
    expect(b.queue.waiting).toEqual([]);
    b.answers.length = 0;
    b.queue.add(here);
    await b.settled();
    expect(b.seen).toMatchObject({ acknowledged: [here.key], refused: [] });
    expect(b.stored()).toEqual([{ ...held, dataFolder: '/data' }]);
    b.folder.now = '/data';
    b.queue.flush();
    await b.settled();
    expect(b.seen.acknowledged).toEqual([here.key, held.key]);
    expect(b.stored()).toEqual([]);
  });

  test('a window that was reloaded with another data folder holds what the earlier one left', async () => {
    const held = { ...entry(), dataFolder: '/elsewhere' };
    const b = bench([held]);
    const click = entry();
    b.queue.add(click);
    await b.settled();
    expect(b.sent).toEqual([click.key]);
    expect(b.stored()).toEqual([held]);
  });
});
