import type { FsPort } from '../disk/fsPort.ts';

export interface JournalFollowerPorts {
  readonly fs: FsPort;
  readonly journal: string;
  /** Reads what is new. Called for one change at a time. */
  readonly look: () => Promise<void>;
  /** True for a segment of this process: what it appends there is known already. */
  readonly owns: (segment: string) => boolean;
  readonly pollMs?: number;
}

/** Milliseconds from a change to the look: an answer's own lines are not read back while it is being made. */
const SETTLE_MS = 100;

/** Looks again soon after the journal folder changes, and once a poll for file systems that don't tell. */
export function createJournalFollower(ports: JournalFollowerPorts): { stop(): void } {
  let busy = false;
  let again = false;
  let stopped = false;

  function look(): void {
    if (stopped) return;
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    void ports.look().finally(() => {
      busy = false;
      if (!again) return;
      again = false;
      look();
    });
  }

  let soon: NodeJS.Timeout | undefined;
  const lookSoon = (): void => {
    soon ??= setTimeout(() => {
      soon = undefined;
      look();
    }, SETTLE_MS);
    soon.unref();
  };

  const unwatch = ports.fs.watch(ports.journal, (file) => {
    if (file === undefined || !ports.owns(file)) lookSoon();
  });
  const timer = setInterval(look, ports.pollMs ?? 1_000);
  timer.unref();
  return {
    stop: () => {
      stopped = true;
      clearInterval(timer);
      clearTimeout(soon);
      unwatch();
    },
  };
}
