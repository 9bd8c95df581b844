import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import { writeJournal } from '../helpers/writeJournal.ts';
import { atMost, type BenchOptions, type BenchRow, median, noted } from './benchRow.ts';
import { measureGrowth } from './storeGrowth.ts';
import {
  appendOnce,
  bareAppender,
  MEGABYTE,
  openStore,
  rebuildIndex,
  startSidecar,
  viewDelay,
  writeAllViews,
} from './storeParts.ts';

const SMALL = 1_000;
const FULL = { large: 100_000, appends: 400, repeats: 9 };
const SHORT: Sizes = { large: 4_000, appends: 60, repeats: 3 };
type Sizes = typeof FULL;

/** Appends to a small store, to a large one and to a bare file, one after the other in turns: a busy disk meets all. */
async function appendRows(small: string, large: string, sizes: Sizes): Promise<BenchRow[]> {
  const ids = monotonicFactory();
  const stores = { small: await openStore(small), large: await openStore(large) };
  const bare = await bareAppender(join(large, 'bare'));
  const times = { small: [] as number[], large: [] as number[], bare: [] as number[] };
  for (let i = -20; i < sizes.appends; i += 1) {
    const round = {
      small: await appendOnce(stores.small, () => ids()),
      bare: await bare.once(),
      large: await appendOnce(stores.large, () => ids()),
    };
    if (i < 0) continue;
    times.small.push(round.small);
    times.bare.push(round.bare);
    times.large.push(round.large);
  }
  await bare.close();
  await stores.small.dispose();
  await stores.large.dispose();
  const [a, b, c] = [median(times.small), median(times.large), median(times.bare)];
  const p99 = [...times.large].sort((x, y) => x - y)[Math.ceil(times.large.length * 0.99) - 1] ?? Number.NaN;
  return [
    noted('store', `append acknowledged, ${sizes.large} decisions, median`, b, 'ms'),
    atMost('store', `append acknowledged, ${sizes.large} against ${SMALL} decisions`, b / a, 'ratio', 1.2),
    atMost('store', 'append acknowledged against bare append + fdatasync', b / c, 'ratio', 1.5),
    atMost('store', `append acknowledged, ${sizes.large} decisions, p99`, p99, 'ms', 5),
  ];
}

async function sidecarRows(empty: string, large: string, sizes: Sizes): Promise<BenchRow[]> {
  const views = await writeAllViews(large);
  const idle = await startSidecar(empty, 1);
  const full = await startSidecar(large, sizes.repeats);
  const delay = await viewDelay(empty);
  return [
    atMost('store', `view writer, ${sizes.large} decisions`, views.bytes / MEGABYTE, 'MB', 800),
    noted('store', 'the same, time', views.ms / 1_000, 's'),
    atMost('store', `first decision on disk, ${sizes.large} decisions`, full.firstDecision, 'ms', 300),
    atMost('store', `statistics ready, ${sizes.large} decisions`, full.statistics / 1_000, 's', 1.5),
    atMost('store', `query, ${sizes.large} decisions, median of the slowest kind`, full.query, 'ms', 20),
    atMost('store', 'sidecar memory idle, empty', idle.bytes / MEGABYTE, 'MB', 80),
    atMost('store', `sidecar memory idle, ${sizes.large} decisions`, full.bytes / MEGABYTE, 'MB', 180),
    atMost('store', 'agent_memory.json after a decision, small', delay, 'ms', 300),
  ];
}

/** The store's budgets. With `--plot` also its growth to 1,000,000 decisions, into docs/images/store-growth.svg. */
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const sizes = options['short'] ? SHORT : FULL;
  const base = await mkdtemp(join(tmpdir(), 'whetstone-bench-'));
  const [empty, small, large] = ['empty', 'small', 'large'].map((name) => join(base, name));
  try {
    if (empty === undefined || small === undefined || large === undefined) return [];
    await writeJournal(empty, 0);
    await writeJournal(small, SMALL);
    await writeJournal(large, sizes.large);
    const rebuilt = await rebuildIndex(large);
    const rows = [
      noted('store', `index rebuilt from ${sizes.large} decisions`, rebuilt.ms / 1_000, 's'),
      ...(await appendRows(small, large, sizes)),
      ...(await sidecarRows(empty, large, sizes)),
    ];
    if (options['plot']) rows.push(...(await measureGrowth(base)));
    return rows;
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}
