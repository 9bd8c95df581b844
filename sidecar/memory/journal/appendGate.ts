import type { FsPort } from '../disk/fsPort.ts';

/** A decision is often two or three events one after the other: reading holds on for this long after each. */
const LINGER_MS = 5;
/** However much is being recorded, reading goes on after this long. */
const MOST_MS = 100;

/** Lets what reads in the background step aside while something is being recorded. */
export interface AppendGate {
  /** Says that something is being recorded until the work is done. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Resolves when nothing is being recorded, or soon after. */
  quiet(): Promise<void>;
}

export function createAppendGate(): AppendGate {
  let busy = 0;
  let last = Number.NEGATIVE_INFINITY;

  const isQuiet = (now: number): boolean => busy === 0 && now - last >= LINGER_MS;

  return {
    async during(work) {
      busy += 1;
      try {
        return await work;
      } finally {
        busy -= 1;
        last = performance.now();
      }
    },
    async quiet() {
      const until = performance.now() + MOST_MS;
      for (let now = performance.now(); now < until && !isQuiet(now); now = performance.now()) {
        await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
      }
    },
  };
}

/** The same files; what was read is handed over when nothing is being recorded. */
export function politeReads(fs: FsPort, gate: Pick<AppendGate, 'quiet'>): FsPort {
  return {
    ...fs,
    open: async (path, mode) => {
      const file = await fs.open(path, mode);
      if (mode !== 'read') return file;
      return {
        ...file,
        read: async (target, offset, length, position) => {
          const read = await file.read(target, offset, length, position);
          await gate.quiet();
          return read;
        },
      };
    },
  };
}
