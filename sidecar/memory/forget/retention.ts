import { countOf } from '../../protocol/countOf.ts';
import { AppError } from '../../protocol/errors.ts';
import type { Memory } from '../memory.ts';

/** Not while a window starts. */
const FIRST_LOOK_MS = 5 * 60 * 1_000;
const NEXT_LOOK_MS = 24 * 60 * 60 * 1_000;
/** After a training, which reads what would be forgotten, or another window's work on the folder. */
const BUSY_RETRY_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;
/** Requests looked at in one go. */
const PAGE = 500;

export interface RetentionPorts {
  readonly memory: Pick<Memory, 'index' | 'ready' | 'forget'>;
  /** Age in days from which requests without a decision are forgotten; 0 keeps everything. */
  readonly days: () => number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: (message: string) => void;
}

/** Forgets requests that nobody decided on once they are old, where the setting says so. Returns what stops it. */
export function startRetention(ports: RetentionPorts): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const schedule = (delayMs: number): void => {
    if (stopped) return;
    timer = setTimeout(() => void forgetOld(ports).then(schedule), delayMs);
    timer.unref();
  };
  schedule(FIRST_LOOK_MS);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** When to look again, in milliseconds; rejects never. */
async function forgetOld({ memory, days, clock, log }: RetentionPorts): Promise<number> {
  try {
    await memory.ready;
    const age = days();
    const ids = age === 0 ? [] : undecidedBefore(memory.index, clock() - age * DAY_MS);
    if (ids.length > 0) {
      const { requests } = await memory.forget({ ids }, 'age');
      log(
        `memory: forgotten without a decision after ${countOf(age, 'day')}: ${countOf(requests, 'request')}`,
      );
    }
    return NEXT_LOOK_MS;
  } catch (error) {
    if (AppError.is(error, 'training.busy') || AppError.is(error, 'memory.locked')) return BUSY_RETRY_MS;
    log(`memory: forgetting by age failed: ${error instanceof Error ? error.message : String(error)}`);
    return NEXT_LOOK_MS;
  }
}

/**
 * Ids of requests from before that time (milliseconds since 1970) on which no decision was ever recorded. One whose
 * decision was taken back is a decision still: it is left to the person.
 */
export function undecidedBefore(index: Pick<Memory['index'], 'requests'>, before: number): string[] {
  const limit = new Date(before).toISOString();
  const found: string[] = [];
  let page = index.requests({ limit: PAGE });
  while (page.length > 0) {
    for (const { request, at, decisions } of page)
      if (at < limit && decisions.length === 0) found.push(request);
    const last = page.at(-1);
    page = last && page.length === PAGE ? index.requests({ limit: PAGE, before: last.request }) : [];
  }
  return found;
}
