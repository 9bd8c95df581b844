import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { monotonicFactory } from 'ulid';
import { expect, it } from 'vitest';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import { APPROVE_REASONS, type Verdict } from '../../../sidecar/protocol/words.ts';
import { SEED, scaled, tried } from './crashScale.ts';
import { BYTES, DecisionModel, expectedViews, indexLines, viewsOf } from './decisionModel.ts';
import { openMemory } from './recovered.ts';
import { recordAnswer, sha256Of, textOf } from './toldDecision.ts';

const RUNS = scaled(12, 300);
const WRITERS = 3;

/** The real thing: up to three writers on one folder, one after another or at once. */
interface Real {
  readonly folder: string;
  readonly writers: (Memory | undefined)[];
  readonly clock: () => number;
  readonly ids: () => string;
}
type Step = fc.AsyncCommand<DecisionModel, Real>;

async function writer(real: Real, which: number): Promise<Memory> {
  const open = real.writers[which] ?? (await openMemory(real.folder, { clock: real.clock, ids: real.ids }));
  real.writers[which] = open;
  await open.refresh();
  return open;
}

/** Every writer that is open knows exactly what the model says. */
async function check(model: DecisionModel, real: Real): Promise<void> {
  const { index } = expectedViews(model);
  for (const memory of real.writers) {
    if (!memory) continue;
    await memory.refresh();
    expect(indexLines(memory)).toEqual(index);
    expect(memory.index.requests().flatMap(({ decisions }) => decisions)).toHaveLength(
      model.decisions.length,
    );
  }
}

class Decide implements Step {
  readonly which: number;
  readonly verdict: Verdict;
  /** Which request is decided anew; beyond the last: a new one. */
  readonly on: number;

  constructor(which: number, verdict: Verdict, on: number) {
    this.which = which;
    this.verdict = verdict;
    this.on = on;
  }

  check(): boolean {
    return true;
  }

  async run(model: DecisionModel, real: Real): Promise<void> {
    const memory = await writer(real, this.which);
    const known = [...model.requests.values()][this.on];
    const request = known?.request ?? real.ids();
    const candidate = known?.candidate ?? real.ids();
    const text = textOf(candidate, BYTES);
    if (!known) await recordAnswer(memory, request, candidate, text);
    const { verdict } = this;
    const decision = real.ids();
    const click = { kind: 'decision' as const, decision, request, candidate, verdict, reasons: [] };
    const edit = verdict === 'edited' ? { editedText: `${text}!` } : {};
    const body = { ...click, sha256: sha256Of(text), ...edit };
    await memory.append<'decision'>(body);
    // A click is sent again until it is acknowledged; it counts once.
    await memory.append<'decision'>(body);
    model.decide(request, candidate, decision, verdict);
    await check(model, real);
  }

  toString(): string {
    return `decide(writer ${this.which}, ${this.verdict}, request ${this.on})`;
  }
}

/** Takes a decision back, or adds a reason to it. */
class Amend implements Step {
  readonly how: 'undo' | 'reason';
  readonly which: number;
  readonly on: number;

  constructor(how: 'undo' | 'reason', which: number, on: number) {
    this.how = how;
    this.which = which;
    this.on = on;
  }

  check(model: Readonly<DecisionModel>): boolean {
    return model.decisions.length > 0;
  }

  async run(model: DecisionModel, real: Real): Promise<void> {
    const memory = await writer(real, this.which);
    const of = model.decisions[this.on % model.decisions.length];
    if (!of) throw new Error('There is no decision.');
    if (this.how === 'undo') {
      await memory.append<'undo'>({ kind: 'undo', decision: of.decision });
      of.undone = true;
    } else {
      const reason = APPROVE_REASONS[this.on % APPROVE_REASONS.length] ?? 'clear';
      await memory.append<'reason'>({ kind: 'reason', decision: of.decision, reasons: [reason] });
      if (!of.reasons.includes(reason)) of.reasons.push(reason);
    }
    await check(model, real);
  }

  toString(): string {
    return `${this.how}(writer ${this.which}, decision ${this.on})`;
  }
}

/** A writer ends and a new one takes its place, or a further one begins. */
class Restart implements Step {
  readonly which: number;

  constructor(which: number) {
    this.which = which;
  }

  check(): boolean {
    return true;
  }

  async run(model: DecisionModel, real: Real): Promise<void> {
    await real.writers[this.which]?.dispose();
    real.writers[this.which] = undefined;
    await writer(real, this.which);
    await check(model, real);
  }

  toString(): string {
    return `restart(writer ${this.which})`;
  }
}

class WriteViews implements Step {
  check(): boolean {
    return true;
  }

  async run(model: DecisionModel, real: Real): Promise<void> {
    expect(await viewsOf(await writer(real, 0))).toEqual(expectedViews(model));
  }

  toString(): string {
    return 'views';
  }
}

const which = fc.nat({ max: WRITERS - 1 });
const steps = [
  fc
    .tuple(which, fc.constantFrom<Verdict>('approved', 'denied', 'edited'), fc.nat({ max: 12 }))
    .map(([by, verdict, on]) => new Decide(by, verdict, on)),
  fc
    .tuple(fc.constantFrom<'undo' | 'reason'>('undo', 'reason'), which, fc.nat({ max: 30 }))
    .map(([how, by, on]) => new Amend(how, by, on)),
  which.map((by) => new Restart(by)),
  fc.constant(new WriteViews()),
];

it('index and views equal a simple model, whatever several writers do', { timeout: 900_000 }, async () => {
  const base = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'wf-'));
  let runs = 0;
  let done = 0;
  try {
    const property = fc.asyncProperty(
      fc.commands(steps, { maxCommands: 30, size: 'max' }),
      async (commands) => {
        runs += 1;
        let now = Date.UTC(2026, 0, 1);
        const ids = monotonicFactory();
        const clock = (): number => {
          now += 1;
          return now;
        };
        const folder = join(base, String(runs));
        const real: Real = { folder, writers: [], clock, ids: () => ids(now) };
        const model = new DecisionModel();
        try {
          await fc.asyncModelRun(() => ({ model, real }), commands);
          expect(await viewsOf(await writer(real, 0))).toEqual(expectedViews(model));
        } finally {
          for (const memory of real.writers) await memory?.dispose();
          await rm(folder, { recursive: true, force: true });
        }
        done += model.decisions.length;
      },
    );
    await fc.assert(property, { seed: SEED, numRuns: RUNS });
  } finally {
    await rm(base, { recursive: true, force: true });
  }
  expect(done).toBeGreaterThan(RUNS);
  tried(`model (seed ${SEED}): ${runs} histories of up to ${WRITERS} writers, ${done} decisions, 0 lost`);
});
