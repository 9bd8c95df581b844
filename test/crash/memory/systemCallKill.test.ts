import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFsPort } from '../../../sidecar/memory/disk/fsPort.ts';
import { eachOf, scaled, spread, tried } from './crashScale.ts';
import { filesWithSecret, quarantinedLines, recover } from './recovered.ts';
import { GONE, SCENARIO_NAMES, type ScenarioName, scenarioOf } from './scenarios.ts';
import {
  bundle,
  type ChildRun,
  findStrace,
  type RunResult,
  runSelfKilled,
  runTraced,
  type SystemCall,
} from './systemCalls.ts';

/** Points a scenario; the full form takes all there are, up to a number at which a run stays a matter of minutes. */
const POINTS = scaled(4, 110);
const LANES = 2;
/** Before these the data folder is not open yet. */
const FIRST = 1;
const ERRORS = [
  { call: 'openat', errors: ['EIO', 'ENOSPC', 'EMFILE', 'EINTR'] },
  { call: 'fdatasync', errors: ['EIO', 'ENOSPC', 'EDQUOT', 'EINTR'] },
];

describe('a process that is hit at a system call', () => {
  let base: string;
  let script: string;
  let strace: string | undefined;
  const counts: string[] = [];
  let points = 0;

  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'wk-'));
    script = await bundle('scenarioChild.ts', join(base, 'child.cjs'));
    strace = await findStrace();
  });
  afterAll(async () => {
    await rm(base, { recursive: true, force: true });
    const how = strace ? 'SIGKILL at system calls' : 'SIGKILL at file-system calls (no strace here)';
    if (points > 0) tried(`${how}: ${counts.join(', ')}, ${points} points in all, 0 lost`);
  });

  function run(child: Omit<ChildRun, 'script'>): Promise<RunResult> {
    if (strace) return runTraced(strace, { script, ...child });
    return runSelfKilled({ script, ...child }, child.at?.nth ?? 0);
  }

  /** Hits one run at the call. */
  async function hitAt(
    scenario: ScenarioName,
    template: Template,
    at: SystemCall,
    inject: string,
  ): Promise<RunResult> {
    const folder = join(base, `${scenario}-${at.name}-${at.nth}`);
    await cp(template.folder, folder, { recursive: true });
    const result = await run({ scenario, folder, at, inject });
    const found = await recover(folder, [...template.acknowledged, ...result.acknowledged]);
    const where = `${scenario}: ${inject} at ${at.name} ${at.nth}`;
    if (result.acknowledged.includes(GONE))
      expect([where, await filesWithSecret(folder)]).toEqual([where, []]);
    expect([where, found.lost, found.wrong, found.damaged]).toEqual([where, [], [], 0]);
    expect([where, await quarantinedLines(folder)]).toEqual([where, []]);
    expect([where, result.killed || result.done]).toEqual([where, true]);
    await doAgain(scenario, folder, where);
    await rm(folder, { recursive: true });
    return result;
  }

  /** The folders are synced before the first line is written. */
  async function expectSynced(folder: string, folders: readonly string[]): Promise<void> {
    const { log, acknowledged } = await run({ scenario: 'append', folder });
    expect(acknowledged.length).toBeGreaterThan(0);
    const firstWrite = log.findIndex((line) => /^write\(.*\.jsonl>/.test(line));
    const before = log.slice(0, firstWrite);
    for (const each of folders) {
      const synced = before.some((line) => line.startsWith('fsync(') && line.includes(`<${each}>`));
      expect([each, synced]).toEqual([each, true]);
    }
  }

  it.each(SCENARIO_NAMES)('loses nothing when killed: %s', { timeout: 600_000 }, async (scenario) => {
    const template = await prepare(join(base, scenario), scenario);
    const dry = join(base, `${scenario}-dry`);
    await cp(template.folder, dry, { recursive: true });
    const whole = await run({ scenario, folder: dry });
    expect(whole).toMatchObject({ done: true, killed: false });
    expect((await recover(dry, [...template.acknowledged, ...whole.acknowledged])).lost).toEqual([]);
    expect(whole.calls.length).toBeGreaterThan(10);
    let killed = 0;
    await eachOf(spread(whole.calls, POINTS), LANES, async (at) => {
      if ((await hitAt(scenario, template, at, 'signal=SIGKILL')).killed) killed += 1;
    });
    expect(killed).toBeGreaterThan(0);
    counts.push(`${scenario} ${killed}`);
    points += killed;
  });

  it('goes on, and loses nothing, after an error of a call', { timeout: 600_000 }, async () => {
    if (strace === undefined) return; // powerLoss.test.ts does it without
    const template = await prepare(join(base, 'errors'), 'append');
    const dry = join(base, 'errors-dry');
    await cp(template.folder, dry, { recursive: true });
    const { calls } = await run({ scenario: 'append', folder: dry });
    const tries = ERRORS.flatMap(({ call, errors }) => {
      const points = spread(calls.filter(({ name }) => name === call).slice(FIRST), scaled(1, 25));
      return points.flatMap((at) => errors.map((error) => ({ at, error })));
    });
    await eachOf(tries, 1, async ({ at, error }) => {
      const { done } = await hitAt('append', template, at, `error=${error}`);
      expect([at, error, done]).toEqual([at, error, true]);
    });
    tried(
      `EIO, ENOSPC, EDQUOT, EMFILE and EINTR from the system at openat and fdatasync: ${tries.length} points, 0 lost`,
    );
  });

  it('makes the entry of each new folder durable before anything in it counts', async () => {
    if (strace === undefined) return; // only the system calls themselves show it
    const folder = join(base, 'deep', 'data');
    await expectSynced(folder, [base, join(base, 'deep'), folder]);
    const made = join(base, 'made');
    await mkdir(join(made, 'journal'), { recursive: true, mode: 0o700 });
    await expectSynced(made, [base, made]);
  });
});

/** What was cut off is done again, and leads to what a whole run leads to. */
async function doAgain(name: ScenarioName, folder: string, where: string): Promise<void> {
  const scenario = scenarioOf(name);
  if (!scenario.again) return;
  const told: string[] = [];
  await scenario.again({ folder, fs: createFsPort(), acknowledged: (id) => told.push(id) });
  const { lost, wrong } = await recover(folder, told);
  expect([where, lost, wrong]).toEqual([where, [], []]);
  if (told.includes(GONE)) expect([where, await filesWithSecret(folder)]).toEqual([where, []]);
}

interface Template {
  readonly folder: string;
  readonly acknowledged: string[];
}

async function prepare(folder: string, name: ScenarioName): Promise<Template> {
  const acknowledged: string[] = [];
  await mkdir(folder, { mode: 0o700 });
  await scenarioOf(name).prepare?.({
    folder,
    fs: createFsPort(),
    acknowledged: (id) => acknowledged.push(id),
  });
  return { folder, acknowledged };
}
