import { countOf } from '../../protocol/countOf.ts';
import { AppError } from '../../protocol/errors.ts';
import type { HeldLock } from '../memory.ts';
import type { Compaction } from './compactJournal.ts';

/** Not while a window starts. */
const FIRST_LOOK_MS = 2 * 60 * 1_000;
/** What gathers in between is a few files. */
const NEXT_LOOK_MS = 60 * 60 * 1_000;
/** Nothing was recorded for this long: nobody is waiting for the disk. */
const IDLE_MS = 60 * 1_000;

export interface CompactionSchedulePorts {
  readonly lock: () => Promise<HeldLock | undefined>;
  /** Under the exclusive lock. */
  readonly compact: (signal: AbortSignal) => Promise<Compaction>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: (message: string) => void;
}

export interface CompactionSchedule {
  start(): void;
  /** Something is being recorded: what is under way stops. */
  recorded(): void;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

/** Merges the journal rarely, when nothing else happens. */
export function createCompactionSchedule(ports: CompactionSchedulePorts): CompactionSchedule {
  let timer: NodeJS.Timeout | undefined;
  let running: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;
  let last = Number.NEGATIVE_INFINITY;
  let stopped = false;

  function schedule(delayMs: number): void {
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(look, delayMs);
    timer.unref();
  }

  function look(): void {
    const idle = ports.clock() - last;
    if (idle < IDLE_MS) {
      schedule(IDLE_MS - Math.max(0, idle));
      return;
    }
    const controller = new AbortController();
    const done = compact(controller.signal).then((delayMs) => {
      running = undefined;
      schedule(delayMs);
    });
    running = { controller, done };
  }

  /** When to look again, in milliseconds; rejects never. */
  async function compact(signal: AbortSignal): Promise<number> {
    try {
      const held = await ports.lock();
      if (!held) return IDLE_MS;
      try {
        const { merged, made, damaged } = await ports.compact(signal);
        if (merged > 0)
          ports.log(
            `memory: ${countOf(merged, 'journal file')} merged into ${made}, ${countOf(damaged, 'damaged line')} set aside`,
          );
        return NEXT_LOOK_MS;
      } finally {
        await held.release();
      }
    } catch (error) {
      if (AppError.is(error, 'rpc.cancelled')) return IDLE_MS;
      ports.log(
        `memory: merging the journal failed: ${error instanceof Error ? error.message : String(error)}`,
      );
      return NEXT_LOOK_MS;
    }
  }

  return {
    start: () => schedule(FIRST_LOOK_MS),
    recorded: () => {
      last = ports.clock();
      running?.controller.abort();
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      running?.controller.abort();
      await running?.done;
    },
  };
}
