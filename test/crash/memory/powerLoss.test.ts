import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFsPort, type FsPort } from '../../../sidecar/memory/disk/fsPort.ts';
import { createRandom, SEED, scaled, tried } from './crashScale.ts';
import { type DiskState, DiskStates, materialize } from './diskStates.ts';
import { createFaultyFs } from './faultyFs.ts';
import { RecordingFs } from './recordingFs.ts';
import { compare, filesWithSecret, openMemory } from './recovered.ts';
import { GONE, SCENARIO_NAMES, type ScenarioName, scenarioOf } from './scenarios.ts';

/** Different disks a scenario. */
const STATES = scaled(24, 900);
/** Of disks of many megabytes, which take long to make. */
const LARGE_STATES = scaled(8, 300);
/** Events that can be on their way at one moment: three lanes, one batch behind another. */
const IN_FLIGHT = 6;

describe('a power loss', () => {
  let base: string;
  const counts: string[] = [];
  let states = 0;
  beforeAll(async () => {
    // In memory where that is possible: thousands of small folders are made and thrown away.
    base = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'wp-'));
  });
  afterAll(async () => {
    await rm(base, { recursive: true, force: true });
    tried(`power loss (seed ${SEED}): ${counts.join(', ')}, ${states} disk states in all, 0 lost`);
  });

  it.each(SCENARIO_NAMES)('loses nothing: %s', { timeout: 900_000 }, (scenario) =>
    loseAll(scenario, scenario, createFsPort()),
  );

  it('loses nothing after syncs that failed: what they left out no later sync writes', {
    timeout: 900_000,
  }, () => {
    const failing = createFaultyFs(createFsPort(), (call, nth) =>
      call === 'datasync' && nth % 5 === 0 ? 'EIO' : undefined,
    );
    return loseAll('append with failing syncs', 'append', failing);
  });

  it('loses nothing of what was written in small pieces, on a disk that is full now and then', {
    timeout: 900_000,
  }, () => {
    const full = createFaultyFs(createFsPort(), (call, nth) =>
      call !== 'write' ? undefined : nth % 23 === 0 ? 'ENOSPC' : 300 + (nth % 3) * 300,
    );
    return loseAll('append in pieces', 'append', full);
  });

  async function loseAll(title: string, scenario: ScenarioName, fs: FsPort): Promise<void> {
    const name = title.replaceAll(' ', '-');
    const all = await record(join(base, name), scenario, fs);
    const order = all.toldAt(all.moments.last);
    const { atOnce = IN_FLIGHT } = scenarioOf(scenario);
    let made = 0;
    for (const state of differentStates(all, scenario === 'rotation' ? LARGE_STATES : STATES)) {
      made += 1;
      const folder = join(base, `${name}-${made}`);
      materialize(state, folder);
      const told = all.toldAt(state.moment);
      const where = `seed ${SEED}, ${title}, moment ${state.moment}, disk ${state.key}`;
      await expectWhole(
        folder,
        where,
        told,
        atOnce === Number.POSITIVE_INFINITY ? undefined : order.slice(0, told.length + atOnce),
      );
      if (told.includes(GONE)) expect([where, await filesWithSecret(folder)]).toEqual([where, []]);
      await expectViews(folder, where);
      await rm(folder, { recursive: true });
    }
    // Some work leaves only so many different disks behind.
    expect(made).toBeGreaterThan(5);
    counts.push(`${title} ${made}`);
    states += made;
  }
});

/** Starts on what is left: everything said is there, nothing that was not on its way, and work goes on. */
async function expectWhole(
  folder: string,
  where: string,
  told: readonly string[],
  possible: readonly string[] | undefined,
): Promise<void> {
  const memory = await openMemory(folder);
  try {
    const { lost, wrong, found } = await compare(memory, told);
    expect([where, lost, wrong]).toEqual([where, [], []]);
    const may = new Set(possible ?? found);
    expect([where, [...found].filter((id) => !may.has(id))]).toEqual([where, []]);
    const last = told.findLast((id) => id !== GONE);
    if (last !== undefined) expect([where, (await memory.read(last))?.id]).toEqual([where, last]);
  } finally {
    await memory.dispose();
  }
}

/** A reader sees whole views or none. */
async function expectViews(folder: string, where: string): Promise<void> {
  const text = await readFile(join(folder, 'agent_memory.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return;
  expect(() => JSON.parse(text), where).not.toThrow();
}

async function record(folder: string, name: ScenarioName, fs: FsPort): Promise<DiskStates> {
  const scenario = scenarioOf(name);
  const recorder = new RecordingFs(fs, folder);
  const run = { folder, fs: recorder.fs, acknowledged: (id: string) => recorder.tell(id) };
  await scenario.prepare?.(run);
  recorder.settle();
  await scenario.run(run);
  return new DiskStates(recorder.recording);
}

/** Disks of moments chosen at random; first those where all or nothing of what was not synced is there. */
function* differentStates(all: DiskStates, atMost: number): Generator<DiskState> {
  const random = createRandom(SEED);
  const seen = new Set<string>();
  const { first, last } = all.moments;
  for (let tries = 0; seen.size < atMost && tries < atMost * 20; tries += 1) {
    const moment = first + random.below(last - first + 1);
    const state = all.at(moment, tries % 4 === 0 ? 'dropped' : tries % 4 === 1 ? 'kept' : random);
    if (seen.has(state.key)) continue;
    seen.add(state.key);
    yield state;
  }
}
