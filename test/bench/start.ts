import { fork, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { RUNTIME_FLAGS } from '../../extension/sidecar/runtimeFlags.ts';
import { forkSidecar } from '../helpers/forkSidecar.ts';
import { writeJournal } from '../helpers/writeJournal.ts';
import { atMost, type BenchOptions, type BenchRow, median, noted } from './benchRow.ts';

const REPEATS = 5;
const SHORT_REPEATS = 3;
const SIZES = [0, 1_000, 20_000];

/** Milliseconds from fork to the first decision being on disk, at store sizes in decisions of 2 KB. */
async function firstDecision(dataFolder: string): Promise<number> {
  const started = performance.now();
  const sidecar = await forkSidecar({ dataFolder, settings: { host: 'http://127.0.0.1:9' } });
  const text = 'const answer = 42;\n';
  await sidecar.client.call('decision.record', {
    decision: ulid(),
    request: ulid(),
    candidate: ulid(),
    sha256: createHash('sha256').update(text).digest('hex'),
    verdict: 'approved',
    copy: { thread: ulid(), prompt: 'an answer', category: 'code_generation', model: 'bench', text },
  });
  const took = performance.now() - started;
  await sidecar.kill();
  return took;
}

/** Milliseconds that loading and activating the extension's bundle takes, with a double for `vscode`. */
async function activation(): Promise<number> {
  const child = fork(join(import.meta.dirname, 'activateOnce.mjs'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`activation ended with ${code}`)),
  );
  const [message] = (await Promise.race([once(child, 'message'), exited])) as [{ ms: number }];
  await exited.catch(() => undefined);
  return message.ms;
}

/** Milliseconds that the bare runtime takes to start and end: what the machine gives at this hour. */
function bareNode(): number {
  const started = performance.now();
  spawnSync(process.execPath, [...RUNTIME_FLAGS, '-e', '0']);
  return performance.now() - started;
}

async function startRows(what: string, folder: string, repeats: number): Promise<BenchRow[]> {
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) times.push(await firstDecision(folder));
  return [
    atMost('start', `${what}, median`, median(times), 'ms', 300),
    noted('start', `the same, slowest of ${repeats}`, Math.max(...times), 'ms'),
  ];
}

/** Design budgets: activation without sidecar <= 40 ms; decisions accepted <= 300 ms at any size. */
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const repeats = options['short'] ? SHORT_REPEATS : REPEATS;
  const rows: BenchRow[] = [];
  const activations: number[] = [];
  for (let i = 0; i < repeats; i++) activations.push(await activation());
  rows.push(atMost('start', 'activation without sidecar, median', median(activations), 'ms', 40));
  rows.push(noted('start', 'bare Node, median', median(Array.from({ length: repeats }, bareNode)), 'ms'));
  for (const size of SIZES) {
    const folder = await mkdtemp(join(tmpdir(), 'whetstone-bench-'));
    try {
      await writeJournal(folder, size);
      // Each is killed, so that each compiles the program anew, as only the very first one does.
      const what = `first decision on disk, ${size} decisions before`;
      rows.push(...(await startRows(what, folder, repeats)));
      await (await forkSidecar({ dataFolder: folder })).disconnect();
      rows.push(...(await startRows(`${what}, started before`, folder, repeats)));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return rows;
}
