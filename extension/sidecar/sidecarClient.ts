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
import { isDiskFailure } from './decisionQueue.ts';
import { mayPass } from './retryPolicy.ts';
import { toAppError } from './rpcErrors.ts';
import type { RuntimeChoice } from './runtimeChoice.ts';
import type { SidecarRun } from './sidecarRun.ts';
import type { Supervisor } from './supervisor.ts';

const HANDSHAKE_MS = 10_000;

export type SidecarState =
  | { readonly kind: 'idle' | 'starting' | 'ready' | 'restarting' }
  | { readonly kind: 'stopped'; readonly error: ErrorData };

export interface SidecarClientDeps {
  /** Forks a process. May throw: `memory.*` is a refusal like one of the process, the rest counts as a crash. */
  open(): SidecarRun;
  /** What each run is told first: settings, trust, and the token of the server in use. */
  handshake(): Promise<Omit<ParamsIn<'initialize'>, 'protocolVersion'>>;
  readonly supervisor: Supervisor;
  readonly runtime: RuntimeChoice;
  /** Calls back after so many milliseconds; returns how to call it off. */
  schedule(ms: number, run: () => void): () => void;
  readonly log: Log;
}

export interface SidecarClient extends Client {
  readonly state: SidecarState;
  readonly pid: number | undefined;
  onState(listener: (state: SidecarState) => void): () => void;
  /** Tells a run that is ready the handshake anew, because something of it changed. A later run is told anyway. */
  tellAgain(): Promise<void>;
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
 * starts waits; a call that was on its way when it died rejects with `rpc.disconnected`. After a refusal that may pass
 * (a full disk) it stays `stopped`, but each call, like those of decisions that wait, tries anew.
 */
export function createSidecarClient(deps: SidecarClientDeps): SidecarClient {
  return new SupervisedClient(deps);
}

class SupervisedClient implements SidecarClient {
  state: SidecarState = { kind: 'idle' };
  private readonly deps: SidecarClientDeps;
  private readonly notified = new Map<string, Set<(params: unknown) => void>>();
  private readonly stateListeners = new Set<(state: SidecarState) => void>();
  private current: SidecarRun | undefined;
  private waiters: Waiter[] = [];
  private disposed = false;
  /** Whether the current run has answered, or the one that just ended had. */
  private answered = false;
  private cancelTimer = (): void => undefined;

  constructor(deps: SidecarClientDeps) {
    this.deps = deps;
  }

  get pid(): number | undefined {
    return this.current?.pid;
  }

  async call<N extends RequestName>(
    method: N,
    params: ParamsIn<N>,
    signal?: CancelSignal,
  ): Promise<Result<N>> {
    const run = await this.connected();
    return check(method, await run.request(method, params, signal));
  }

  on<N extends NotificationName>(method: N, listener: (params: Params<N>) => void): () => void {
    // `dispatch` parsed the parameters with the schema that this type is made from.
    const typed = (params: unknown) => listener(params as Params<N>);
    const listeners = this.notified.get(method) ?? new Set();
    this.notified.set(method, listeners.add(typed));
    return () => listeners.delete(typed);
  }

  onState(listener: (state: SidecarState) => void): () => void {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  }

  async tellAgain(): Promise<void> {
    const run = this.current;
    if (this.state.kind === 'ready' && run !== undefined) await this.shakeHands(run);
  }

  async restart(): Promise<void> {
    const inUse = this.state.kind !== 'idle';
    this.setState({ kind: inUse ? 'restarting' : 'idle' });
    await this.end();
    this.deps.supervisor.reset();
    this.deps.runtime.again();
    // Another restart, asked for while this one waited, may have started it already.
    if (inUse && this.current === undefined) this.start();
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    this.settle((waiter) => waiter.reject(new AppError('rpc.cancelled', 'The window is closing.')));
    await this.end();
    this.setState({ kind: 'idle' });
  }

  private connected(): Promise<SidecarRun> {
    if (this.state.kind === 'ready' && this.current !== undefined) return Promise.resolve(this.current);
    const { state } = this;
    if (state.kind === 'stopped' && !mayPass(state.error)) {
      return Promise.reject(AppError.fromData(state.error));
    }
    return new Promise((resolve, reject) => {
      this.waiters.push({ resolve, reject });
      const startable = state.kind === 'idle' || state.kind === 'stopped';
      if (startable && this.current === undefined) this.start();
    });
  }

  private start(): void {
    if (this.disposed) return;
    this.answered = false;
    // What stopped it stays on the screen until it is known to be gone.
    if (this.state.kind === 'idle') this.setState({ kind: 'starting' });
    let run: SidecarRun;
    try {
      run = this.deps.open();
    } catch (error) {
      const failure = toAppError(error);
      if (isDiskFailure(failure)) this.giveUp(failure);
      else this.crashed(failure.why ?? 'could not be started');
      return;
    }
    this.current = run;
    run.onExit((how) => {
      if (run === this.current) this.crashed(how);
    });
    run.onNotification((method, params) => this.dispatch(method, params));
    this.greet(run);
  }

  private greet(run: SidecarRun): void {
    const cancelDeadline = this.deps.schedule(HANDSHAKE_MS, () => {
      this.deps.log.warn('The sidecar did not answer within 10 s.');
      run.kill();
    });
    this.shakeHands(run)
      .then(() => {
        if (run !== this.current) return;
        this.answered = true;
        this.setState({ kind: 'ready' });
        this.settle((waiter) => waiter.resolve(run));
      })
      .catch((error: unknown) => this.refused(run, toAppError(error)))
      .finally(cancelDeadline);
  }

  private async shakeHands(run: SidecarRun): Promise<void> {
    const params = { ...(await this.deps.handshake()), protocolVersion: PROTOCOL_VERSION };
    const hello = check('initialize', await run.request('initialize', params));
    if (hello.protocolVersion !== PROTOCOL_VERSION) throw otherVersion();
    const { sidecarVersion, dataFolder } = hello;
    this.deps.log.info(`Sidecar ${sidecarVersion}, process ${run.pid ?? 0}, data in ${dataFolder}.`);
  }

  private refused(run: SidecarRun, error: AppError): void {
    if (run !== this.current || AppError.is(error, 'rpc.disconnected')) return;
    // A refusal with a reason (another version, an unusable data folder) does not go away by trying again at once.
    if (!AppError.is(error, 'rpc.internal')) {
      this.current = undefined;
      this.giveUp(error);
    }
    run.kill();
  }

  private crashed(how: string): void {
    this.current = undefined;
    if (this.disposed) return;
    this.deps.log.warn(`The sidecar ended: ${how}.`);
    if (!this.answered) this.deps.runtime.neverAnswered(how);
    const verdict = this.deps.supervisor.crashed();
    if (verdict.kind === 'stop') {
      this.giveUp(
        crashedTooOften(verdict.crashes, how, this.answered ? TRY_AGAIN : this.deps.runtime.advice()),
      );
      return;
    }
    this.setState({ kind: 'restarting' });
    this.cancelTimer = this.deps.schedule(verdict.delayMs, () => this.start());
  }

  private giveUp(error: AppError): void {
    this.deps.log.error(`${error.code}: ${error.message} ${error.why ?? ''}`);
    this.setState({ kind: 'stopped', error: error.toData() });
    this.settle((waiter) => waiter.reject(error));
  }

  private dispatch(method: string, params: unknown): void {
    const listeners = this.notified.get(method);
    if (listeners === undefined || listeners.size === 0 || !isMethod(method)) return;
    const parsed = METHODS[method].params.safeParse(params);
    if (!parsed.success) {
      this.deps.log.error(`Dropped a ${method} of the wrong shape.`);
      return;
    }
    for (const listener of listeners) listener(parsed.data);
  }

  private async end(): Promise<void> {
    this.cancelTimer();
    const run = this.current;
    this.current = undefined;
    await run?.stop();
  }

  private setState(next: SidecarState): void {
    this.state = next;
    for (const listener of this.stateListeners) listener(next);
  }

  private settle(use: (waiter: Waiter) => void): void {
    const settled = this.waiters;
    this.waiters = [];
    for (const waiter of settled) use(waiter);
  }
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

const TRY_AGAIN = 'Try again, or look at the log.';

function crashedTooOften(crashes: number, how: string, advice: string): AppError {
  return new AppError('rpc.stopped', 'Whetstone stopped because its process keeps ending.', {
    why: `It ended ${crashes} times within three minutes, last with ${how}.`,
    next: `${advice} Decisions that were not saved yet are kept.`,
  });
}

function otherVersion(): AppError {
  return new AppError('rpc.versionMismatch', 'Whetstone was updated while this window was open.', {
    next: 'Reload the window.',
  });
}
