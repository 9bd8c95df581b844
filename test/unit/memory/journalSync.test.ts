import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../../sidecar/memory/events.ts';
import { type JournalStage, journalStage, saysOf } from './journalStage.ts';
import { candidate, decision, event, request, ulid } from './memoryEvents.ts';

const ONE: JournalEvent[] = [
  request(10),
  candidate(11, 10),
  decision(12, { request: 10, candidate: 11 }, 'approved'),
];
const TWO: JournalEvent[] = [request(20), candidate(21, 20)];

describe('a journal whose segments move', () => {
  let stage: JournalStage;
  beforeEach(() => {
    stage = journalStage();
    stage.write('a', ...ONE);
    stage.write('b', ...TWO);
  });

  it('is followed without a new reading when all is found again, each event once', async () => {
    const started = await stage.start();
    const before = saysOf(started.index);
    stage.write('m', ...ONE, ...TWO);
    await started.sync.refresh();
    stage.remove('a');
    stage.remove('b');
    await started.sync.refresh();
    expect(saysOf(started.index)).toEqual(before);
    expect([started.cleared, started.index.orphans]).toEqual([0, 0]);
    expect(started.index.place(ulid(12))?.segment).toBe('m.jsonl');
  });

  it('gives an event that moved between the look and the read', async () => {
    const { index, sync } = await stage.start();
    let moved = false;
    stage.fs.beforeOpen = (path) => {
      if (moved || path !== stage.path('a')) return;
      moved = true;
      stage.write('m', ...ONE);
      stage.remove('a');
    };
    expect(await sync.readEvent(ulid(12))).toEqual(ONE[2]);
    expect(moved).toBe(true);
    expect(index.eventCount).toBe(ONE.length + TWO.length);
  });

  it('never takes one event for another in a segment that was written anew', async () => {
    const { sync } = await stage.start();
    const [first, ...rest] = ONE;
    stage.replace('a', ...rest, ...(first ? [first] : []));
    for (const each of ONE) expect(await sync.readEvent(each.id)).toEqual(each);
  });

  it('forgets what is in no segment any more', async () => {
    const started = await stage.start();
    stage.remove('a');
    await started.sync.refresh();
    expect(started.cleared).toBe(1);
    expect([started.index.eventCount, started.index.has(ulid(10))]).toEqual([TWO.length, false]);
    expect(await started.sync.readEvent(ulid(12))).toBeUndefined();
  });

  it('keeps what this process appends while it is read anew', async () => {
    const started = await stage.start();
    stage.remove('a');
    const late = request(30);
    let opened = 0;
    stage.fs.beforeOpen = () => {
      opened += 1;
      if (opened === 1) started.index.add(late, late, { segment: 'b.jsonl', offset: 0, length: 1 });
    };
    await started.sync.refresh();
    expect(started.cleared).toBe(1);
    expect(started.index.request(ulid(30))).toBeDefined();
  });
});

/** A decision of one of four requests, or its undoing. */
type Step =
  | { readonly kind: 'decide'; readonly request: number; readonly second: number; readonly denied: boolean }
  | { readonly kind: 'undo'; readonly of: number }
  | { readonly kind: 'repeat'; readonly of: number }
  | { readonly kind: 'merge' | 'checkpoint' | 'restart' | 'look' };
const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('decide' as const),
        request: fc.nat(3),
        second: fc.nat(50),
        denied: fc.boolean(),
      }),
    },
    fc.record({ kind: fc.constant('undo' as const), of: fc.nat(20) }),
    fc.record({ kind: fc.constant('repeat' as const), of: fc.nat(20) }),
    fc.record({
      kind: fc.constantFrom('merge' as const, 'checkpoint' as const, 'restart' as const, 'look' as const),
    }),
  ),
  { maxLength: 25 },
);

describe('whatever happens to the journal', () => {
  it('the index says what a plain model says', { timeout: 60_000 }, async () => {
    await fc.assert(fc.asyncProperty(steps, holds), { numRuns: 150 });
  });
});

async function holds(all: readonly Step[]): Promise<void> {
  const stage = journalStage();
  const told: JournalEvent[] = [];
  let segment = 0;
  const write = (line: JournalEvent): void => {
    told.push(line);
    stage.write(`s${told.length % 3}-${segment}`, line);
  };
  const merge = (): void => {
    const paths = [...stage.fs.files.keys()].filter((path) => path.includes('/journal/'));
    segment += 1;
    if (told.length > 0) stage.write(`m-${segment}`, ...told);
    for (const path of paths) stage.fs.files.delete(path);
  };
  let process = await stage.start();
  const take = async (step: Step, n: number): Promise<void> => {
    switch (step.kind) {
      case 'decide':
        return write(decided(n, step));
      case 'undo':
        return write(event(n, { kind: 'undo', decision: ulid(100 + step.of) }));
      case 'repeat':
        return told.length > 0 ? write(told[step.of % told.length] ?? request(1)) : undefined;
      case 'merge':
        return merge();
      case 'checkpoint':
        return process.sync.saveCheckpoint();
      case 'restart':
        process = await stage.start();
        return;
      case 'look':
        return process.sync.refresh();
    }
  };
  for (const [at, step] of all.entries()) await take(step, 100 + at);
  await process.sync.refresh();
  expect(verdictsOf(process.index.liveDecisions())).toEqual(modelVerdicts(told));
  expect(process.index.eventCount).toBe(new Set(told.map(({ id }) => id)).size);
  for (const each of told) expect(await process.sync.readEvent(each.id)).toEqual(each);
}

function decided(
  n: number,
  { request: of, second, denied }: Extract<Step, { kind: 'decide' }>,
): JournalEvent {
  const line = decision(n, { request: of, candidate: of + 50 }, denied ? 'denied' : 'approved');
  // A clock that goes back and forth.
  return { ...line, at: new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString() };
}

function verdictsOf(live: readonly { request: string; decision: string; verdict: string }[]): string[] {
  return live.map(({ request: of, decision: id, verdict }) => `${of} ${id} ${verdict}`).sort();
}

/** Straight from the definition: for each request the last decision that was not undone. */
function modelVerdicts(told: readonly JournalEvent[]): string[] {
  const undone = new Set(told.flatMap((line) => (line.kind === 'undo' ? [line.decision] : [])));
  const last = new Map<string, string>();
  const sorted = [...told].sort((a, b) => (`${a.at}${a.id}` < `${b.at}${b.id}` ? -1 : 1));
  for (const line of sorted)
    if (line.kind === 'decision' && !undone.has(line.decision))
      last.set(line.request, `${line.request} ${line.decision} ${line.verdict}`);
  return [...last.values()].sort();
}
