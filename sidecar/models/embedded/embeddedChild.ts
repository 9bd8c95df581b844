import type { ChildProcess } from 'node:child_process';
import { AppError } from '../../protocol/errors.ts';
import { type EmbeddedProcess, type EmbeddedProcessDeps, startEmbeddedProcess } from './embeddedProcess.ts';
import type { ChatOrder, EmbedOrder, Report } from './embeddedProtocol.ts';
import { createReportInbox, type ReportInbox } from './reportInbox.ts';

/** An order without its number, which the child's keeper gives it. */
export type Work = Omit<ChatOrder, 'id'> | Omit<EmbedOrder, 'id'>;

export interface EmbeddedChildDeps extends EmbeddedProcessDeps {
  /** Milliseconds without work after which the child, and the model with it, goes. */
  readonly idleMs: number;
}

/** Keeps the process that holds the model: starts it at the first order, again after a crash, ends it when idle. */
export interface EmbeddedChild {
  /** What the child reports about one order, until `end`, `vectors`, or a throw. */
  run(engineFile: string, work: Work, signal: AbortSignal): AsyncGenerator<Report>;
  /** The child's process id while it runs. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

export function createEmbeddedChild(deps: EmbeddedChildDeps): EmbeddedChild {
  const waiting = new Map<number, ReportInbox>();
  const keeper = createProcessKeeper(deps, waiting);
  let lastId = 0;

  async function* run(engineFile: string, work: Work, signal: AbortSignal): AsyncGenerator<Report> {
    if (signal.aborted) throw cancelled();
    const child = await keeper.ready(engineFile);
    lastId += 1;
    const id = lastId;
    const inbox = createReportInbox();
    waiting.set(id, inbox);
    const onAbort = (): void => inbox.fail(cancelled());
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      // Stopped while the process was made ready, before anybody listened.
      if (signal.aborted) throw cancelled();
      child.send({ ...work, id }, (error) => {
        if (error) inbox.fail(crashed(error.message, ''));
      });
      yield* inbox.read();
    } finally {
      signal.removeEventListener('abort', onAbort);
      waiting.delete(id);
      // Also where the listener stopped early: the child must not go on. It ignores numbers it is done with.
      if (child.connected) child.send({ order: 'cancel', id }, () => undefined);
      keeper.restIfIdle();
    }
  }

  return { run, pid: keeper.pid, stop: keeper.stop };
}

interface ProcessKeeper extends Pick<EmbeddedChild, 'pid' | 'stop'> {
  /** The process, started where none runs, and anew where another engine is wanted and nobody waits. */
  ready(engineFile: string): Promise<ChildProcess>;
  /** Ends the process after a while, unless somebody waits. */
  restIfIdle(): void;
}

/** At most one process, for the orders that are `waiting` by number. */
function createProcessKeeper(
  deps: EmbeddedChildDeps,
  waiting: ReadonlyMap<number, ReportInbox>,
): ProcessKeeper {
  let running: EmbeddedProcess | undefined;
  let idle: NodeJS.Timeout | undefined;

  const start = (engineFile: string): EmbeddedProcess => {
    const started = startEmbeddedProcess(deps, engineFile, {
      report: (report) => waiting.get(report.id)?.put(report),
      gone(how, said) {
        if (running === started) running = undefined;
        for (const inbox of waiting.values()) inbox.fail(crashed(how, said));
        if (waiting.size > 0) deps.log('warn', 'embedded.crashed', { how });
      },
    });
    return started;
  };
  const stop = async (): Promise<void> => {
    clearTimeout(idle);
    const { child, gone } = running ?? {};
    running = undefined;
    if (child?.connected) child.disconnect();
    else child?.kill();
    await gone;
  };
  return {
    async ready(engineFile) {
      clearTimeout(idle);
      if (running && running.engineFile !== engineFile && waiting.size === 0) await stop();
      running ??= start(engineFile);
      return running.child;
    },
    restIfIdle() {
      if (waiting.size > 0) return;
      idle = setTimeout(() => void stop(), deps.idleMs);
      idle.unref();
    },
    stop,
    pid: () => running?.child.pid,
  };
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
