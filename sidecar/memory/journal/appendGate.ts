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
  let lingers = false;
  let timer: NodeJS.Timeout | undefined;
  const waiting = new Set<() => void>();

  function open(): void {
    lingers = false;
    if (busy > 0) return;
    for (const go of waiting) go();
  }

  function left(): void {
    busy -= 1;
    lingers = true;
    clearTimeout(timer);
    timer = setTimeout(open, LINGER_MS);
    timer.unref();
  }

  return {
    during(work) {
      busy += 1;
      return work.finally(left);
    },
    async quiet() {
      if (busy === 0 && !lingers) return;
      await new Promise<void>((resolve) => {
        const go = (): void => {
          clearTimeout(late);
          waiting.delete(go);
          resolve();
        };
        const late = setTimeout(go, MOST_MS);
        waiting.add(go);
      });
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
