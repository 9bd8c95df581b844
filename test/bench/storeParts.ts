import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { monotonicFactory } from 'ulid';
import { createMemory } from '../../sidecar/memory/createMemory.ts';
import { dataFolderPaths } from '../../sidecar/memory/disk/dataFolder.ts';
import { createFsPort } from '../../sidecar/memory/disk/fsPort.ts';
import type { Memory } from '../../sidecar/memory/memory.ts';
import { createDiskEventSource } from '../../sidecar/memory/views/diskEventSource.ts';
import { nodePorts } from '../../sidecar/nodePorts.ts';
import { forkSidecar } from '../helpers/forkSidecar.ts';
import { until } from '../helpers/until.ts';
import { median } from './benchRow.ts';

export const MEGABYTE = 1_000_000;
const TEXT = 'export const value = compute(42);\n'.repeat(60);
const SHA256 = createHash('sha256').update(TEXT).digest('hex');
const WRITER_SCRIPT = join(import.meta.dirname, '..', '..', 'dist', 'viewWriter.cjs');

export async function openStore(folder: string): Promise<Memory> {
  const { clock, ids } = nodePorts({ env: {}, bundleFolder: '', dataFolder: folder });
  const memory = await createMemory({ dataFolder: folder, clock, ids, log: () => undefined });
  await memory.ready;
  return memory;
}

/** Milliseconds until an answer of 2 KB is acknowledged. */
export async function appendOnce(memory: Memory, ids: () => string): Promise<number> {
  const body = { kind: 'candidate', request: ids(), candidate: ids(), text: TEXT, sha256: SHA256 } as const;
  const started = performance.now();
  await memory.append<'candidate'>({
    ...body,
    model: 'bench',
    options: {},
    stopped: 'complete',
    engine: 'ollama',
  });
  return performance.now() - started;
}

/** Appends as many bytes and syncs them, with nothing around it: what the disk costs. */
export async function bareAppender(
  path: string,
): Promise<{ once(): Promise<number>; close(): Promise<void> }> {
  const file = await open(path, 'a', 0o600);
  const line = Buffer.from(`${'0'.repeat(TEXT.length + 400)}\n`);
  return {
    once: async () => {
      const started = performance.now();
      await file.write(line);
      await file.datasync();
      return performance.now() - started;
    },
    close: () => file.close(),
  };
}

export interface Started {
  /** Milliseconds from fork until statistics were answered. */
  readonly statistics: number;
  /** Milliseconds from fork until a decision was acknowledged. */
  readonly firstDecision: number;
  /** Milliseconds of the slowest kind of query, each asked after a new decision: the median of its repeats. */
  readonly query: number;
  /** Resident memory at rest. */
  readonly bytes: number;
}

/** Starts the built sidecar on the folder, decides, asks, and weighs it. */
export async function startSidecar(folder: string, repeats: number): Promise<Started> {
  const ids = monotonicFactory();
  const forked = performance.now();
  const sidecar = await forkSidecar({ dataFolder: folder, settings: { host: 'http://127.0.0.1:9' } });
  const { client } = sidecar;
  const decide = () =>
    client.call(
      'decision.record',
      decisionOf(() => ids()),
    );
  try {
    const counted = client.call('stats.get', {}).then(() => performance.now() - forked);
    await decide();
    const firstDecision = performance.now() - forked;
    const statistics = await counted;
    // Once everything is known a decision is learned from: what that holds in memory is weighed too.
    await decide();
    const rested = await restingBytes(sidecar.process);
    const queries = {
      statistics: () => client.call('stats.get', {}),
      requests: () => client.call('request.list', { limit: 20 }),
      decisions: () => client.call('decision.list', { limit: 20, texts: false }),
    };
    const slowest: number[] = [];
    for (const query of Object.values(queries)) {
      const times: number[] = [];
      for (let i = 0; i < repeats; i += 1) {
        await decide();
        const started = performance.now();
        await query();
        times.push(performance.now() - started);
      }
      slowest.push(median(times));
    }
    return { statistics, firstDecision, query: Math.max(...slowest), bytes: rested };
  } finally {
    await sidecar.kill();
  }
}

function decisionOf(ids: () => string) {
  return {
    decision: ids(),
    request: ids(),
    candidate: ids(),
    sha256: SHA256,
    verdict: 'approved',
    copy: { thread: ids(), prompt: 'an answer', category: 'code_generation', model: 'bench', text: TEXT },
  } as const;
}

/** Seconds without much change after which a process is idle; V8 gives back what it no longer needs within these. */
const IDLE_SECONDS = 20;

/** Resident bytes once they have not changed much for a while. */
async function restingBytes(child: ChildProcess): Promise<number> {
  let rested = 0;
  let before = 0;
  await until(
    'the memory to rest',
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const now = await statusBytes(child.pid, 'VmRSS');
      rested = Math.abs(now - before) < 2 * MEGABYTE ? rested + 1 : 0;
      if (rested === 0) before = now;
      return rested >= IDLE_SECONDS;
    },
    120_000,
  );
  return statusBytes(child.pid, 'VmRSS');
}

async function statusBytes(pid: number | undefined, field: string): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
}

/** Runs the built view writer; its most resident memory and its time. */
export function writeAllViews(folder: string): Promise<{ bytes: number; ms: number }> {
  // One that a sidecar began may still be at it; ours then leaves the work to that one.
  return until('views of our own', () => runViewWriter(folder), 120_000);
}

/** False where another one holds the lock. */
async function runViewWriter(folder: string): Promise<{ bytes: number; ms: number } | false> {
  const started = performance.now();
  const child = spawn(process.execPath, [WRITER_SCRIPT, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const report = text(child.stdout);
  let bytes = 0;
  const timer = setInterval(async () => {
    bytes = Math.max(bytes, await statusBytes(child.pid, 'VmHWM'));
  }, 20);
  const [code] = await once(child, 'exit');
  clearInterval(timer);
  if (code !== 0) throw new Error(`The view writer ended with ${code}.`);
  return (await report).includes('"written"') && { bytes, ms: performance.now() - started };
}

/** Milliseconds that reading the whole journal takes; leaves a checkpoint. */
export async function rebuildIndex(folder: string): Promise<{ ms: number; bytes: number }> {
  const paths = dataFolderPaths(folder);
  const file = join(paths.index, 'checkpoint');
  await rm(file, { force: true });
  const started = performance.now();
  const source = await createDiskEventSource(createFsPort(), paths);
  const ms = performance.now() - started;
  await source.saveCheckpoint();
  return { ms, bytes: (await stat(file)).size };
}

/** Milliseconds from a decision's acknowledgement until agent_memory.json holds it. */
export async function viewDelay(folder: string): Promise<number> {
  const ids = monotonicFactory();
  const sidecar = await forkSidecar({ dataFolder: folder, settings: { host: 'http://127.0.0.1:9' } });
  try {
    await sidecar.client.call('stats.get', {});
    const decision = decisionOf(() => ids());
    await sidecar.client.call('decision.record', decision);
    const started = performance.now();
    await until('the view', async () =>
      (await readFile(join(folder, 'agent_memory.json'), 'utf8').catch(() => '')).includes(decision.decision),
    );
    return performance.now() - started;
  } finally {
    await sidecar.disconnect();
  }
}
