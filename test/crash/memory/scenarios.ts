import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import { createMemory } from '../../../sidecar/memory/createMemory.ts';
import { dataFolderPaths } from '../../../sidecar/memory/disk/dataFolder.ts';
import { takeLock } from '../../../sidecar/memory/disk/exclusiveLock.ts';
import type { FsPort } from '../../../sidecar/memory/disk/fsPort.ts';
import { createImportService } from '../../../sidecar/memory/import/createImportService.ts';
import { createMemoryIndex } from '../../../sidecar/memory/index/createMemoryIndex.ts';
import { compactJournal } from '../../../sidecar/memory/journal/compactJournal.ts';
import { createJournalSync } from '../../../sidecar/memory/journal/journalSync.ts';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import { writeViews } from '../../../sidecar/memory/views/writeViews.ts';
import { decideTold, sha256Of, textOf } from './toldDecision.ts';

export interface ScenarioRun {
  readonly folder: string;
  readonly fs: FsPort;
  /** Called the moment the program says that the event is on disk, or (`GONE`) that the text is gone. */
  acknowledged(id: string): void;
}

/** Said once everything about `SECRET` is forgotten: no file may hold it from then on. */
export const GONE = 'gone:';
export const SECRET = 'quicksilver';

/** One kind of work on a data folder, to be cut off anywhere. */
export interface Scenario {
  /** Fills the folder beforehand; what it acknowledges must outlive the run too. */
  prepare?(run: ScenarioRun): Promise<void>;
  run(run: ScenarioRun): Promise<void>;
  /** Events that can be on their way at one moment; few where it is not given. */
  readonly atOnce?: number;
  /** Does the work once more where it was cut off; throws where that does not lead to what a whole run leads to. */
  again?(run: ScenarioRun): Promise<void>;
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
  checkpoint: {
    prepare: fill,
    run: (run) =>
      withMemory(run, async (memory, ids) => {
        for (let n = 0; n < 5; n += 1) {
          // What it reads may be on its way to the disk still.
          await Promise.all([
            decideSeveral(run, memory, ids, 2),
            decideSeveral(run, memory, ids, 2),
            index(run),
          ]);
          await index(run);
        }
      }),
  },
  compaction: {
    prepare: fill,
    run: async (run) => {
      for (let n = 0; n < 3; n += 1) {
        await withMemory(run, async (memory, ids) => {
          await decideSeveral(run, memory, ids, 1);
          await Promise.all([decideSeveral(run, memory, ids, 3), compact(run)]);
        });
      }
      await compact(run);
    },
  },
  import: {
    prepare: async (run) => {
      await fill(run);
      await writeFile(join(run.folder, SOURCE), foreignMemory());
    },
    run: takeIn,
    atOnce: Number.POSITIVE_INFINITY,
    again: async (run) => {
      await writeFile(join(run.folder, SOURCE), foreignMemory());
      await takeIn(run);
      await takeIn(run);
    },
  },
  forgetting: {
    prepare: async (run) => {
      await fill(run);
      await withMemory(run, async (memory, ids) => {
        for (let n = 0; n < 3; n += 1) await tellSecret(memory, ids);
      });
    },
    run: forget,
    atOnce: Number.POSITIVE_INFINITY,
    again: forget,
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

const SOURCE = 'foreign.json';
const FOREIGN = 40;
const WASM = join(import.meta.dirname, '../../../node_modules/sql.js/dist/sql-wasm.wasm');

function foreignMemory(): string {
  const entries = Array.from({ length: FOREIGN }, (_, n) => ({
    request_id: `foreign-${n}`,
    timestamp: new Date(Date.UTC(2025, 0, 1, 0, n)).toISOString(),
    prompt: `An older question, number ${n}`,
    response: `An older answer, number ${n}. ${'It is long. '.repeat(40)}`,
    approved: n % 3 !== 0,
    category: 'code_generation',
  }));
  const approvals = entries.map(({ request_id, approved, timestamp }) => [
    request_id,
    { approved, timestamp },
  ]);
  return JSON.stringify({ conversation_history: entries, approval_history: Object.fromEntries(approvals) });
}

/** Imports the foreign file; throws where not exactly its decisions are there afterwards. */
function takeIn(run: ScenarioRun): Promise<void> {
  return withMemory(run, async (memory, ids) => {
    const service = createImportService({
      memory,
      fs: run.fs,
      ids,
      clock: Date.now,
      wasm: () => readFile(WASM),
      detectCategory: () => 'other',
    });
    const before = new Set(memory.index.liveDecisions().map(({ decision }) => decision));
    const path = join(run.folder, SOURCE);
    await service.run({ path, preview: false }, new AbortController().signal);
    await memory.refresh();
    const all = memory.index.liveDecisions();
    if (all.length !== OWN + FOREIGN) throw new Error(`${all.length} decisions instead of ${OWN + FOREIGN}`);
    for (const { decision, request, candidate, event } of all) {
      if (before.has(decision)) continue;
      const others = [memory.index.request(request)?.event, memory.index.candidate(candidate)?.event];
      for (const id of [...others, event]) if (id !== undefined) run.acknowledged(id);
    }
  });
}

async function tellSecret(memory: Memory, ids: () => string): Promise<void> {
  const [request, candidate] = [ids(), ids()];
  const text = textOf(candidate, 300);
  const asked = {
    kind: 'request' as const,
    thread: request,
    request,
    prompt: `About ${SECRET}`,
    context: [],
  };
  await memory.append<'request'>({ ...asked, category: 'other', model: 'm', appVersion: '0' }, request);
  const about = { request, candidate, sha256: sha256Of(text) };
  const answer = { ...about, kind: 'candidate' as const, text, model: 'm', options: {} };
  await memory.append<'candidate'>({ ...answer, stopped: 'complete', engine: 'unknown' }, candidate);
  const note = `No more ${SECRET}.`;
  const click = { ...about, kind: 'decision' as const, verdict: 'denied' as const, reasons: [], note };
  await memory.append<'decision'>({ ...click, decision: ids() });
}

function forget(run: ScenarioRun): Promise<void> {
  return withMemory(run, async (memory, ids) => {
    await decideSeveral(run, memory, ids, 1);
    await memory.forget({ ids: [], about: SECRET }, 'asked');
    run.acknowledged(GONE);
    await decideSeveral(run, memory, ids, 1);
  });
}

/** Reads the journal beside whoever writes, and saves what it knows of it. */
async function index({ folder, fs }: ScenarioRun): Promise<void> {
  const none = (): void => undefined;
  const ports = { fs, folder: dataFolderPaths(folder), index: createMemoryIndex(), owns: () => false };
  const sync = createJournalSync({ ...ports, onEvent: none, onCleared: none, onNotice: none, log: none });
  await sync.refresh();
  await sync.saveCheckpoint();
  await sync.stop();
}

async function compact({ folder, fs }: ScenarioRun): Promise<void> {
  const uid = process.getuid?.();
  const held = await takeLock({ fs, uid }, folder, 'exclusive');
  if (!held) throw new Error('The lock is taken.');
  const ids = monotonicFactory();
  const ports = {
    fs,
    uid,
    folder: dataFolderPaths(folder),
    writer: ids(),
    ids: () => ids(),
    clock: Date.now,
  };
  await compactJournal({ ...ports, thresholds: { minSegments: 2, minAgeMs: -60_000 } });
  await held.release();
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

/** Decisions of `fill`. */
const OWN = 12;

/** A journal of three writers that have ended. */
async function fill(run: ScenarioRun): Promise<void> {
  for (let writer = 0; writer < 3; writer += 1)
    await withMemory(run, (memory, ids) => decideSeveral(run, memory, ids, OWN / 3));
}
