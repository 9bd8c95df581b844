import { type ChildProcess, fork, type StdioOptions, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import {
  CancellationTokenSource,
  createMessageConnection,
  ErrorCodes,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { Log } from '../log.ts';
import { dataFolderError } from './dataFolderError.ts';
import { disconnected, toAppError } from './rpcErrors.ts';
import { RUNTIME_FLAGS } from './runtimeFlags.ts';
import { sidecarEnv } from './sidecarEnv.ts';
import type { SidecarRun } from './sidecarRun.ts';

const SHUTDOWN_MS = 2_000;
const TERM_MS = 1_000;

export interface SidecarProcessDeps {
  /** Absolute path of dist/sidecar.cjs. */
  readonly bundle: string;
  /** Absolute path of the Node that runs it; undefined for the editor's own. */
  readonly program: string | undefined;
  readonly dataFolder: string;
  readonly log: Log;
}

/**
 * Forks the sidecar with an allow-listed environment. Throws `memory.*` where the data folder can't be made, anything
 * where the editor can't run it.
 */
export function startSidecarProcess(deps: SidecarProcessDeps): SidecarRun {
  makeFolder(deps.dataFolder);
  const options = {
    execArgv: [...RUNTIME_FLAGS],
    // Model names must never be taken for files of the workspace.
    cwd: deps.dataFolder,
    env: sidecarEnv({ env: process.env, dataFolder: deps.dataFolder, parentPid: process.pid }),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'] satisfies StdioOptions,
    serialization: 'json' as const,
    windowsHide: true,
    ...(deps.program !== undefined && { execPath: deps.program }),
  };
  const child = fork(deps.bundle, ['--ipc'], options);
  forwardLines(child.stdout, (line) => deps.log.warn(`stdout: ${line}`));
  forwardLines(child.stderr, (line) => deps.log.warn(line));
  const ended = exitOf(child);
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  connection.onError(([error]) => deps.log.warn(`channel: ${error.message}`));
  ended.then(() => connection.dispose());
  return {
    pid: child.pid,
    request: requester(connection, ended),
    onNotification(listener) {
      connection.onNotification((method: string, params: unknown) => listener(method, params));
      connection.listen();
    },
    onExit: (listener) => {
      ended.then(listener);
    },
    stop: () => stop(child, connection, ended),
    kill: () => killTree(child),
  };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw dataFolderError(error, folder);
  }
}

function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}

type Request = SidecarRun['request'];

/** Calls over the connection, each of which rejects with `rpc.disconnected` when the process ends first. */
function requester(connection: MessageConnection, ended: Promise<string>): Request {
  const pending = new Set<() => void>();
  ended.then(() => {
    for (const reject of pending) reject();
  });
  return async (method, params, signal) => {
    const source = new CancellationTokenSource();
    const cancel = () => source.cancel();
    if (signal?.aborted === true) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    let lose = (): void => undefined;
    const lost = new Promise<never>((_, reject) => {
      lose = () => reject(disconnected());
    });
    pending.add(lose);
    try {
      return await Promise.race([connection.sendRequest(method, params, source.token), lost]);
    } catch (error) {
      // The channel closes a moment before or after the exit is seen; both mean the same.
      throw isClosed(error) ? disconnected() : toAppError(error);
    } finally {
      pending.delete(lose);
      signal?.removeEventListener('abort', cancel);
      source.dispose();
    }
  };
}

function isClosed(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'ConnectionError') return true;
  const code = 'code' in error ? error.code : undefined;
  return (
    code === ErrorCodes.PendingResponseRejected ||
    code === ErrorCodes.MessageWriteError ||
    code === ErrorCodes.ConnectionInactive ||
    code === 'ERR_IPC_CHANNEL_CLOSED' ||
    code === 'EPIPE'
  );
}

async function stop(
  child: ChildProcess,
  connection: MessageConnection,
  ended: Promise<string>,
): Promise<void> {
  connection.sendRequest('shutdown', {}).catch(() => undefined);
  if (await endsWithin(ended, SHUTDOWN_MS)) return;
  child.kill('SIGTERM');
  if (await endsWithin(ended, TERM_MS)) return;
  killTree(child);
  await ended;
}

async function endsWithin(ended: Promise<string>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const result = await Promise.race([ended.then(() => true), late]);
  clearTimeout(timer);
  return result;
}

function killTree(child: ChildProcess): void {
  if (process.platform === 'win32' && child.pid !== undefined) {
    spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { windowsHide: true, stdio: 'ignore' });
  } else {
    child.kill('SIGKILL');
  }
}

function forwardLines(stream: NodeJS.ReadableStream | null, write: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(-8_000);
    for (const line of lines) if (line !== '') write(line);
  });
}
