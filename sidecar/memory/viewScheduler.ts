import { join } from 'node:path';
import type { DataFolder } from './dataFolder.ts';
import { errnoOf } from './diskError.ts';
import type { FsPort } from './fsPort.ts';
import { readViewState, VIEW_FILES } from './viewState.ts';
import type { ViewWriterPort, ViewWriterRun } from './viewWriterPort.ts';

/** Up to this size of agent_memory.json the views follow each decision at once. */
const SMALL_BYTES = 1_000_000;
/** Gathers what one click writes. */
const GATHER_MS = 25;
/** After another process's event it is first left to that process to write the views. */
const FOREIGN_MS = 3_000;
/** Views that are still behind when nothing happened for this long are written whatever they cost. */
const IDLE_MS = 60_000;
/** Rest after a run as a multiple of its processor time: 1 in 20 is 5 % of a core. */
const REST_FACTOR = 19;
const LOCKED_RETRY_MS = 250;
const FAILED_RETRY_MS = 5_000;

export interface ViewSchedulerPorts {
  readonly fs: FsPort;
  readonly folder: DataFolder;
  readonly clock: () => number;
  readonly writer: ViewWriterPort | undefined;
  /** What this process knows, to compare with what the views hold. */
  readonly known: () => { readonly asOf: string | undefined; readonly events: number };
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
  const { fs, folder, clock, writer } = ports;
  let started = false;
  let stopped = false;
  let failures = 0;
  let bytes = 0;
  let restUntil = 0;
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Number.POSITIVE_INFINITY;
  let running: { readonly run: ViewWriterRun; readonly finished: Promise<void> } | undefined;

  async function isCurrent(): Promise<boolean> {
    const { asOf, events } = ports.known();
    const state = await readViewState(fs, folder);
    if (!state) return events === 0;
    return state.asOf === asOf && state.events === events && (await allThere());
  }

  async function allThere(): Promise<boolean> {
    for (const name of VIEW_FILES) {
      try {
        await fs.stat(join(folder.path, name));
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return false;
        throw error;
      }
    }
    return true;
  }

  function schedule(delayMs: number): void {
    if (!writer || stopped || !started) return;
    const at = clock() + delayMs;
    if (at >= timerAt) return;
    clearTimeout(timer);
    timerAt = at;
    timer = setTimeout(() => {
      timerAt = Number.POSITIVE_INFINITY;
      void update();
    }, delayMs);
    timer.unref();
  }

  function delayFor(own: boolean): number {
    const gather = own ? GATHER_MS : FOREIGN_MS;
    if (bytes < SMALL_BYTES) return gather;
    return Math.min(Math.max(gather, restUntil - clock()), IDLE_MS);
  }

  /** One run where the views are behind; rejects never. */
  async function update(): Promise<void> {
    try {
      if (running) await running.finished;
      else if (!(await isCurrent())) await run();
      if (!(await isCurrent())) schedule(failures > 0 ? FAILED_RETRY_MS * failures : delayFor(true));
    } catch (error) {
      failed(error);
    }
  }

  async function run(): Promise<void> {
    if (!writer || running) return running?.finished;
    const current = writer.start(folder.path);
    const finished = settle(current).finally(() => {
      running = undefined;
    });
    running = { run: current, finished };
    if (stopped) current.release();
    return finished;
  }

  async function settle(current: ViewWriterRun): Promise<void> {
    try {
      const report = await current.done;
      failures = 0;
      for (const notice of report.notices) ports.onNotice(notice);
      if (report.status === 'locked') return schedule(LOCKED_RETRY_MS);
      bytes = report.bytes;
      restUntil = clock() + report.cpuMs * REST_FACTOR;
    } catch (error) {
      failed(error);
    }
  }

  function failed(error: unknown): void {
    failures = Math.min(failures + 1, 12);
    const message = error instanceof Error ? error.message : String(error);
    ports.log(`memory: writing the views failed: ${message}`);
    if (failures === 1 && !stopped) {
      ports.onNotice({
        code: 'memory.views',
        message: `agent_memory.json and whetstone.db are not up to date: ${message}`,
      });
    }
    schedule(FAILED_RETRY_MS * failures);
  }

  return {
    start: async () => {
      started = true;
      if (!writer) return;
      const state = await readViewState(fs, folder).catch(() => undefined);
      bytes = state?.files['agent_memory.json']?.bytes ?? 0;
      schedule(GATHER_MS);
    },
    changed: (own) => schedule(delayFor(own)),
    check: async () => {
      if (!writer || !started || stopped || running) return;
      const gone =
        !(await allThere().catch(() => true)) && (await readViewState(fs, folder).catch(() => undefined));
      if (gone) schedule(GATHER_MS);
    },
    flush: async (deadlineMs) => {
      if (!writer) return;
      const deadline = clock() + deadlineMs;
      const work = async (): Promise<void> => {
        while (clock() < deadline && !(await isCurrent().catch(() => false))) {
          await run();
          if (failures > 0) return;
          await pause(20);
        }
      };
      await withDeadline(work(), deadlineMs);
    },
    stop: async () => {
      clearTimeout(timer);
      stopped = true;
      running?.run.release();
      if (!started || running || !writer) return;
      // The last run goes on when this process has ended.
      if (!(await isCurrent().catch(() => true))) void run();
    },
  };
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
