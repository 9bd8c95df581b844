import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { askTask } from '../../sidecar/generate/askTask.ts';
import { promptOf, readMaterial } from '../../sidecar/generate/promptMaterial.ts';
import { createBlockBook } from '../../sidecar/learn/blocks/blockBook.ts';
import { createDenials } from '../../sidecar/learn/denials.ts';
import { createExamples } from '../../sidecar/learn/examples.ts';
import { createMemoryBook } from '../../sidecar/learn/memories/memoryBook.ts';
import { createRuleBook } from '../../sidecar/learn/ruleBook.ts';
import type { Memory } from '../../sidecar/memory/memory.ts';
import { METHODS } from '../../sidecar/protocol/methods.ts';
import { DEFAULT_SETTINGS } from '../../sidecar/protocol/settingsSchemas.ts';
import { writeJournal } from '../helpers/writeJournal.ts';
import { atMost, type BenchRow, median, noted } from './benchRow.ts';
import { openStore } from './storeParts.ts';

const SIZES = process.env['WHETSTONE_BENCH_SHORT'] === '1' ? [1_000, 20_000] : [1_000, 100_000];
const TIMES = 30;
const MAX_MS = 6;
const PROMPT = 'Write function 77 that reads a file.';

/** What a prompt is made of, from the question to the messages, each time after one more decision. */
export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const size of SIZES) {
    const folder = await mkdtemp(join(tmpdir(), 'whetstone-bench-'));
    try {
      await writeJournal(folder, size);
      const memory = await openStore(folder);
      rows.push(...(await measure(memory, size)));
      await memory.dispose();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return rows;
}

async function measure(memory: Memory, size: number): Promise<BenchRow[]> {
  const books = {
    rules: createRuleBook({ memory }),
    blocks: createBlockBook({ memory }),
    memories: createMemoryBook({ memory, clock: Date.now }),
    examples: createExamples({ memory }),
    denials: createDenials({ memory }),
  };
  for (let n = 0; n < 30; n += 1) {
    await books.blocks.set({ phrase: `library-${n}`, on: true });
    await books.memories.set({ type: 'preference', text: `Prefers: tool ${n} for reading a file` });
  }
  const make = async (): Promise<number> => {
    const started = performance.now();
    const params = METHODS['request.ask'].params.parse({ request: ulid(), thread: ulid(), prompt: PROMPT });
    const task = await askTask(memory, params);
    const material = await readMaterial({ memory, settings: () => DEFAULT_SETTINGS, ...books }, task);
    const model = { name: 'bench', digest: undefined, version: undefined, replay: undefined };
    promptOf(material, { ...DEFAULT_SETTINGS, task, model, context: [] });
    return performance.now() - started;
  };
  const first = await make();
  const times: number[] = [];
  for (let n = 0; n < TIMES; n += 1) {
    await decide(memory, n);
    times.push(await make());
  }
  const name = `prompt made after a decision, ${size} decisions`;
  return [
    noted('prompt', `first prompt, ${size} decisions`, first, 'ms'),
    atMost('prompt', name, median(times), 'ms', MAX_MS),
    noted('prompt', `slowest of ${TIMES}, ${size} decisions`, Math.max(...times), 'ms'),
  ];
}

async function decide(memory: Memory, n: number): Promise<void> {
  const [request, candidate, decision] = [ulid(), ulid(), ulid()];
  const common = { sha256: 'a'.repeat(64), request, candidate };
  await memory.append<'request'>(
    {
      ...{ kind: 'request', thread: ulid(), request, prompt: `Write function ${n} that reads a table.` },
      ...{ context: [], category: 'code_generation', model: 'bench', appVersion: '1' },
    },
    request,
  );
  await memory.append<'candidate'>(
    {
      ...{ kind: 'candidate', ...common, text: 'const a = 1;', model: 'bench', options: {} },
      ...{ stopped: 'complete', engine: 'unknown' },
    },
    candidate,
  );
  const isDenied = n % 2 === 0;
  await memory.append<'decision'>(
    {
      ...{ kind: 'decision', decision, ...common, verdict: isDenied ? 'denied' : 'approved' },
      reasons: isDenied ? ['too_long', 'missing_tests'] : [],
      ...(isDenied && { note: 'breaks on empty lines' }),
    },
    decision,
  );
}
