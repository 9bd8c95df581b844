import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

/** The part of a terminal's input stream that is used. */
export interface KeyInput extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
}

export interface HeldInput {
  hold(): () => void;
  fresh(): Promise<void>;
  key(): Promise<string>;
  oneOf(keys: ReadonlySet<string>, over: AbortSignal): Promise<string | undefined>;
  /** Runs what reads the terminal itself, with the mode that it expects. */
  without<T>(body: () => Promise<T>): Promise<T>;
}

/** Milliseconds without a key after which somebody who was typing has stopped. */
const QUIET = 500;
/** Turns of the event loop in which what the terminal still holds arrives. */
const TURNS = 3;
const CTRL_C = '\u0003';

/**
 * Keys of a terminal. While it is held, or a key is awaited, the terminal is in raw mode: nothing typed is echoed, and
 * Ctrl+C is a character and no signal, so it is told as one. What comes while no key is awaited is dropped: a person
 * who types on while an answer is written has decided nothing.
 */
export function createHeldInput(input: KeyInput, interrupt: () => void): HeldInput {
  let users = 0;
  const wait = createKeyWait();
  let droppedAt = Number.NEGATIVE_INFINITY;

  const quietIn = (): number => droppedAt + QUIET - performance.now();
  const onData = (chunk: Buffer | string): void => {
    const characters = String(chunk);
    if (wait.take(nameKey(characters))) return;
    droppedAt = performance.now();
    if (characters.includes(CTRL_C)) interrupt();
  };
  const onEnd = (): void => {
    wait.take('interrupt');
  };
  const listen = (): void => {
    input.setRawMode?.(true);
    input.on('data', onData);
    input.on('end', onEnd);
    input.resume();
  };
  const stop = (): void => {
    input.off('data', onData);
    input.off('end', onEnd);
    input.setRawMode?.(false);
    input.pause();
  };
  const hold = (): (() => void) => {
    if (users === 0) listen();
    users += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      users -= 1;
      if (users === 0) stop();
    };
  };
  const during = async <T>(body: () => Promise<T>): Promise<T> => {
    const release = hold();
    try {
      return await body();
    } finally {
      release();
    }
  };
  return {
    hold,
    fresh: () =>
      during(async () => {
        for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
        for (let left = quietIn(); left > 0; left = quietIn()) await pause(left);
      }),
    key: () => during(async () => (await wait.next(() => true)) ?? 'interrupt'),
    oneOf: (keys, over) => during(() => wait.next((key) => keys.has(key), over)),
    async without(body) {
      if (users === 0) return body();
      stop();
      try {
        return await body();
      } finally {
        listen();
      }
    },
  };
}

/** Who waits for a key now; there is one at most, the last that asked. */
function createKeyWait() {
  let awaited: ((key: string) => boolean) | undefined;
  return {
    /** True where the key was waited for. */
    take: (key: string): boolean => awaited?.(key) === true,
    /** The next key that is wanted; undefined once `over` is aborted. */
    next: (isWanted: (key: string) => boolean, over?: AbortSignal): Promise<string | undefined> =>
      new Promise((resolve) => {
        const settle = (key: string | undefined): void => {
          if (awaited === own) awaited = undefined;
          over?.removeEventListener('abort', stop);
          resolve(key);
        };
        const own = (key: string): boolean => {
          const isTaken = isWanted(key);
          if (isTaken) settle(key);
          return isTaken;
        };
        const stop = (): void => settle(undefined);
        awaited = own;
        over?.addEventListener('abort', stop);
        if (over?.aborted) stop();
      }),
  };
}

/** Name of the key that sent these characters; several at once are no key, but Ctrl+C counts wherever it stands. */
export function nameKey(characters: string): string {
  const code = characters.codePointAt(0);
  if (code === undefined || code === 4 || characters.includes(CTRL_C)) return 'interrupt';
  if (characters.length > String.fromCodePoint(code).length) return 'other';
  if (code === 13 || code === 10) return 'enter';
  return code === 27 ? 'escape' : String.fromCodePoint(code).toLowerCase();
}
