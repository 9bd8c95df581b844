import { AppError, type ErrorData } from '../../sidecar/protocol/errors.ts';
import {
  type CancelSignal,
  type Client,
  METHODS,
  type MethodName,
  type NotificationName,
  type Params,
  type ParamsIn,
  PROTOCOL_VERSION,
  type RequestName,
  type Result,
} from '../../sidecar/protocol/methods.ts';
import type { Log } from '../log.ts';
import { toAppError } from './rpcErrors.ts';
import type { SidecarRun } from './sidecarRun.ts';
import type { Supervisor } from './supervisor.ts';

const HANDSHAKE_MS = 10_000;

export type SidecarState =
  | { readonly kind: 'idle' | 'starting' | 'ready' | 'restarting' }
  | { readonly kind: 'stopped'; readonly error: ErrorData };

export interface SidecarClientDeps {
  /** Forks a process; may throw. */
  open(): SidecarRun;
  handshake(): Omit<ParamsIn<'initialize'>, 'protocolVersion'>;
  readonly supervisor: Supervisor;
  /** Calls back after so many milliseconds; returns how to call it off. */
  schedule(ms: number, run: () => void): () => void;
  readonly log: Log;
}

export interface SidecarClient extends Client {
  readonly state: SidecarState;
  readonly pid: number | undefined;
  onState(listener: (state: SidecarState) => void): () => void;
  /** Ends the run and starts a fresh one at the next use, or at once where one was in use. */
  restart(): Promise<void>;
  dispose(): Promise<void>;
}

interface Waiter {
  readonly resolve: (run: SidecarRun) => void;
  readonly reject: (error: AppError) => void;
}

/**
 * The sidecar as the window sees it: forked at first use, started again after a crash. A call made while it
 * starts waits; a call that was on its way when it died rejects with `rpc.disconnected`.
 */
export function createSidecarClient(deps: SidecarClientDeps): SidecarClient {
  const notified = new Map<string, Set<(params: unknown) => void>>();
  const stateListeners = new Set<(state: SidecarState) => void>();
  let state: SidecarState = { kind: 'idle' };
  let current: SidecarRun | undefined;
  let waiters: Waiter[] = [];
  let cancelTimer = (): void => undefined;
  let disposed = false;

  function setState(next: SidecarState): void {
    state = next;
    for (const listener of stateListeners) listener(next);
  }

  function settle(use: (waiter: Waiter) => void): void {
    const settled = waiters;
    waiters = [];
    for (const waiter of settled) use(waiter);
  }

  function giveUp(error: AppError): void {
    deps.log.error(`${error.code}: ${error.message} ${error.why ?? ''}`);
    setState({ kind: 'stopped', error: error.toData() });
    settle((waiter) => waiter.reject(error));
  }

  function ended(run: SidecarRun | undefined, how: string): void {
    if (run !== current || disposed) return;
    current = undefined;
    if (state.kind === 'stopped') return;
    deps.log.warn(`The sidecar ended: ${how}.`);
    const verdict = deps.supervisor.crashed();
    if (verdict.kind === 'stop') return giveUp(crashedTooOften(verdict.crashes, how));
    setState({ kind: 'restarting' });
    cancelTimer = deps.schedule(verdict.delayMs, start);
  }

  function start(): void {
    if (disposed) return;
    if (state.kind !== 'restarting') setState({ kind: 'starting' });
    let run: SidecarRun;
    try {
      run = deps.open();
    } catch (error) {
      current = undefined;
      return ended(undefined, toAppError(error).why ?? 'could not be started');
    }
    current = run;
    run.onExit((how) => ended(run, how));
    run.onNotification(dispatch);
    const cancelDeadline = deps.schedule(HANDSHAKE_MS, () => {
      deps.log.warn('The sidecar did not answer within 10 s.');
      run.kill();
    });
    shakeHands(run)
      .then(() => {
        if (run !== current) return;
        setState({ kind: 'ready' });
        settle((waiter) => waiter.resolve(run));
      })
      .catch((error: unknown) => refused(run, toAppError(error)))
      .finally(cancelDeadline);
  }

  function refused(run: SidecarRun, error: AppError): void {
    if (run !== current || AppError.is(error, 'rpc.disconnected')) return;
    if (AppError.is(error, 'rpc.internal')) return run.kill();
    // A refusal with a reason (another version, an unusable data folder) does not go away by trying again.
    giveUp(error);
    current = undefined;
    run.kill();
  }

  async function shakeHands(run: SidecarRun): Promise<void> {
    const params = { ...deps.handshake(), protocolVersion: PROTOCOL_VERSION };
    const hello = check('initialize', await run.request('initialize', params));
    if (hello.protocolVersion !== PROTOCOL_VERSION) throw otherVersion();
    deps.log.info(`Sidecar ${hello.sidecarVersion}, process ${run.pid ?? 0}, data in ${hello.dataFolder}.`);
  }

  function dispatch(method: string, params: unknown): void {
    const listeners = notified.get(method);
    if (listeners === undefined || listeners.size === 0 || !isMethod(method)) return;
    const parsed = METHODS[method].params.safeParse(params);
    if (!parsed.success) return deps.log.error(`Dropped a ${method} of the wrong shape.`);
    for (const listener of listeners) listener(parsed.data);
  }

  function connected(): Promise<SidecarRun> {
    if (state.kind === 'ready' && current !== undefined) return Promise.resolve(current);
    if (state.kind === 'stopped') return Promise.reject(AppError.fromData(state.error));
    return new Promise((resolve, reject) => {
      waiters.push({ resolve, reject });
      if (state.kind === 'idle') start();
    });
  }

  async function end(): Promise<void> {
    cancelTimer();
    const run = current;
    current = undefined;
    await run?.stop();
  }

  return {
    get state() {
      return state;
    },
    get pid() {
      return current?.pid;
    },
    async call<N extends RequestName>(method: N, params: ParamsIn<N>, signal?: CancelSignal) {
      const run = await connected();
      return check(method, await run.request(method, params, signal));
    },
    on<N extends NotificationName>(method: N, listener: (params: Params<N>) => void) {
      // `dispatch` parsed the parameters with the schema that this type is made from.
      const typed = (params: unknown) => listener(params as Params<N>);
      const listeners = notified.get(method) ?? new Set();
      notified.set(method, listeners.add(typed));
      return () => listeners.delete(typed);
    },
    onState(listener) {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    async restart() {
      const inUse = state.kind !== 'idle';
      setState({ kind: inUse ? 'restarting' : 'idle' });
      await end();
      deps.supervisor.reset();
      if (inUse) start();
    },
    async dispose() {
      disposed = true;
      settle((waiter) => waiter.reject(closing()));
      await end();
      setState({ kind: 'idle' });
    },
  };
}

const isMethod = (name: string): name is MethodName => Object.hasOwn(METHODS, name);

function check<N extends MethodName>(method: N, value: unknown): Result<N> {
  const parsed = METHODS[method].result.safeParse(value);
  if (!parsed.success) {
    throw new AppError('rpc.invalid', `The answer to ${method} has the wrong shape.`, {
      why: parsed.error.issues[0]?.message,
      next: 'Reload the window, so that both sides are of one version.',
    });
  }
  return parsed.data as Result<N>;
}

function crashedTooOften(crashes: number, how: string): AppError {
  return new AppError('rpc.stopped', 'Whetstone stopped because its process keeps ending.', {
    why: `It ended ${crashes} times within three minutes, last with ${how}.`,
    next: 'Try again, or look at the log. Decisions that were not saved yet are kept.',
  });
}

function otherVersion(): AppError {
  return new AppError('rpc.versionMismatch', 'Whetstone was updated while this window was open.', {
    next: 'Reload the window.',
  });
}

function closing(): AppError {
  return new AppError('rpc.cancelled', 'The window is closing.');
}
