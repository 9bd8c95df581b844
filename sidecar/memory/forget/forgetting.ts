import { AppError } from '../../protocol/errors.ts';
import { type EventOf, MAX_FORGOTTEN } from '../events.ts';
import type { Append } from '../journal/appendQueue.ts';
import type { Forgotten, HeldLock } from '../memory.ts';
import type { Erasure } from './forgetKeeper.ts';
import type { ForgetPlan, ForgetWhat } from './forgetPlan.ts';

/** The view writer or another window may hold the lock. */
const LOCK_RETRY_MS = 100;
/** A start is not slowed down by what an earlier process left to do. */
const START_DELAY_MS = 1_000;
/** Segments of a process that is alive are looked at again after this, should it have ended since. */
const WAITING_RETRY_MS = 3_000;
const FAILED_RETRY_MS = 10_000;
/** How long forgetting waits for the lock, and then for other windows to do their part. */
const LOCK_WAIT_MS = 30_000;
const OTHERS_WAIT_MS = 3_000;

export interface ForgettingPorts {
  readonly plan: (what: ForgetWhat) => Promise<ForgetPlan>;
  readonly append: Append;
  readonly lock: (name: 'exclusive' | 'training') => Promise<HeldLock | undefined>;
  /** Under the exclusive lock: takes the texts out of the files, and lets this process find its events again. */
  readonly erase: () => Promise<Erasure>;
  /** Under the exclusive lock: keeps the text until it is erased; `event` is the id of the event that forgets. */
  readonly noteAbout: (about: string, event: string | undefined) => Promise<void>;
  readonly ids: () => string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: (message: string) => void;
}

export interface Forgetting {
  preview(what: ForgetWhat): Promise<Forgotten>;
  /** Rejects with `training.busy`, `memory.locked` and the other `memory.*`. */
  forget(what: ForgetWhat, why: EventOf<'forget'>['why']): Promise<Forgotten>;
  /** Something was forgotten elsewhere, or before this process began. */
  follow(atStart: boolean): void;
  stop(): Promise<void>;
}

/** Forgets on demand, and does this process's part of what others forget. */
export function createForgetting(ports: ForgettingPorts): Forgetting {
  return new SharedForgetting(ports);
}

class SharedForgetting implements Forgetting {
  readonly #ports: ForgettingPorts;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(ports: ForgettingPorts) {
    this.#ports = ports;
  }

  async preview(what: ForgetWhat): Promise<Forgotten> {
    return toForgotten(await this.#ports.plan(what), 0);
  }

  async forget(what: ForgetWhat, why: EventOf<'forget'>['why']): Promise<Forgotten> {
    const training = await this.#ports.lock('training');
    if (!training) throw busy();
    try {
      const plan = await this.#ports.plan(what);
      // What is forgotten already is looked for once more: something may have brought it back into a file.
      const isAgain = what.ids.length > 0 && plan.unknown.length === 0;
      if (what.about === undefined && isEmpty(plan) && !isAgain) return toForgotten(plan, 0);
      const exclusive = await this.#waitForLock();
      try {
        await this.#record(plan, what.about, why);
        await this.#ports.erase();
      } finally {
        await exclusive.release();
      }
      return toForgotten(plan, await this.#waitForOthers());
    } finally {
      await training.release();
    }
  }

  async #record(plan: ForgetPlan, about: string | undefined, why: EventOf<'forget'>['why']): Promise<void> {
    const bodies = [...eventsOf(plan, why)];
    let first = bodies.length > 0 ? this.#ports.ids() : undefined;
    if (about !== undefined) await this.#ports.noteAbout(about, first);
    for (const body of bodies) {
      await this.#ports.append<'forget'>(body, first);
      first = undefined;
    }
  }

  follow(atStart: boolean): void {
    if (this.#running) this.#again = true;
    else this.#schedule(atStart ? START_DELAY_MS : 0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(delayMs: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#running = this.#doPart().finally(() => {
        this.#running = undefined;
        if (this.#again) this.follow(false);
        this.#again = false;
      });
    }, delayMs);
    this.#timer.unref();
  }

  /** Rejects never. */
  async #doPart(): Promise<void> {
    try {
      const held = await this.#ports.lock('exclusive');
      if (!held) return this.#schedule(LOCK_RETRY_MS);
      try {
        const { waiting } = await this.#ports.erase();
        if (waiting.length > 0) this.#schedule(WAITING_RETRY_MS);
      } finally {
        await held.release();
      }
    } catch (error) {
      this.#ports.log(`memory: forgetting failed: ${error instanceof Error ? error.message : String(error)}`);
      this.#schedule(FAILED_RETRY_MS);
    }
  }

  async #waitForLock(): Promise<HeldLock> {
    const deadline = this.#ports.clock() + LOCK_WAIT_MS;
    for (;;) {
      const held = await this.#ports.lock('exclusive');
      if (held) return held;
      if (this.#ports.clock() >= deadline) {
        throw new AppError('memory.locked', 'Another Whetstone process is working on the data folder.', {
          why: 'Nothing was forgotten yet.',
          next: 'Wait until it has finished, then try again.',
        });
      }
      await pause(LOCK_RETRY_MS);
    }
  }

  /** Number of segments of other processes that still hold something. */
  async #waitForOthers(): Promise<number> {
    const deadline = this.#ports.clock() + OTHERS_WAIT_MS;
    for (;;) {
      const held = await this.#ports.lock('exclusive');
      if (held) {
        try {
          const { waiting } = await this.#ports.erase();
          if (waiting.length === 0 || this.#ports.clock() >= deadline) return waiting.length;
        } finally {
          await held.release();
        }
      } else if (this.#ports.clock() >= deadline) {
        this.#schedule(LOCK_RETRY_MS);
        return 0;
      }
      await pause(2 * LOCK_RETRY_MS);
    }
  }
}

/** In as many events as fit. */
function* eventsOf(
  plan: ForgetPlan,
  why: EventOf<'forget'>['why'],
): Generator<Omit<EventOf<'forget'>, keyof Stamp>> {
  const { requests, candidates, decisions, events, versions } = plan;
  const most = Math.max(requests.length, candidates.length, decisions.length, events.length, versions.length);
  for (let from = 0; from < most; from += MAX_FORGOTTEN) {
    const part = (ids: readonly string[]): string[] => ids.slice(from, from + MAX_FORGOTTEN);
    yield {
      kind: 'forget',
      requests: part(requests),
      candidates: part(candidates),
      decisions: part(decisions),
      events: part(events),
      versions: part(versions),
      why,
    };
  }
}

interface Stamp {
  readonly v: number;
  readonly id: string;
  readonly at: string;
  readonly writer: string;
}

function isEmpty({ requests, candidates, decisions, events }: ForgetPlan): boolean {
  return requests.length + candidates.length + decisions.length + events.length === 0;
}

function toForgotten(plan: ForgetPlan, waiting: number): Forgotten {
  return {
    requests: plan.requests.length,
    answers: plan.candidates.length,
    decisions: plan.decisions.length,
    others: plan.events.length,
    versions: plan.versions,
    unknown: plan.unknown,
    waiting,
  };
}

const busy = (): AppError =>
  new AppError('training.busy', 'A training is running, and may be reading what is to be forgotten.', {
    why: 'Nothing was forgotten yet.',
    next: 'Wait for it to end, or cancel it, then try again.',
  });

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
