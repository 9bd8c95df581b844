import type { ChildProcess, ForkOptions } from 'node:child_process';
import { AppError } from '../../protocol/errors.ts';
import type { EngineLog } from '../engineLog.ts';
import { type ChatOrder, type EmbedOrder, type Report, reportSchema } from './embeddedProtocol.ts';

const PASSED_ON = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'TMPDIR',
  'TEMP',
  'TMP',
  'LANG',
  'SystemRoot',
  'ELECTRON_RUN_AS_NODE',
  'ELECTRON_NO_ASAR',
] as const;
const FINAL: ReadonlySet<Report['report']> = new Set(['end', 'vectors', 'failed']);
const KEPT_STDERR = 2_000;

type Fork = (entry: string, args: string[], options: ForkOptions) => ChildProcess;
/** An order without its number, which the child's keeper gives it. */
export type Work = Omit<ChatOrder, 'id'> | Omit<EmbedOrder, 'id'>;

export interface EmbeddedChildDeps {
  readonly fork: Fork;
  /** The program of the child. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds without work after which the child, and the model with it, goes. */
  readonly idleMs: number;
  readonly log: EngineLog;
}

/** Keeps the process that holds the model: starts it at the first order, again after a crash, ends it when idle. */
export interface EmbeddedChild {
  /** What the child reports about one order, until `end`, `vectors`, or a throw. */
  run(engineFile: string, work: Work, signal: AbortSignal): AsyncGenerator<Report>;
  /** The child's process id while it runs. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

interface Waiting {
  readonly reports: Report[];
  wake(): void;
  failure: AppError | undefined;
}

interface Running {
  readonly process: ChildProcess;
  readonly engineFile: string;
  readonly gone: Promise<void>;
}

export function createEmbeddedChild(deps: EmbeddedChildDeps): EmbeddedChild {
  const waiting = new Map<number, Waiting>();
  let running: Running | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;

  const start = (engineFile: string): Running => {
    const env = Object.fromEntries(
      PASSED_ON.flatMap((name) => (deps.env[name] ? [[name, deps.env[name]]] : [])),
    );
    const child = deps.fork(deps.entry, [engineFile], {
      env,
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let said = '';
    const listen = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-KEPT_STDERR);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.on('message', (raw) => {
      const read = reportSchema.safeParse(raw);
      if (!read.success) {
        // Something else than our own program talks here, or it is broken: nothing it says can be used.
        deps.log('warn', 'embedded.badReport', { why: read.error.message.slice(0, 500) });
        child.kill('SIGKILL');
        return;
      }
      const on = waiting.get(read.data.id);
      on?.reports.push(read.data);
      on?.wake();
    });
    const gone = new Promise<void>((resolve) => {
      const end = (how: string): void => {
        if (running?.process === child) running = undefined;
        for (const on of waiting.values()) {
          on.failure ??= crashed(how, said);
          on.wake();
        }
        if (waiting.size > 0) deps.log('warn', 'embedded.crashed', { how });
        resolve();
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    });
    deps.log('info', 'embedded.started', { pid: child.pid ?? 0 });
    return { process: child, engineFile, gone };
  };
  const stop = async (): Promise<void> => {
    clearTimeout(idle);
    const { process: child, gone } = running ?? {};
    running = undefined;
    if (child?.connected) child.disconnect();
    else child?.kill();
    await gone;
  };
  const ready = async (engineFile: string): Promise<ChildProcess> => {
    clearTimeout(idle);
    if (running && running.engineFile !== engineFile && waiting.size === 0) await stop();
    running ??= start(engineFile);
    return running.process;
  };
  const restIfIdle = (): void => {
    if (waiting.size > 0) return;
    idle = setTimeout(() => void stop(), deps.idleMs);
    idle.unref();
  };

  async function* run(engineFile: string, work: Work, signal: AbortSignal): AsyncGenerator<Report> {
    if (signal.aborted) throw cancelled();
    const child = await ready(engineFile);
    lastId += 1;
    const id = lastId;
    let wake = (): void => undefined;
    const on: Waiting = { reports: [], wake: () => wake(), failure: undefined };
    waiting.set(id, on);
    const onAbort = (): void => {
      on.failure ??= cancelled();
      on.wake();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      child.send({ ...work, id }, (error) => {
        if (!error) return;
        on.failure ??= crashed(error.message, '');
        on.wake();
      });
      for (let last = false; !last; ) {
        while (!on.failure && on.reports.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        if (on.failure) throw on.failure;
        const report = on.reports.shift();
        if (!report) continue;
        yield report;
        last = FINAL.has(report.report);
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      waiting.delete(id);
      // Also where the listener stopped early: the child must not go on. It ignores numbers it is done with.
      if (child.connected) child.send({ order: 'cancel', id }, () => undefined);
      restIfIdle();
    }
  }

  return { run, pid: () => running?.process.pid, stop };
}

const cancelled = (): AppError => new AppError('rpc.cancelled', 'Stopped.');

function crashed(how: string, said: string): AppError {
  const memory = how === 'SIGKILL' ? ' The system may have ended it for want of memory.' : '';
  return new AppError('engine.crashed', 'The built-in model stopped unexpectedly.', {
    why: `Its process ended (${how}).${memory}${said === '' ? '' : ` It said: ${said.trim().slice(-500)}`}`,
    next: 'Try again; it starts anew. If it stays, choose a smaller model or a shorter context length.',
    details: { how },
  });
}
