import type { FsPort } from './fsPort.ts';

export interface JournalFollowerPorts {
  readonly fs: FsPort;
  readonly journal: string;
  /** Reads what is new. Called for one change at a time. */
  readonly look: () => Promise<void>;
  readonly pollMs?: number;
}

/** Looks again whenever the journal folder changes, and once a poll for file systems that don't tell. */
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

  const unwatch = ports.fs.watch(ports.journal, look);
  const timer = setInterval(look, ports.pollMs ?? 1_000);
  timer.unref();
  return {
    stop: () => {
      stopped = true;
      clearInterval(timer);
      unwatch();
    },
  };
}
