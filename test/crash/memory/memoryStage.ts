import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { MemoryPorts } from '../../../sidecar/memory/createMemory.ts';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import { createViewWriterProcess } from '../../../sidecar/memory/views/viewWriterProcess.ts';
import { recordDecision } from '../../helpers/recordDecision.ts';
import { startMemory } from '../../helpers/startMemory.ts';

export const repository = resolve(import.meta.dirname, '../../..');

/** A data folder of the test's own, with everything that was opened on it closed at the end. */
export interface MemoryStage {
  readonly folder: string;
  /** Opens the memory and waits until it has read everything; `onNotice` hears of what it finds on the way. */
  open(more?: Partial<MemoryPorts>, onNotice?: (notice: { readonly code: string }) => void): Promise<Memory>;
  /** Runs a script beside this one with the data folder as its first argument. */
  run(script: string, ...args: string[]): StageChild;
  strike(): Promise<void>;
}
export type StageChild = ChildProcessByStdio<null, Readable, null>;

export async function createMemoryStage(): Promise<MemoryStage> {
  const base = await mkdtemp(join(tmpdir(), 'wm-'));
  const folder = join(base, 'data');
  const open: Memory[] = [];
  const children: StageChild[] = [];
  return {
    folder,
    open: async (more, onNotice) => {
      const memory = await startMemory(folder, more, onNotice);
      open.push(memory);
      return memory;
    },
    run: (script, ...args) => {
      const child = spawn(process.execPath, [join(import.meta.dirname, script), folder, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      return child;
    },
    strike: async () => {
      for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
      for (const memory of open) await memory.dispose();
      await rm(base, { recursive: true, force: true });
    },
  };
}

/** The real view writer, run from its source. */
export function viewWriter() {
  return createViewWriterProcess({
    script: join(repository, 'sidecar/memory/views/viewWriterMain.ts'),
    wasm: join(repository, 'node_modules/sql.js/dist/sql-wasm.wasm'),
  });
}

/** Records a request, its answer and a verdict; returns the decision's id once it is acknowledged. */
export async function decide(
  memory: Memory,
  verdict: 'approved' | 'denied' = 'approved',
  text = 'answer',
): Promise<string> {
  return (await recordDecision(memory, { prompt: 'ask', text, verdict })).decision;
}

/** Calls back for each line of a child's output; resolves when it has ended. */
export async function forEachLine(child: StageChild, visit: (line: string) => void): Promise<void> {
  let rest = '';
  for await (const chunk of child.stdout) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) visit(line);
  }
}
