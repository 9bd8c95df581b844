import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';

/** The part of a terminal's input stream that is used. */
export interface KeyInput extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
}

export interface HeldInput {
  hold(): () => void;
  fresh(): Promise<void>;
  key(): Promise<string>;
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
  let awaited: ((key: string) => void) | undefined;
  let droppedAt = Number.NEGATIVE_INFINITY;

  const quietIn = (): number => droppedAt + QUIET - performance.now();
  const onData = (chunk: Buffer | string): void => {
    const characters = String(chunk);
    if (awaited) {
      awaited(nameKey(characters));
      return;
    }
    droppedAt = performance.now();
    if (characters.includes(CTRL_C)) interrupt();
  };
  const onEnd = (): void => awaited?.('interrupt');
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
        for (let left = quietIn(); left > 0; left = quietIn()) await wait(left);
      }),
    key: () =>
      during(async () => {
        try {
          return await new Promise<string>((resolve) => {
            awaited = resolve;
          });
        } finally {
          awaited = undefined;
        }
      }),
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

/** Name of the key that sent these characters; several at once are no key, but Ctrl+C counts wherever it stands. */
export function nameKey(characters: string): string {
  const code = characters.codePointAt(0);
  if (code === undefined || code === 4 || characters.includes(CTRL_C)) return 'interrupt';
  if (characters.length > String.fromCodePoint(code).length) return 'other';
  if (code === 13 || code === 10) return 'enter';
  return code === 27 ? 'escape' : String.fromCodePoint(code).toLowerCase();
}
