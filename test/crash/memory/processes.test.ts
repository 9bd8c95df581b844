import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verdictSchema } from '../../../sidecar/protocol/words.ts';
import { createRandom, type Random, SEED, scaled, tried } from './crashScale.ts';
import { DecisionModel, expectedViews, viewsOf } from './decisionModel.ts';
import { compare, openMemory } from './recovered.ts';
import { bundle } from './systemCalls.ts';

const PROCESSES = 4;
const STEPS = scaled(150, 2_500);
/** Acknowledged steps after which a process is killed: below this, at random. */
const KILLED_BY = scaled(80, 250);

interface Step {
  readonly words: readonly string[];
  acknowledged: boolean;
}

describe('several processes at once', () => {
  let base: string;
  let script: string;
  const children = new Set<ChildProcess>();
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'wn-'));
    script = await bundle('workingChild.ts', join(base, 'child.cjs'));
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(base, { recursive: true, force: true });
  });

  /** One life of a process; resolves to what it tried, in order. */
  async function live(folder: string, steps: number, killAfter: number, seed: number): Promise<Step[]> {
    const child = spawn(process.execPath, [script, folder, String(steps), String(seed)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.add(child);
    const told: Step[] = [];
    let acknowledged = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      const [what, ...words] = line.split(' ');
      if (what === 'try') told.push({ words, acknowledged: false });
      const last = told.at(-1);
      if (what !== 'ack' || last === undefined || last.words[1] !== words[0]) continue;
      last.acknowledged = true;
      acknowledged += 1;
      if (acknowledged === killAfter) child.kill('SIGKILL');
    }
    children.delete(child);
    return told;
  }

  /** Lives one after the other until so many steps were acknowledged. */
  async function work(folder: string, random: Random): Promise<{ steps: Step[]; lives: number }> {
    const steps: Step[] = [];
    let lives = 0;
    for (let left = STEPS; left > 0; lives += 1) {
      const told = await live(folder, left, 1 + random.below(KILLED_BY), random.below(2 ** 31));
      steps.push(...told);
      left -= told.filter(({ acknowledged }) => acknowledged).length;
    }
    return { steps, lives };
  }

  it('killed and started again at random lose nothing and count nothing twice', {
    timeout: 900_000,
  }, async () => {
    const folder = join(base, 'data');
    const random = createRandom(SEED);
    const all = await Promise.all(
      Array.from({ length: PROCESSES }, () => work(folder, createRandom(random.below(2 ** 31)))),
    );
    const steps = all.flatMap((each) => each.steps);
    const acknowledged = steps.filter((step) => step.acknowledged).map(({ words }) => words[1] ?? '');
    expect(new Set(acknowledged).size).toBe(PROCESSES * STEPS);
    const memory = await openMemory(folder);
    const { lost, wrong, damaged, found } = await compare(memory, acknowledged);
    expect({ seed: SEED, lost, wrong, damaged }).toEqual({ seed: SEED, lost: [], wrong: [], damaged: 0 });
    const model = modelOf(steps.filter((step) => step.acknowledged || found.has(step.words[1] ?? '')));
    expect(await viewsOf(memory)).toEqual(expectedViews(model));
    await memory.dispose();
    const lives = all.reduce((sum, each) => sum + each.lives, 0);
    tried(
      `${PROCESSES} processes x ${STEPS} decisions (seed ${SEED}): ${lives - PROCESSES} kills and restarts, ` +
        `${acknowledged.length} acknowledged, each once, views equal to the model, 0 lost`,
    );
  });
});

/** What was on its way at a kill counts where it arrived. */
function modelOf(steps: readonly Step[]): DecisionModel {
  const model = new DecisionModel();
  for (const { words } of steps) {
    const [what, id = '', of = '', candidate = '', verdict] = words;
    if (what === 'decide') model.decide(of, candidate, id, verdictSchema.parse(verdict));
    const undone = what === 'undo' ? model.find(of) : undefined;
    if (undone) undone.undone = true;
  }
  return model;
}
