import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { monotonicFactory } from 'ulid';
import { createMemory, type MemoryPorts } from '../../../sidecar/memory/createMemory.ts';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import { createViewWriterProcess } from '../../../sidecar/memory/views/viewWriterProcess.ts';

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
    open: async (more = {}, onNotice = () => undefined) => {
      const ids = monotonicFactory();
      const memory = await createMemory({
        dataFolder: folder,
        clock: Date.now,
        ids: () => ids(),
        log: () => undefined,
        ...more,
      });
      open.push(memory);
      memory.onNotice(onNotice);
      await memory.ready;
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
  const ids = monotonicFactory();
  const [request, candidate, decision] = [ids(), ids(), ids()];
  const sha256 = 'a'.repeat(64);
  const model = 'small';
  const base = { kind: 'request', thread: request, request, prompt: 'ask', appVersion: '0' } as const;
  await memory.append<'request'>({ ...base, context: [], category: 'other', model });
  const answer = { kind: 'candidate', request, candidate, text, sha256, model, options: {} } as const;
  await memory.append<'candidate'>({ ...answer, stopped: 'complete', engine: 'ollama' });
  await memory.append<'decision'>({
    kind: 'decision',
    decision,
    request,
    candidate,
    sha256,
    verdict,
    reasons: ['clear'],
  });
  return decision;
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
