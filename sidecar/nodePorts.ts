import { randomFillSync } from 'node:crypto';
import { homedir } from 'node:os';
import { monotonicFactory } from 'ulid';
import { resolveDataFolder } from './memory/disk/resolveDataFolder.ts';

/** What the app takes from the machine; tests pass their own. */
export interface AppPorts {
  /** Absolute path. */
  readonly dataFolder: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** ULIDs, each greater than the one before. */
  readonly ids: () => string;
  /** Folder of the shipped bundles, where the child processes' entries are. */
  readonly bundleFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface NodePortsOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly bundleFolder: string;
  /** Wins over `WHETSTONE_DATA`. */
  readonly dataFolder?: string | undefined;
}

/** The real machine. */
export function nodePorts({ env, bundleFolder, dataFolder }: NodePortsOptions): AppPorts {
  return {
    dataFolder: resolveDataFolder({ explicit: dataFolder, env, home: homedir() }),
    clock: Date.now,
    ids: createIds(),
    bundleFolder,
    env,
  };
}

/** ULIDs whose 16 random digits don't each cost a call of the system's generator. */
function createIds(): () => string {
  const pool = Buffer.alloc(1_024);
  let next = pool.length;
  const random = (): number => {
    if (next === pool.length) {
      randomFillSync(pool);
      next = 0;
    }
    const byte = pool[next] ?? 0;
    next += 1;
    return byte / 256;
  };
  const ids = monotonicFactory(random);
  return () => ids();
}
