import { describe, expect, test } from 'vitest';
import { dataFolderError } from '../../../extension/sidecar/dataFolderError.ts';
import { disconnected } from '../../../extension/sidecar/rpcErrors.ts';
import { createSidecarClient } from '../../../extension/sidecar/sidecarClient.ts';
import type { SidecarRun } from '../../../extension/sidecar/sidecarRun.ts';
import { createSupervisor } from '../../../extension/sidecar/supervisor.ts';
import { AppError } from '../../../sidecar/protocol/errors.ts';
import { PROTOCOL_VERSION } from '../../../sidecar/protocol/methods.ts';
import { DEFAULT_SETTINGS } from '../../../sidecar/protocol/settingsSchemas.ts';

interface FakeRun extends SidecarRun {
  crash(): void;
  notify(method: string, params: unknown): void;
}

const hello = {
  protocolVersion: PROTOCOL_VERSION,
  sidecarVersion: '1',
  writer: '0'.repeat(26),
  dataFolder: '/data',
};

/** A process whose answers the test chooses; a call that throws nothing and returns `pending` never ends. */
function fakeRun(answer: (method: string) => unknown): FakeRun {
  let exit: (how: string) => void = () => undefined;
  let listen: (method: string, params: unknown) => void = () => undefined;
  const rejects = new Set<(error: unknown) => void>();
  const crash = () => {
    for (const reject of rejects) reject(disconnected());
    exit('signal SIGKILL');
  };
  return {
    pid: 1,
    request: (method) =>
      new Promise((resolve, reject) => {
        rejects.add(reject);
        const result = answer(method);
        if (result === 'pending') return;
        if (result instanceof Error) reject(result);
        else resolve(result);
      }),
    onNotification: (listener) => {
      listen = listener;
    },
    onExit: (listener) => {
      exit = listener;
    },
    stop: async () => crash(),
    kill: crash,
    crash,
    notify: (method, params) => listen(method, params),
  };
}

function bench(answer: (method: string, run: number) => unknown, unopenable?: Error) {
  const runs: FakeRun[] = [];
  const timers: { ms: number; run: () => void }[] = [];
  const client = createSidecarClient({
    open: () => {
      if (unopenable) throw unopenable;
      const number = runs.length;
      const run = fakeRun((method) => answer(method, number));
      runs.push(run);
      return run;
    },
    handshake: () => ({ client: { name: 't', version: '1' }, settings: DEFAULT_SETTINGS, trusted: true }),
    supervisor: createSupervisor(() => 0),
    schedule: (ms, run) => {
      const timer = { ms, run };
      timers.push(timer);
      return () => {
        if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1);
      };
    },
    log: { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0 },
  });
  const fire = () => timers.shift()?.run();
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { client, runs, timers, fire, settled };
}

const working = (method: string): unknown => (method === 'initialize' ? hello : { requests: [] });
const coded = (code: string) => expect.objectContaining({ code });

describe('sidecar client', () => {
  test('starts nothing until the first call, and one process for many', async () => {
    const { client, runs } = bench(working);
    expect(runs).toHaveLength(0);
    await Promise.all([client.call('request.list', {}), client.call('request.list', {})]);
    expect(runs).toHaveLength(1);
    expect(client.state.kind).toBe('ready');
  });

  test('a call on its way when the process dies rejects; one made meanwhile waits for the next process', async () => {
    const { client, runs, fire, settled } = bench((method, run) => {
      return run === 0 && method === 'request.list' ? 'pending' : working(method);
    });
    const states: string[] = [];
    client.onState((state) => states.push(state.kind));
    const first = client.call('request.list', {});
    await settled();
    runs[0]?.crash();
    await expect(first).rejects.toEqual(coded('rpc.disconnected'));
    const second = client.call('request.list', {});
    expect(client.state.kind).toBe('restarting');
    fire();
    await expect(second).resolves.toEqual({ requests: [] });
    expect(states).toEqual(['starting', 'ready', 'restarting', 'ready']);
  });

  test('five crashes stop it, with waiting calls rejected; a restart by the user tries again', async () => {
    let broken = true;
    const { client, runs, fire, settled } = bench((method) => (broken ? 'pending' : working(method)));
    const call = client.call('request.list', {});
    call.catch(() => undefined);
    for (let crash = 0; crash < 5; crash++) {
      runs.at(-1)?.crash();
      await settled();
      fire();
    }
    await expect(call).rejects.toEqual(coded('rpc.stopped'));
    await expect(client.call('request.list', {})).rejects.toEqual(coded('rpc.stopped'));
    expect(runs).toHaveLength(5);
    broken = false;
    await client.restart();
    await expect(client.call('request.list', {})).resolves.toEqual({ requests: [] });
  });

  test('a process that does not shake hands within its deadline is killed and replaced', async () => {
    const { client, runs, timers, settled } = bench((method, run) =>
      run === 0 ? 'pending' : working(method),
    );
    const call = client.call('request.list', {});
    await settled();
    expect(timers.map((timer) => timer.ms)).toEqual([10_000]);
    timers.shift()?.run();
    await settled();
    expect(timers.map((timer) => timer.ms)).toEqual([250]);
    timers.shift()?.run();
    await expect(call).resolves.toEqual({ requests: [] });
    expect(runs).toHaveLength(2);
  });

  test('another version is said once and not tried again', async () => {
    const refusal = new AppError('rpc.versionMismatch', 'Other version.');
    const { client, runs } = bench(() => refusal);
    await expect(client.call('request.list', {})).rejects.toEqual(coded('rpc.versionMismatch'));
    expect(client.state.kind).toBe('stopped');
    await expect(client.call('request.list', {})).rejects.toEqual(coded('rpc.versionMismatch'));
    expect(runs).toHaveLength(1);
  });

  test.each(['memory.diskFull', 'memory.readOnly', 'memory.folderGone', 'memory.failed'] as const)(
    '%s may pass: every later call tries anew, and the banner stays until one gets through',
    async (code) => {
      const { client, runs } = bench((method, run) =>
        run < 2 ? new AppError(code, 'No.') : working(method),
      );
      const states: string[] = [];
      client.onState((state) => states.push(state.kind));
      await expect(client.call('request.list', {})).rejects.toEqual(coded(code));
      await expect(client.call('request.list', {})).rejects.toEqual(coded(code));
      const both = [client.call('request.list', {}), client.call('request.list', {})];
      await expect(Promise.all(both)).resolves.toHaveLength(2);
      expect(runs).toHaveLength(3);
      expect(states).toEqual(['starting', 'stopped', 'stopped', 'ready']);
    },
  );

  test('a data folder that can not be made is a refusal, not a crash', async () => {
    const { client, timers } = bench(
      () => {
        throw new Error('not reached');
      },
      dataFolderError(Object.assign(new Error('EROFS'), { code: 'EROFS' }), '/data'),
    );
    await expect(client.call('request.list', {})).rejects.toEqual(coded('memory.readOnly'));
    expect(client.state).toMatchObject({ kind: 'stopped', error: { code: 'memory.readOnly' } });
    expect(timers).toEqual([]);
  });

  test('a sidecar of another version that answers all the same is refused too', async () => {
    const { client } = bench(() => ({ ...hello, protocolVersion: PROTOCOL_VERSION + 1 }));
    await expect(client.call('request.list', {})).rejects.toEqual(coded('rpc.versionMismatch'));
  });

  test('results and notifications of the wrong shape never reach the window', async () => {
    const { client, runs } = bench((method) => (method === 'initialize' ? hello : { requests: 'no' }));
    await expect(client.call('request.list', {})).rejects.toEqual(coded('rpc.invalid'));
    const seen: unknown[] = [];
    client.on('memory.notice', (notice) => seen.push(notice));
    runs[0]?.notify('memory.notice', { code: 1 });
    runs[0]?.notify('constructor', {});
    runs[0]?.notify('memory.notice', { code: 'view', message: 'Rebuilt.', extra: true });
    expect(seen).toEqual([{ code: 'view', message: 'Rebuilt.' }]);
  });

  test('two restarts at once leave one process', async () => {
    const { client, runs } = bench(working);
    await client.call('request.list', {});
    await Promise.all([client.restart(), client.restart()]);
    await client.call('request.list', {});
    expect(runs).toHaveLength(2);
    expect(client.state.kind).toBe('ready');
  });

  test('closing the window rejects what waits and starts nothing more', async () => {
    const { client, runs, timers, settled } = bench(() => 'pending');
    const call = client.call('request.list', {});
    call.catch(() => undefined);
    await settled();
    await client.dispose();
    await expect(call).rejects.toEqual(coded('rpc.cancelled'));
    for (const timer of [...timers]) timer.run();
    expect(runs).toHaveLength(1);
  });
});
