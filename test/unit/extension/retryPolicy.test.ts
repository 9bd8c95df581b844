import { ulid } from 'ulid';
import { expect, test } from 'vitest';
import { createDecisionQueue, type QueueEntry } from '../../../extension/sidecar/decisionQueue.ts';
import { mayPass, retryDelayMs } from '../../../extension/sidecar/retryPolicy.ts';
import { createSidecarClient } from '../../../extension/sidecar/sidecarClient.ts';
import { createSupervisor } from '../../../extension/sidecar/supervisor.ts';
import { AppError } from '../../../sidecar/protocol/errors.ts';
import { PROTOCOL_VERSION } from '../../../sidecar/protocol/methods.ts';
import { DEFAULT_SETTINGS } from '../../../sidecar/protocol/settingsSchemas.ts';

test('pauses double from a second to a minute, and stay there', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 5_000].map(retryDelayMs);
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1_000));
});

test('what a disk refuses may pass; what needs the user does not', () => {
  const passing = ['memory.diskFull', 'memory.readOnly', 'memory.folderGone', 'memory.failed'] as const;
  for (const code of passing) expect(mayPass({ code, what: '' }), code).toBe(true);
  const staying = [
    'rpc.versionMismatch',
    'rpc.stopped',
    'memory.newerVersion',
    'memory.folderUnsafe',
  ] as const;
  for (const code of staying) expect(mayPass({ code, what: '' }), code).toBe(false);
});

/** Time that passes only when the test says so. */
function clock() {
  let now = 0;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    seconds: () => now / 1_000,
    pending: () => timers.length,
    schedule(ms: number, run: () => void) {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    /** Lets everything run that is due up to then, in order. */
    async until(seconds: number) {
      await settled();
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= seconds * 1_000).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers = timers.filter((other) => other !== next);
        now = next.at;
        next.run();
        await settled();
      }
      now = seconds * 1_000;
    },
  };
}

const HELLO = {
  protocolVersion: PROTOCOL_VERSION,
  sidecarVersion: '1',
  writer: '0'.repeat(26),
  dataFolder: '/data',
};

/** A window on a disk that refuses until the test frees it; `starts` is when a sidecar was forked, in seconds. */
function windowOnFullDisk() {
  const time = clock();
  const starts: number[] = [];
  const saved: string[] = [];
  const disk = { full: true };
  const answer = (method: string): unknown => {
    if (disk.full) throw new AppError('memory.diskFull', 'The disk is full.');
    return method === 'initialize' ? HELLO : { decision: ulid(), line: 'Noted.' };
  };
  const client = createSidecarClient({
    open() {
      starts.push(time.seconds());
      return {
        pid: 1,
        request: async (method) => answer(method),
        onNotification: () => undefined,
        onExit: () => undefined,
        stop: async () => undefined,
        kill: () => undefined,
      };
    },
    handshake: async () => ({
      client: { name: 't', version: '1' },
      settings: DEFAULT_SETTINGS,
      trusted: true,
    }),
    runtime: { program: undefined, neverAnswered: () => undefined, again: () => undefined, advice: () => '' },
    supervisor: createSupervisor(() => 0),
    schedule: time.schedule,
    log: { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0 },
  });
  const queue = createDecisionQueue({
    async send(entry) {
      if (entry.method === 'decision.record') return client.call(entry.method, entry.params);
      throw new Error('The test queues decisions only.');
    },
    dataFolder: () => '/data',
    load: () => undefined,
    save: () => undefined,
    schedule: time.schedule,
    onAcknowledged: (entry) => void saved.push(entry.key),
    onRefused: () => undefined,
    onWaiting: () => undefined,
  });
  return { time, starts, saved, disk, client, queue };
}

function click(): QueueEntry {
  const decision = ulid();
  const params = { decision, request: ulid(), candidate: ulid(), sha256: 'a'.repeat(64), reasons: [] };
  return { key: decision, method: 'decision.record', params: { ...params, verdict: 'approved' } };
}

test('after a start on a full disk, decisions that wait are tried by themselves until it is freed', async () => {
  const w = windowOnFullDisk();
  const entry = click();
  w.queue.add(entry);
  await w.time.until(200);
  expect(w.starts).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183]);
  expect(w.client.state).toMatchObject({ kind: 'stopped', error: { code: 'memory.diskFull' } });
  w.disk.full = false;
  await w.time.until(243);
  expect(w.saved).toEqual([entry.key]);
  expect(w.client.state.kind).toBe('ready');
  expect(w.time.pending()).toBe(0);
});

test('where no decision waits, nothing is tried', async () => {
  const w = windowOnFullDisk();
  await expect(w.client.call('stats.get', {})).rejects.toMatchObject({ code: 'memory.diskFull' });
  await w.time.until(1_000);
  expect(w.starts).toEqual([0]);
});
