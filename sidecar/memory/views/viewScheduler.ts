import { join } from 'node:path';
import type { DataFolder } from '../disk/dataFolder.ts';
import { errnoOf } from '../disk/diskError.ts';
import type { FsPort } from '../disk/fsPort.ts';
import { readViewState, VIEW_FILES } from './viewState.ts';
import type { ViewWriterPort, ViewWriterRun } from './viewWriterPort.ts';

/** Up to this size of agent_memory.json the views follow each decision at once. */
const SMALL_BYTES = 1_000_000;
/** Gathers what one click writes. */
const GATHER_MS = 25;
/** After another process's event it is first left to that process to write the views. */
const FOREIGN_MS = 3_000;
/** Views that are still behind when nothing happened for this long are written before the rest is over. */
const IDLE_MS = 60_000;
/** Rest after a run as a multiple of its processor time: 1 in 20 is 5 % of a core. */
const REST_FACTOR = 19;
/** Where the start had to read so much, the writer runs although the views are up to date: it makes the checkpoint. */
const UNCOVERED_BYTES = 8_000_000;
/** Rests that idle times cut short add up to this much at most; over time it stays at 5 %. */
const MAX_OWED_MS = 30 * 60_000;
const LOCKED_RETRY_MS = 250;
const FAILED_RETRY_MS = 5_000;

export interface ViewSchedulerPorts {
  readonly fs: FsPort;
  readonly folder: DataFolder;
  readonly clock: () => number;
  readonly writer: ViewWriterPort | undefined;
  /** What this process knows, to compare with what the views hold. */
  readonly known: () => { readonly asOf: string | undefined; readonly events: number };
  /** Bytes of the journal that had to be read at the start because no checkpoint covered them. */
  readonly uncovered?: () => number;
  readonly onNotice: (notice: { readonly code: string; readonly message: string }) => void;
  readonly log: (message: string) => void;
}

export interface ViewScheduler {
  /** Call once everything on disk is known. */
  start(): Promise<void>;
  /** An event became known; `own` where this process recorded it. */
  changed(own: boolean): void;
  /** Looks whether a view was deleted. */
  check(): Promise<void>;
  /** Writes at once until the views hold all that is known, or until the deadline. */
  flush(deadlineMs: number): Promise<void>;
  /** Leaves a last run behind where the views are not up to date. */
  stop(): Promise<void>;
}

/** Decides when the views are written: at once while they are small, at a bounded cost when they are large. */
export function createViewScheduler(ports: ViewSchedulerPorts): ViewScheduler {
  return new CostBoundScheduler(ports);
}

class CostBoundScheduler implements ViewScheduler {
  readonly #ports: ViewSchedulerPorts;
  #started = false;
  #stopped = false;
  #failures = 0;
  #wantsCheckpoint = false;
  #bytes = 0;
  #restUntil = 0;
  #idle: NodeJS.Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #running: { readonly run: ViewWriterRun; readonly finished: Promise<void> } | undefined;

  constructor(ports: ViewSchedulerPorts) {
    this.#ports = ports;
  }

  async start(): Promise<void> {
    const { fs, folder, writer } = this.#ports;
    this.#started = true;
    if (!writer) return;
    this.#wantsCheckpoint = (this.#ports.uncovered?.() ?? 0) > UNCOVERED_BYTES;
    const state = await readViewState(fs, folder).catch(() => undefined);
    this.#bytes = state?.files['agent_memory.json']?.bytes ?? 0;
    this.#schedule(GATHER_MS);
  }

  changed(own: boolean): void {
    this.#schedule(this.#delayFor(own));
    if (this.#bytes >= SMALL_BYTES) this.#scheduleIdle();
  }

  async check(): Promise<void> {
    const { fs, folder, writer } = this.#ports;
    if (!writer || !this.#started || this.#stopped || this.#running) return;
    if (await this.#allThere().catch(() => true)) return;
    if (await readViewState(fs, folder).catch(() => undefined)) this.#schedule(GATHER_MS);
  }

  async flush(deadlineMs: number): Promise<void> {
    const { clock, writer } = this.#ports;
    if (!writer) return;
    const deadline = clock() + deadlineMs;
    const work = async (): Promise<void> => {
      while (clock() < deadline && !(await this.#isCurrent().catch(() => false))) {
        await this.#run();
        if (this.#failures > 0) return;
        await pause(20);
      }
    };
    await withDeadline(work(), deadlineMs);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#idle);
    this.#stopped = true;
    this.#running?.run.release();
    if (!this.#started || this.#running || !this.#ports.writer) return;
    // The last run goes on when this process has ended.
    if (!(await this.#isCurrent().catch(() => true))) void this.#run();
  }

  async #isCurrent(): Promise<boolean> {
    const { asOf, events } = this.#ports.known();
    const state = await readViewState(this.#ports.fs, this.#ports.folder);
    if (!state) return events === 0;
    return state.asOf === asOf && state.events === events && (await this.#allThere());
  }

  async #allThere(): Promise<boolean> {
    for (const name of VIEW_FILES) {
      try {
        await this.#ports.fs.stat(join(this.#ports.folder.path, name));
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return false;
        throw error;
      }
    }
    return true;
  }

  #schedule(delayMs: number): void {
    if (!this.#ports.writer || this.#stopped || !this.#started) return;
    const at = this.#ports.clock() + delayMs;
    if (at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      void this.#update();
    }, delayMs);
    this.#timer.unref();
  }

  #delayFor(own: boolean): number {
    const gather = own ? GATHER_MS : FOREIGN_MS;
    if (this.#bytes < SMALL_BYTES) return gather;
    return Math.max(gather, this.#restUntil - this.#ports.clock());
  }

  /** Begins the idle time anew. */
  #scheduleIdle(): void {
    clearTimeout(this.#idle);
    if (!this.#ports.writer || this.#stopped || !this.#started) return;
    this.#idle = setTimeout(() => {
      if (this.#restUntil - this.#ports.clock() <= MAX_OWED_MS) this.#schedule(0);
    }, IDLE_MS);
    this.#idle.unref();
  }

  /** One run where the views are behind; rejects never. */
  async #update(): Promise<void> {
    try {
      if (this.#running) await this.#running.finished;
      else if (this.#wantsCheckpoint || !(await this.#isCurrent())) await this.#run();
      if (!(await this.#isCurrent()))
        this.#schedule(this.#failures > 0 ? FAILED_RETRY_MS * this.#failures : this.#delayFor(true));
    } catch (error) {
      this.#failed(error);
    }
  }

  async #run(): Promise<void> {
    if (!this.#ports.writer || this.#running) return this.#running?.finished;
    const current = this.#ports.writer.start(this.#ports.folder.path);
    const finished = this.#settle(current).finally(() => {
      this.#running = undefined;
    });
    this.#running = { run: current, finished };
    if (this.#stopped) current.release();
    return finished;
  }

  async #settle(current: ViewWriterRun): Promise<void> {
    try {
      const report = await current.done;
      this.#failures = 0;
      for (const notice of report.notices) this.#ports.onNotice(notice);
      if (report.status === 'written') this.#wantsCheckpoint = false;
      if (report.status === 'locked') return this.#schedule(LOCKED_RETRY_MS);
      this.#bytes = report.bytes;
      const now = this.#ports.clock();
      this.#restUntil = Math.max(now, this.#restUntil) + report.cpuMs * REST_FACTOR;
      // A clock that was set back must not keep the views waiting.
      const most = MAX_OWED_MS + 2 * report.cpuMs * REST_FACTOR;
      this.#restUntil = Math.min(this.#restUntil, now + most);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#failures = Math.min(this.#failures + 1, 12);
    const message = error instanceof Error ? error.message : String(error);
    this.#ports.log(`memory: writing the views failed: ${message}`);
    if (this.#failures === 1 && !this.#stopped) {
      this.#ports.onNotice({
        code: 'memory.views',
        message: `agent_memory.json and whetstone.db are not up to date: ${message}`,
      });
    }
    this.#schedule(FAILED_RETRY_MS * this.#failures);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

async function withDeadline(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
