import { describe, expect, test } from 'vitest';
import { dataFolderError } from '../../../extension/sidecar/dataFolderError.ts';
import { disconnected } from '../../../extension/sidecar/rpcErrors.ts';
import { createRuntimeChoice } from '../../../extension/sidecar/runtimeChoice.ts';
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
function fakeRun(answer: (method: string, params: unknown) => unknown): FakeRun {
  let exit: (how: string) => void = () => undefined;
  let listen: (method: string, params: unknown) => void = () => undefined;
  const rejects = new Set<(error: unknown) => void>();
  let dead = false;
  const crash = () => {
    dead = true;
    for (const reject of rejects) reject(disconnected());
    exit('signal SIGKILL');
  };
  return {
    pid: 1,
    request: (method, params) =>
      new Promise((resolve, reject) => {
        rejects.add(reject);
        if (dead) return reject(disconnected());
        const result = answer(method, params);
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

function bench(
  answer: (method: string, run: number, params: unknown) => unknown,
  unopenable?: Error,
  nodePath = '',
) {
  const logged: string[] = [];
  const log = { debug: () => 0, info: () => 0, warn: (line: string) => logged.push(line), error: () => 0 };
  const runtime = createRuntimeChoice({ nodePath: () => nodePath, log });
  const programs: (string | undefined)[] = [];
  const told: { token?: string } = {};
  const runs: FakeRun[] = [];
  const timers: { ms: number; run: () => void }[] = [];
  const client = createSidecarClient({
    open: () => {
      programs.push(runtime.program);
      if (unopenable) throw unopenable;
      const number = runs.length;
      const run = fakeRun((method, params) => answer(method, number, params));
      runs.push(run);
      return run;
    },
    handshake: async () => {
      const client = { name: 't', version: '1' };
      return { client, settings: DEFAULT_SETTINGS, trusted: true, ...told };
    },
    runtime,
    supervisor: createSupervisor(() => 0),
    schedule: (ms, run) => {
      const timer = { ms, run };
      timers.push(timer);
      return () => {
        if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1);
      };
    },
    log,
  });
  const fire = () => timers.shift()?.run();
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  /** The newest process dies, and the wait for the next try is over. */
  const crash = async (): Promise<void> => {
    const newest = runs.at(-1);
    if (!newest) throw new Error('Nothing runs.');
    newest.crash();
    await settled();
    fire();
  };
  return { client, runs, timers, fire, settled, crash, programs, logged, told };
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

describe('the program that runs the sidecar', () => {
  const NODE = '/opt/node/bin/node';

  test("is the one of the setting where the editor's own never answers, and stays it", async () => {
    const b = bench((method, run) => (run === 0 ? 'pending' : working(method)), undefined, NODE);
    const call = b.client.call('request.list', {});
    await b.crash();
    await call;
    expect(b.programs).toEqual([undefined, NODE]);
    expect(b.logged.filter((line) => line.includes(NODE))).toEqual([
      `The editor's own Node could not run Whetstone: signal SIGKILL. Trying ${NODE}, as whetstone.node.path says.`,
    ]);
    await b.crash();
    expect(b.programs).toEqual([undefined, NODE, NODE]);
  });

  test("is the editor's own as long as that answers, however often it ends", async () => {
    const b = bench(working, undefined, NODE);
    for (let life = 0; life < 3; life++) {
      await b.client.call('request.list', {});
      await b.crash();
    }
    expect(b.programs).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('is tried once; where neither answers, the message names both', async () => {
    const b = bench(() => 'pending', undefined, NODE);
    const call = b.client.call('request.list', {});
    call.catch(() => undefined);
    for (let crash = 0; crash < 5; crash++) {
      await b.crash();
    }
    await expect(call).rejects.toMatchObject({ next: expect.stringContaining(NODE) });
    expect(b.programs.filter((program) => program === NODE)).toHaveLength(1);
    b.client.restart();
    await b.settled();
    await b.crash();
    expect(b.programs.at(-1)).toBe(NODE);
  });

  test('is never a relative path, and where none is set the message says that one can be', async () => {
    for (const path of ['', 'node', './node']) {
      const b = bench(() => 'pending', undefined, path);
      const call = b.client.call('request.list', {});
      call.catch(() => undefined);
      for (let crash = 0; crash < 5; crash++) {
        await b.crash();
      }
      await expect(call).rejects.toMatchObject({ next: expect.stringContaining('whetstone.node.path') });
      expect(b.programs).toEqual(Array(5).fill(undefined));
    }
  });

  test("also where the editor's own can not even be started", async () => {
    const b = bench(working, new Error('spawn EPERM'), NODE);
    b.client.call('request.list', {}).catch(() => undefined);
    await b.settled();
    b.fire();
    expect(b.programs).toEqual([undefined, NODE]);
  });
});

test('what changed in the handshake is told to a run that is ready, and to no other', async () => {
  const seen: unknown[] = [];
  const b = bench((method, _, params) => {
    if (method === 'initialize') seen.push((params as { token?: string }).token);
    return working(method);
  });
  b.told.token = 'first';
  await b.client.tellAgain();
  expect(b.runs).toHaveLength(0);
  await b.client.call('request.list', {});
  b.told.token = 'second';
  await b.client.tellAgain();
  delete b.told.token;
  await b.client.tellAgain();
  expect(seen).toEqual(['first', 'second', undefined]);
  expect(b.logged.join()).not.toMatch(/first|second/);
});
