import { describe, expect, it } from 'vitest';
import { createPairs } from '../../../sidecar/learn/pairs.ts';
import type { JournalEvent } from '../../../sidecar/memory/events.ts';
import { createForgotten } from '../../../sidecar/memory/forget/forgotten.ts';
import { createMemoryIndex } from '../../../sidecar/memory/index/createMemoryIndex.ts';
import { insertDerived } from '../../../sidecar/memory/views/derivedRows.ts';
import { insertEvent, type Value } from '../../../sidecar/memory/views/eventRows.ts';
import { type Pair, pairSchema } from '../../../sidecar/protocol/pairSchemas.ts';
import { candidate, decision, event, request, ulid } from '../memory/memoryEvents.ts';

function stage(events: readonly JournalEvent[]) {
  const index = createMemoryIndex();
  const known = new Map<string, JournalEvent>();
  const add = (each: JournalEvent): void => {
    known.set(each.id, each);
    index.add(each, each, { segment: '', offset: 0, length: 0 });
  };
  for (const each of events) add(each);
  const forgotten = createForgotten(() => index.forgets());
  const reads: string[] = [];
  const read = async (id: string): Promise<JournalEvent | undefined> => {
    reads.push(id);
    const found = known.get(id);
    return found && !forgotten.hides(found) ? found : undefined;
  };
  async function* all() {
    for (const each of known.values()) if (!forgotten.hides(each)) yield each;
  }
  const pairs = createPairs({ memory: { index, read, ready: Promise.resolve() } });
  return { add, reads, pairs, source: { index, read, events: all } };
}
type Stage = ReturnType<typeof stage>;

/** The table's rows, the newest first. */
async function tableOf({ source }: Stage): Promise<Pair[]> {
  const rows: (Value | undefined)[][] = [];
  const insert = (table: string, ...values: (Value | undefined)[]): void => {
    if (table === 'preference_pairs') rows.push(values);
  };
  for await (const each of source.events()) await insertEvent(source, each, insert);
  await insertDerived(source, insert);
  const pairs = rows.map(([id, of, prompt, chosen, rejected, from, weight, createdAt]) =>
    pairSchema.parse({
      ...{ id, request: of, prompt: prompt ?? '', chosen, rejected, source: from, weight, createdAt },
    }),
  );
  return pairs.sort((a, b) =>
    a.createdAt === b.createdAt ? (a.id < b.id ? 1 : -1) : a.createdAt < b.createdAt ? 1 : -1,
  );
}

async function pagesOf({ pairs }: Stage, limit: number): Promise<Pair[]> {
  const all: Pair[] = [];
  for (;;) {
    const before = all.at(-1)?.id;
    const page = (await pairs.list({ limit, ...(before !== undefined && { before }) })).pairs;
    // A page that repeats one would never end.
    expect(all.map(({ id }) => id)).not.toContain(page[0]?.id);
    all.push(...page);
    if (page.length < limit) return all;
  }
}

const correction = (n: number, of: number, text: string, second = n) =>
  event(
    n,
    {
      kind: 'feedback',
      ...{ request: ulid(of), text: 'so', tags: [], corrections: text, feedbackType: 'edit' },
    },
    second,
  );
const texts = async ({ pairs }: Stage, limit = 20) =>
  (await pairs.list({ limit })).pairs.map(({ chosen, rejected, source }) => [chosen, rejected, source]);

/** A request with two answers, `a` and `b`, and verdicts on them. */
const asked = (n: number, a: 'approved' | 'denied' | 'edited', b?: 'approved' | 'denied' | 'edited') => [
  request(n, `prompt ${n}`),
  candidate(n + 1, n, `a${n}`),
  candidate(n + 2, n, `b${n}`),
  decision(n + 3, { request: n, candidate: n + 1 }, a, a === 'edited' ? { editedText: `a${n}!` } : {}),
  ...(b === undefined
    ? []
    : [decision(n + 4, { request: n, candidate: n + 2 }, b, b === 'edited' ? { editedText: `b${n}!` } : {})]),
];

describe('pairs', () => {
  it('come from edits, verdicts side by side, and corrections, newest first', async () => {
    const all = stage([
      ...asked(10, 'denied', 'edited'),
      ...asked(20, 'approved'),
      ...asked(30, 'denied', 'approved'),
      correction(40, 20, 'better'),
    ]);
    expect((await all.pairs.list({ limit: 1 })).pairs).toEqual([
      {
        ...{ id: ulid(40), request: ulid(20), prompt: 'prompt 20', chosen: 'better', rejected: 'a20' },
        ...{ source: 'correction', weight: 1, createdAt: correction(40, 20, '').at },
      },
    ]);
    expect(await texts(all)).toEqual([
      ['better', 'a20', 'correction'],
      ['b30', 'a30', 'decision'],
      ['b10!', 'b10', 'edit'],
      ['b10!', 'a10', 'decision'],
    ]);
  });

  it('go with a decision that is undone, replaced, or forgotten', async () => {
    const all = stage([
      ...asked(10, 'denied', 'edited'),
      ...asked(20, 'edited'),
      ...asked(30, 'edited'),
      correction(40, 30, 'better'),
    ]);
    expect(await texts(all)).toHaveLength(5);
    all.add(event(50, { kind: 'undo', decision: ulid(13) }));
    expect(await texts(all)).toHaveLength(4);
    all.add(event(51, { kind: 'undo', decision: ulid(14) }));
    expect(await texts(all)).toHaveLength(3);
    all.add(decision(52, { request: 20, candidate: 21 }, 'approved'));
    expect(await texts(all)).toEqual([
      ['better', 'a30', 'correction'],
      ['a30!', 'a30', 'edit'],
    ]);
    const nothing = { candidates: [], decisions: [], events: [], versions: [] };
    all.add(event(53, { kind: 'forget', requests: [ulid(30)], ...nothing, why: 'asked' }));
    expect(await texts(all)).toEqual([]);
  });

  it('are those of the table, in pages of any size', async () => {
    const all = stage(many());
    const table = await tableOf(all);
    expect(new Set(table.map(({ source }) => source)).size).toBe(3);
    expect(table.length).toBeGreaterThan(100);
    for (const limit of [1, 2, 7, 20, 1_000]) expect(await pagesOf(all, limit)).toEqual(table);
  });

  it('begin with the newest where the cursor is not known', async () => {
    const all = stage(asked(10, 'edited'));
    const { pairs } = await all.pairs.list({ limit: 20 });
    expect(await all.pairs.list({ limit: 20, before: 'nothing' })).toEqual({ pairs });
    expect(await all.pairs.list({ limit: 20, before: ulid(99) })).toEqual({ pairs });
  });

  it('are read only as far as the page goes, past decisions and feedback that make none', async () => {
    const silent = Array.from({ length: 60 }, (_, n) => asked(1_000 + 10 * n, 'approved')).flat();
    const praise = event(2_000, {
      ...{ kind: 'feedback', request: ulid(1_000), text: 'good', tags: [], feedbackType: 'text' },
    });
    const edits = Array.from({ length: 60 }, (_, n) => asked(100 + 10 * n, 'edited')).flat();
    const all = stage([...edits, ...silent, praise]);
    expect(await texts(all, 5)).toHaveLength(5);
    // The request, the answer and the decision of each.
    expect(all.reads).toHaveLength(15);
  });
});

/** Requests of all sorts from a fixed seed, many of them at the same moment. */
function many(): JournalEvent[] {
  let state = 7;
  const below = (n: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * n);
  };
  const verdict = () => (['approved', 'denied', 'edited'] as const)[below(3)] ?? 'denied';
  const events: JournalEvent[] = [];
  for (let n = 100; n < 3_100; n += 10) {
    const at = events.at(-1)?.at;
    const group: JournalEvent[] = [...asked(n, verdict(), below(2) === 0 ? undefined : verdict())];
    if (below(4) === 0) group.push(decision(n + 5, { request: n, candidate: n + 1 }, 'approved'));
    if (below(5) === 0) group.push(event(n + 6, { kind: 'undo', decision: ulid(n + 3) }));
    if (below(3) === 0) group.push(correction(n + 7, n, `c${n}`));
    // What happens at one moment is ordered by its ids.
    events.push(...(at !== undefined && below(3) === 0 ? group.map((each) => ({ ...each, at })) : group));
  }
  const forgotten = Array.from({ length: 20 }, (_, n) => ulid(100 + 130 * n));
  const nothing = { candidates: [], decisions: [], events: [], versions: [] };
  return [...events, event(9_000, { kind: 'forget', requests: forgotten, ...nothing, why: 'asked' })];
}
