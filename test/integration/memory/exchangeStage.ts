import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { monotonicFactory } from 'ulid';
import { afterEach, beforeEach } from 'vitest';
import { detectCategory } from '../../../sidecar/generate/category.ts';
import { createFsPort } from '../../../sidecar/memory/disk/fsPort.ts';
import {
  createExportService,
  type ExportService,
} from '../../../sidecar/memory/export/createExportService.ts';
import {
  createImportService,
  type ImportService,
} from '../../../sidecar/memory/import/createImportService.ts';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import type { Result } from '../../../sidecar/protocol/methods.ts';
import { recordDecision } from '../../helpers/recordDecision.ts';
import { startMemory } from '../../helpers/startMemory.ts';

export const never = new AbortController().signal;
const WASM = resolve(import.meta.dirname, '../../../node_modules/sql.js/dist/sql-wasm.wasm');

/** A data folder with its memory and what takes in and gives out. */
export interface Store {
  readonly memory: Memory;
  readonly folder: string;
  readonly imports: ImportService;
  readonly exports: ExportService;
  take(path: string, preview?: boolean, signal?: AbortSignal): Promise<Result<'import.run'>>;
  /** Records a request, its answer and a verdict; returns the decision's id. */
  decide(prompt: string, verdict: 'approved' | 'denied' | 'edited', text?: string): Promise<string>;
}

/** A stage of its own for each test of a file, with one store opened on it. */
export function stageForEach(use: (stage: Stage, store: Store) => void): void {
  let stage: Stage | undefined;
  beforeEach(async () => {
    stage = await createStage();
    use(stage, await stage.open('data'));
  });
  afterEach(() => stage?.strike());
}

export interface Stage {
  readonly base: string;
  open(name: string): Promise<Store>;
  /** Writes a source file and returns its path. */
  file(name: string, content: string | Uint8Array): Promise<string>;
  strike(): Promise<void>;
}

export async function createStage(): Promise<Stage> {
  const base = await mkdtemp(join(tmpdir(), 'wx-'));
  const open: Memory[] = [];
  return {
    base,
    open: async (name) => {
      const store = await openStore(join(base, name));
      open.push(store.memory);
      return store;
    },
    file: async (name, content) => {
      await writeFile(join(base, name), content);
      return join(base, name);
    },
    strike: async () => {
      for (const memory of open) await memory.dispose();
      await rm(base, { recursive: true, force: true });
    },
  };
}

async function openStore(folder: string): Promise<Store> {
  const ulid = monotonicFactory();
  const ids = (): string => ulid();
  const clock = Date.now;
  const fs = createFsPort();
  const memory = await startMemory(folder, { clock, ids });
  const common = { memory, fs, ids, clock };
  const imports = createImportService({
    ...common,
    wasm: () => readFile(WASM),
    detectCategory,
  });
  const redact = (text: string): string => text.replaceAll(/sk-[a-z0-9]{8,}/g, '[redacted]');
  return {
    memory,
    folder,
    imports,
    exports: createExportService({ ...common, redact }),
    take: (path, preview = false, signal = never) => imports.run({ path, preview }, signal),
    decide: async (prompt, verdict, text = `Answer to ${prompt}`) => {
      const edit = verdict === 'edited' ? { editedText: `${text}, corrected` } : {};
      const said = { prompt, text, verdict, note: 'as said', category: 'testing', ...edit } as const;
      return (await recordDecision(memory, said, ids)).decision;
    },
  };
}

/** Everything that the index says, in a form that two stores can be compared by. */
export function known({ index }: Memory) {
  return {
    asOf: index.asOf,
    events: index.eventCount,
    requests: index.requests(),
    live: index.liveDecisions(),
    versions: index.versions(),
    runs: index.runs(),
    states: index.states(),
    rules: index.rules(),
    feedback: index.feedback(),
    applied: index.applied(),
  };
}

export const counts = ({ taken }: Result<'import.run'>): Record<string, number> =>
  Object.fromEntries(taken.map(({ kind, count }) => [kind, count]));
