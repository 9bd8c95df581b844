import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import { createMemory } from '../../../sidecar/memory/createMemory.ts';
import { dataFolderPaths } from '../../../sidecar/memory/dataFolder.ts';
import type { FsPort } from '../../../sidecar/memory/fsPort.ts';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import { writeViews } from '../../../sidecar/memory/writeViews.ts';
import { decideTold } from './toldDecision.ts';

export interface ScenarioRun {
  readonly folder: string;
  readonly fs: FsPort;
  /** Called the moment the program says that the event is on disk. */
  acknowledged(id: string): void;
}

/** One kind of work on a data folder, to be cut off anywhere. */
export interface Scenario {
  /** Fills the folder beforehand; what it acknowledges must outlive the run too. */
  prepare?(run: ScenarioRun): Promise<void>;
  run(run: ScenarioRun): Promise<void>;
}

export const SCENARIOS = {
  append: {
    run: (run) =>
      withMemory(run, async (memory, ids) => {
        await Promise.all([1, 2, 3].map(() => decideSeveral(run, memory, ids, 10)));
      }),
  },
  rotation: {
    run: (run) =>
      withMemory(run, async (memory, ids) => {
        // Eleven of these fill a segment.
        for (let n = 0; n < 24; n += 1) await decideTold(memory, ids, run.acknowledged, { bytes: 390_000 });
      }),
  },
  views: {
    prepare: fill,
    run: async (run) => {
      const wasm = await readFile(
        join(import.meta.dirname, '../../../node_modules/sql.js/dist/sql-wasm.wasm'),
      );
      const views = { fs: run.fs, folder: dataFolderPaths(run.folder), clock: Date.now, wasm };
      for (let n = 0; n < 3; n += 1) {
        await writeViews(views);
        await withMemory(run, (memory, ids) => decideSeveral(run, memory, ids, 1));
      }
      await writeViews(views);
    },
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;
export const SCENARIO_NAMES = Object.keys(SCENARIOS).filter(isScenarioName);

export function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(SCENARIOS, name);
}

export function scenarioOf(name: ScenarioName): Scenario {
  return SCENARIOS[name];
}

async function withMemory(
  { folder, fs }: ScenarioRun,
  work: (memory: Memory, ids: () => string) => Promise<unknown>,
): Promise<void> {
  const ids = monotonicFactory();
  const next = (): string => ids();
  const ports = { dataFolder: folder, fs, clock: Date.now, ids: next, log: () => undefined };
  const memory = await createMemory({ ...ports, pollMs: 3_600_000 });
  await memory.ready;
  await work(memory, next);
  await memory.dispose();
}

async function decideSeveral(
  run: ScenarioRun,
  memory: Memory,
  ids: () => string,
  count: number,
): Promise<void> {
  for (let n = 0; n < count; n += 1)
    await decideTold(memory, ids, run.acknowledged, { bytes: n % 3 === 0 ? 2_000 : 200 });
}

/** A journal of three writers that have ended. */
async function fill(run: ScenarioRun): Promise<void> {
  for (let writer = 0; writer < 3; writer += 1)
    await withMemory(run, (memory, ids) => decideSeveral(run, memory, ids, 4));
}
