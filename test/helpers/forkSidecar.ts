import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  CancellationTokenSource,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  ResponseError,
} from 'vscode-jsonrpc/node';
import { RUNTIME_FLAGS } from '../../extension/sidecar/runtimeFlags.ts';
import { AppError, errorDataSchema } from '../../sidecar/protocol/errors.ts';
import { type Client, METHODS, PROTOCOL_VERSION } from '../../sidecar/protocol/methods.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../sidecar/protocol/settingsSchemas.ts';

export const BUNDLE = join(import.meta.dirname, '..', '..', 'dist', 'sidecar.cjs');

export interface ForkedSidecar {
  readonly client: Client;
  readonly process: ChildProcess;
  /** Everything the process wrote to standard error. */
  errors(): string;
  /** Everything it wrote to standard output; must stay empty. */
  output(): string;
  /** SIGKILL, then waits for the end. */
  kill(): Promise<void>;
  /** Lets the process end as when its window closes, and waits. */
  disconnect(): Promise<void>;
}

export interface ForkOptions {
  readonly dataFolder: string;
  readonly settings?: Partial<Settings>;
  readonly execArgv?: readonly string[];
  /** False leaves `initialize` to the test. */
  readonly initialize?: boolean;
}

/** Forks the built sidecar exactly as a window does, and checks every message in both directions. */
export async function forkSidecar(options: ForkOptions): Promise<ForkedSidecar> {
  const child = fork(BUNDLE, ['--ipc'], {
    execArgv: [...RUNTIME_FLAGS, ...(options.execArgv ?? [])],
    cwd: options.dataFolder,
    env: {
      PATH: process.env['PATH'],
      HOME: options.dataFolder,
      WHETSTONE_DATA: options.dataFolder,
      WHETSTONE_PARENT_PID: String(process.pid),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'json',
  });
  const collected = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => (collected.out += String(chunk)));
  child.stderr?.on('data', (chunk) => (collected.err += String(chunk)));
  const exited = once(child, 'exit');
  const client = createTestClient(child);
  if (options.initialize !== false) {
    const initialized = client.call('initialize', {
      protocolVersion: PROTOCOL_VERSION,
      client: { name: 'test', version: '0.0.0' },
      settings: { ...DEFAULT_SETTINGS, ...options.settings },
      trusted: true,
    });
    const died = exited.then(() => {
      throw new Error(`the sidecar ended before it was ready\n${collected.err}`);
    });
    await Promise.race([initialized, died]);
  }
  return {
    client,
    process: child,
    errors: () => collected.err,
    output: () => collected.out,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async disconnect() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

function createTestClient(child: ChildProcess): Client {
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  connection.onError(() => undefined);
  connection.listen();
  return {
    async call(method, params, signal) {
      const source = new CancellationTokenSource();
      signal?.addEventListener('abort', () => source.cancel(), { once: true });
      try {
        const result: unknown = await connection.sendRequest(method, params, source.token);
        return METHODS[method].result.parse(result) as never;
      } catch (error) {
        const data = error instanceof ResponseError ? errorDataSchema.safeParse(error.data) : undefined;
        throw data?.success === true ? AppError.fromData(data.data) : error;
      }
    },
    on(method, listener) {
      const subscription = connection.onNotification(method, (params: unknown) => {
        listener(METHODS[method].params.parse(params) as never);
      });
      return () => subscription.dispose();
    },
  };
}
