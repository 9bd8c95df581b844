const WINDOW_MS = 180_000;
const MAX_CRASHES = 5;
const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 8_000;
const GROWTH = 4;

/** What to do after a crash: start again after a pause, or stop and ask the user. */
export type Verdict =
  | { readonly kind: 'restart'; readonly delayMs: number }
  | { readonly kind: 'stop'; readonly crashes: number };

export interface Supervisor {
  crashed(): Verdict;
  /** Forgets earlier crashes: the user asked for another try. */
  reset(): void;
}

/** Restart policy: pauses of 0.25, 1, 4, 8 seconds; the fifth crash within three minutes stops. */
export function createSupervisor(now: () => number): Supervisor {
  let crashes: number[] = [];
  return {
    crashed() {
      const at = now();
      crashes = [...crashes.filter((time) => at - time < WINDOW_MS), at];
      if (crashes.length >= MAX_CRASHES) return { kind: 'stop', crashes: crashes.length };
      const delayMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * GROWTH ** (crashes.length - 1));
      return { kind: 'restart', delayMs };
    },
    reset() {
      crashes = [];
    },
  };
}
