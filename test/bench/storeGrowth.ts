import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import { writeJournal } from '../helpers/writeJournal.ts';
import { type BenchRow, median, noted } from './benchRow.ts';
import { growthPlot, type Series } from './growthPlot.ts';
import { appendOnce, MEGABYTE, openStore, rebuildIndex, startSidecar, writeAllViews } from './storeParts.ts';

const SIZES = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000];
/** Views hold every text twice; they are measured up to here. */
const VIEWS_UP_TO = 100_000;
const APPENDS = 200;
const PLOT = join(import.meta.dirname, '..', '..', 'docs', 'images', 'store-growth.svg');

/** Grows one store step by step and draws what each size costs. */
export async function measureGrowth(base: string): Promise<BenchRow[]> {
  const append: Series = { name: 'append acknowledged, median', unit: 'ms', points: [] };
  const statistics: Series = { name: 'statistics ready after start', unit: 'ms', points: [] };
  const rebuild: Series = { name: 'index rebuilt without a checkpoint', unit: 's', points: [] };
  const memory: Series = { name: 'sidecar memory idle', unit: 'MB', points: [] };
  const checkpoint: Series = { name: 'checkpoint', unit: 'MB', points: [] };
  const views: Series = { name: 'views written', unit: 's', points: [] };
  const folder = join(base, 'growth');
  let size = 0;
  for (const next of SIZES) {
    await writeJournal(folder, next - size, { first: size });
    size = next;
    const index = await rebuildIndex(folder);
    rebuild.points.push([size, index.ms / 1_000]);
    checkpoint.points.push([size, index.bytes / MEGABYTE]);
    append.points.push([size, await medianAppend(folder)]);
    if (size <= VIEWS_UP_TO) views.points.push([size, (await writeAllViews(folder)).ms / 1_000]);
    const started = await startSidecar(folder, 1);
    statistics.points.push([size, started.statistics]);
    memory.points.push([size, started.bytes / MEGABYTE]);
  }
  await rm(folder, { recursive: true, force: true });
  const all = [append, statistics, memory, checkpoint, rebuild, views];
  await writeFile(PLOT, growthPlot('Growth of the store, by decisions of 2 KB', all));
  return all.flatMap(({ name, unit, points }) =>
    points.map(([at, value]) => noted('store', `${name}, ${at} decisions`, value, unit)),
  );
}

async function medianAppend(folder: string): Promise<number> {
  const ids = monotonicFactory();
  const memory = await openStore(folder);
  const times: number[] = [];
  for (let i = 0; i < APPENDS; i += 1) times.push(await appendOnce(memory, () => ids()));
  await memory.dispose();
  return median(times);
}
