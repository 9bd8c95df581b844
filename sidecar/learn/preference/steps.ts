/** Work that may be left between any two steps, so that other work gets its turn. */
export type Steps<T = void> = Generator<void, T>;

/** Does all of it at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

export interface Turns {
  /** Resolves when other work had its turn. */
  readonly turn: () => Promise<void>;
  /** Milliseconds, rising. */
  readonly now: () => number;
  /** True where the work is wanted no more. */
  readonly isStopped?: () => boolean;
}

/** Milliseconds of work at a stretch. */
const STRETCH_MS = 5;

/** Does it in stretches of a few milliseconds; undefined where it was stopped. */
export async function inTurns<T>(steps: Steps<T>, { turn, now, isStopped }: Turns): Promise<T | undefined> {
  for (;;) {
    const until = now() + STRETCH_MS;
    do {
      const { done, value } = steps.next();
      if (done) return value;
    } while (now() < until);
    await turn();
    if (isStopped?.()) return undefined;
  }
}
