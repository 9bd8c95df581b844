/** Runs `work` after `ms` milliseconds; the result takes it back. */
export type Schedule = (ms: number, work: () => void) => () => void;

/** Milliseconds between two pieces of a stream; the first goes at once. */
const INTERVAL = 20;

export interface DeltaBatcher {
  push(text: string): void;
  /** Sends what waits. */
  flush(): void;
}

/** Joins the pieces of a stream: the first is sent at once, later ones every 20 ms, in order. */
export function createDeltaBatcher(
  send: (seq: number, text: string) => void,
  schedule: Schedule,
): DeltaBatcher {
  let seq = 0;
  let waiting = '';
  let unschedule: (() => void) | undefined;
  const flush = (): void => {
    unschedule?.();
    unschedule = undefined;
    if (waiting === '') return;
    const text = waiting;
    waiting = '';
    send(seq, text);
    seq += 1;
  };
  return {
    push: (text) => {
      if (text === '') return;
      waiting += text;
      if (seq === 0) flush();
      else unschedule ??= schedule(INTERVAL, flush);
    },
    flush,
  };
}

/** The platform's timers. */
export const scheduleByTimer: Schedule = (ms, work) => {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
};
