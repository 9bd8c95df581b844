import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../../sidecar/memory/events.ts';
import { createMemoryIndex } from '../../../sidecar/memory/index/createMemoryIndex.ts';
import { createIndexTables } from '../../../sidecar/memory/index/indexTables.ts';
import type { DecisionEntry, MemoryIndex } from '../../../sidecar/memory/index/memoryIndex.ts';
import { candidate, decision, event, request, shown, ulid } from './memoryEvents.ts';

const place = { segment: 's.jsonl', offset: 0, length: 1 };
const SINCES = ['', '2026-01-01T00:00:20.000Z'];
const CATEGORIES = ['code_generation', 'debugging'] as const;
const MINUTES = 60;
const RATIO = 0.5;

/** Ids out of few, so that events meet: requests 1-4, answers 11-14, decisions 21-26, reasons 31-33. */
const small = (from: number, to: number) => fc.integer({ min: from, max: to });
const requests = small(1, 4);
const answers = small(11, 14);
const decisions = small(21, 26);
const seconds = small(0, 40);
const reasons = fc.subarray(['too_long', 'wrong', 'mine']);

type Make = (id: number) => JournalEvent;

const change: fc.Arbitrary<Make> = fc.oneof(
  fc.record({ n: requests, second: seconds, category: fc.constantFrom(...CATEGORIES) }).map(
    ({ n, second, category }): Make =>
      (id) => ({ ...event(id, { ...request(n), category }, second), id: ulid(id) }),
  ),
  fc.record({ n: answers, of: requests, second: seconds }).map(
    ({ n, of, second }): Make =>
      (id) =>
        event(id, bodyOf(candidate(n, of)), second),
  ),
  fc
    .record({
      n: decisions,
      of: fc.record({ request: requests, candidate: answers }),
      verdict: fc.constantFrom('approved', 'denied', 'edited'),
      reasons,
      second: seconds,
    })
    .map(
      ({ n, of, verdict, second, ...rest }): Make =>
        (id) =>
          event(id, bodyOf(decision(n, of, verdict, rest)), second),
    ),
  fc.record({ request: requests, candidate: answers, second: seconds }).map(
    ({ second, ...of }): Make =>
      (id) =>
        shown(id, of, second),
  ),
  fc.record({ n: decisions, second: seconds }).map(
    ({ n, second }): Make =>
      (id) =>
        event(id, { kind: 'undo', decision: ulid(n) }, second),
  ),
  fc.record({ n: decisions, reasons, second: seconds }).map(
    ({ n, second, ...rest }): Make =>
      (id) =>
        event(id, { kind: 'reason', decision: ulid(n), ...rest }, second),
  ),
  fc.record({ n: answers, second: seconds }).map(
    ({ n, second }): Make =>
      (id) =>
        event(
          id,
          { kind: 'applied', candidate: ulid(n), how: 'insert', target: { uriHash: 'u', range: [1, 2] } },
          second,
        ),
  ),
  fc
    .record({
      n: answers,
      minutes: fc.constantFrom(10, 60, 90),
      ratio: fc.constantFrom(0, 0.5, 1),
      second: seconds,
    })
    .map(
      ({ n, minutes, ratio, second }): Make =>
        (id) =>
          event(id, { kind: 'survival', candidate: ulid(n), afterMinutes: minutes, ratio }, second),
    ),
  fc
    .record({
      requests: fc.subarray([1, 2, 3, 4], { maxLength: 2 }),
      decisions: fc.subarray([21, 22, 23], { maxLength: 1 }),
      // Of what came before: a reason can be forgotten by itself.
      events: fc.subarray([101, 104, 107, 110], { maxLength: 1 }),
      second: seconds,
    })
    .map(
      ({ second, ...what }): Make =>
        (id) =>
          event(
            id,
            {
              kind: 'forget',
              requests: what.requests.map(ulid),
              candidates: [],
              decisions: what.decisions.map(ulid),
              events: what.events.map(ulid),
              versions: [],
              why: 'asked',
            },
            second,
          ),
    ),
);

function bodyOf<E extends JournalEvent>({
  v,
  id,
  at,
  writer,
  ...body
}: E): Omit<E, 'v' | 'id' | 'at' | 'writer'> {
  return body;
}

/** What arrives, one by one; now and then something that was there before, and now and then someone asks. */
interface Step {
  readonly event: JournalEvent;
  readonly asked: boolean;
}
const history: fc.Arbitrary<Step[]> = fc
  .array(fc.record({ make: change, again: fc.option(fc.nat({ max: 20 })), asked: fc.boolean() }), {
    maxLength: 40,
  })
  .map((steps) => {
    const events: JournalEvent[] = [];
    return steps.map(({ make, again, asked }, at) => {
      const known = again === null ? undefined : events[again];
      const next = known ?? make(100 + at);
      events.push(next);
      return { event: next, asked };
    });
  });

function indexOf(events: readonly JournalEvent[]) {
  const index = createMemoryIndex();
  for (const each of events) index.add(each, each, place);
  return index;
}

function counted(index: MemoryIndex) {
  return {
    tallies: SINCES.map((since) => sorted(index.tally(since))),
    kept: index.keptAfter(MINUTES, RATIO),
    requests: index.requests(),
    live: index.liveDecisions(),
  };
}

const sorted = (tally: ReturnType<MemoryIndex['tally']>) => ({
  ...tally,
  verdicts: [...tally.verdicts].sort(),
  denialReasons: [...tally.denialReasons].sort(),
});

/** The formulas over the entries, written down a second time. */
function expected(index: MemoryIndex) {
  const live = index.liveDecisions();
  const times = [...index.requests(), ...live].map((each) => each.at).sort();
  const categoryOf = (entry: DecisionEntry) => index.request(entry.request)?.category ?? 'other';
  const categories = [...new Set(live.map(categoryOf))];
  const uses = live.flatMap((each) => (each.verdict === 'denied' ? each.reasons : []));
  const verdictsOf = (category: string) => {
    const own = live.filter((each) => categoryOf(each) === category);
    const of = (verdict: string) => own.filter((each) => each.verdict === verdict).length;
    return { approved: of('approved'), denied: of('denied'), edited: of('edited') };
  };
  return {
    tallies: SINCES.map((since) => ({
      requests: index.requests().length,
      verdicts: categories.map((category) => [category, verdictsOf(category)]).sort(),
      since: live.filter((each) => since === '' || each.at > since).length,
      denialReasons: [...new Set(uses)]
        .map((each) => [each, uses.filter((use) => use === each).length])
        .sort(),
      latest: times.at(-1),
    })),
    kept: expectedKept(index),
    requests: index.requests(),
    live,
  };
}

function expectedKept(index: MemoryIndex) {
  const applied = new Set(index.applied().map((each) => each.candidate));
  const first = new Map<string, { at: string; event: string; afterMinutes: number; ratio: number }>();
  for (const each of index.survival()) {
    if (!applied.has(each.candidate) || each.afterMinutes < MINUTES) continue;
    const known = first.get(each.candidate);
    const key = (of: typeof each | typeof known) => `${of?.afterMinutes} ${of?.at} ${of?.event}`;
    if (!known || key(each) < key(known)) first.set(each.candidate, each);
  }
  const measured = [...first.values()];
  return { kept: measured.filter((each) => each.ratio >= RATIO).length, measured: measured.length };
}

describe('createIndexFollower', () => {
  it('counts after any history what counting everything at once gives', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const index = createMemoryIndex();
        for (const step of steps) {
          index.add(step.event, step.event, place);
          if (step.asked) expect(counted(index)).toEqual(expected(index));
        }
        const inOrder = steps
          .map((step) => step.event)
          .sort((a, b) => (`${a.at} ${a.id}` < `${b.at} ${b.id}` ? -1 : 1));
        expect(counted(index)).toEqual(counted(indexOf(inOrder)));
      }),
      { numRuns: 500 },
    );
  });

  it('counts the same when it is asked after every single event, with one question at a time', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(...SINCES), (steps, since) => {
        const index = createMemoryIndex();
        for (const { event: each } of steps) {
          index.add(each, each, place);
          index.tally(since);
          index.keptAfter(MINUTES, RATIO);
        }
        const whole = expected(index);
        expect(sorted(index.tally(since))).toEqual(whole.tallies[SINCES.indexOf(since)]);
        expect(index.keptAfter(MINUTES, RATIO)).toEqual(whole.kept);
      }),
      { numRuns: 500 },
    );
  });

  const forget = (id: number, what: { decisions?: number[]; events?: number[] }): JournalEvent =>
    event(id, {
      kind: 'forget',
      requests: [],
      candidates: [],
      decisions: (what.decisions ?? []).map(ulid),
      events: (what.events ?? []).map(ulid),
      versions: [],
      why: 'asked',
    });
  const DENIED: JournalEvent[] = [
    request(1),
    decision(21, { request: 1, candidate: 11 }, 'denied'),
    event(101, { kind: 'reason', decision: ulid(21), reasons: ['wrong'] }),
  ];

  it.each([
    ['a reason by itself', forget(102, { events: [101] })],
    ['what was said about a decision', forget(102, { decisions: [21] })],
  ])('counts no reason any more that is forgotten: %s', (_, forgotten) => {
    const index = indexOf(DENIED);
    const { position } = index.changedSince(undefined);
    expect([...index.tally('').denialReasons]).toEqual([['wrong', 1]]);
    index.add(forgotten, forgotten, place);
    expect([...index.tally('').denialReasons]).toEqual([]);
    expect(index.changedSince(position).requests ?? [ulid(1)]).toContain(ulid(1));
  });

  it('takes of two measurements of one time the same, whichever came first', () => {
    const applied = event(90, {
      kind: 'applied',
      candidate: ulid(11),
      how: 'insert',
      target: { uriHash: 'u', range: [1, 2] },
    });
    const measured = [0, 1].map((ratio) =>
      event(100 + ratio, { kind: 'survival', candidate: ulid(11), afterMinutes: 60, ratio }, 5),
    );
    for (const events of [measured, measured.toReversed()])
      expect(indexOf([applied, ...events]).keptAfter(MINUTES, RATIO)).toEqual({ kept: 0, measured: 1 });
  });

  it('names every request about which something changed', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const index = createMemoryIndex();
        const seen = new Map<string, DecisionEntry>();
        let position: number | undefined;
        const look = (): void => {
          const changed = index.changedSince(position);
          position = changed.position;
          if (!changed.requests) seen.clear();
          for (const id of changed.requests ?? []) seen.delete(id);
          const about = new Set(changed.requests);
          for (const live of index.liveDecisions())
            if (!changed.requests || about.has(live.request)) seen.set(live.request, live);
        };
        for (const { event: each, asked } of steps) {
          index.add(each, each, place);
          if (asked) look();
        }
        look();
        expect([...seen.values()].sort(byEvent)).toEqual(index.liveDecisions().sort(byEvent));
      }),
      { numRuns: 500 },
    );
  });

  it('names a request of which something was shown', () => {
    const index = indexOf([request(1), request(2)]);
    const { position } = index.changedSince(undefined);
    const again = shown(30, { request: 2, candidate: 11 });
    index.add(again, again, place);
    expect(index.changedSince(position).requests).toEqual([ulid(2)]);
  });

  it('says that anything may have changed after a reset, at the first question and after very many changes', () => {
    const index = indexOf([request(1)]);
    const first = index.changedSince(undefined);
    expect(first.requests).toBeUndefined();
    expect(index.changedSince(first.position).requests).toEqual([]);
    index.add(request(2), request(2), place);
    expect(index.changedSince(first.position).requests).toEqual([ulid(2)]);
    index.replace(createIndexTables());
    expect(index.changedSince(first.position).requests).toBeUndefined();
    const { position } = index.changedSince(undefined);
    for (let n = 0; n < 50_000; n += 1) index.add(request(3), request(3), place);
    expect(index.changedSince(position).requests).toBeUndefined();
  });
});

describe('pages of an index', () => {
  const answer = (n: number) => ({ request: n, candidate: n });
  const index = indexOf([
    request(1),
    request(2),
    request(3),
    request(4),
    decision(21, answer(1), 'approved'),
    decision(22, answer(2), 'denied', { reasons: ['wrong'] }),
    decision(23, answer(3), 'edited', { editedText: 'x' }),
    decision(24, answer(4), 'approved', { note: 'always use tabs' }),
  ]);
  const ids = (filter: Parameters<MemoryIndex['liveDecisions']>[0]) =>
    index.liveDecisions(filter).map((each) => each.decision);

  it('lists live decisions page by page, all or only some', () => {
    expect(ids({ limit: 2 })).toEqual([ulid(24), ulid(23)]);
    expect(ids({ limit: 2, before: ulid(23) })).toEqual([ulid(22), ulid(21)]);
    expect(ids({ only: 'telling' })).toEqual([ulid(24), ulid(23), ulid(22)]);
    expect(ids({ only: 'liked', before: ulid(24) })).toEqual([ulid(23), ulid(21)]);
  });

  it('takes what is said later for telling', () => {
    const later = event(30, { kind: 'reason', decision: ulid(21), reasons: ['clear'] });
    index.add(later, later, place);
    expect(ids({ only: 'telling' })).toContain(ulid(21));
  });
});

const byEvent = (a: DecisionEntry, b: DecisionEntry): number => (a.event < b.event ? -1 : 1);
