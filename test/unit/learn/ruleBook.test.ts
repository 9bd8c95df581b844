import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRuleBook } from '../../../sidecar/learn/ruleBook.ts';
import type { JournalEvent } from '../../../sidecar/memory/events.ts';
import { createMemoryIndex } from '../../../sidecar/memory/index/createMemoryIndex.ts';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import { memoryDouble } from '../../helpers/memoryDouble.ts';
import { candidate, decision, event, request, ulid } from '../memory/memoryEvents.ts';

const NOTES = ['always use actors', 'never use actors', 'use early returns', 'shorter please'];
const LONG = 'word '.repeat(40);
const MAX_TEXTS = 2;

const seconds = fc.integer({ min: 30, max: 70 });
const decisions = fc.integer({ min: 21, max: 28 });
const reasons = fc.subarray(['too_long', 'too_short', 'missing_tests', 'mine'], { maxLength: 2 });
const note = fc.option(fc.constantFrom(...NOTES), { nil: undefined });

type Make = (id: number) => JournalEvent;

const change: fc.Arbitrary<Make> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        n: decisions,
        of: fc.integer({ min: 1, max: 5 }),
        verdict: fc.constantFrom('approved', 'denied', 'edited'),
        reasons,
        note,
        second: seconds,
      })
      .map(
        ({ n, of, verdict, reasons: given, note: text, second }): Make =>
          (id) =>
            event(
              id,
              {
                kind: 'decision',
                decision: ulid(n),
                request: ulid(of),
                candidate: ulid(10 + of),
                sha256: 'a'.repeat(64),
                verdict,
                reasons: given,
                ...(text !== undefined && { note: text }),
                ...(verdict === 'edited' && { editedText: 'short' }),
              },
              second,
            ),
      ),
  },
  fc.record({ n: decisions, second: seconds }).map(
    ({ n, second }): Make =>
      (id) =>
        event(id, { kind: 'undo', decision: ulid(n) }, second),
  ),
  fc.record({ n: decisions, reasons, note, second: seconds }).map(
    ({ n, reasons: given, note: text, second }): Make =>
      (id) =>
        event(
          id,
          {
            kind: 'reason',
            decision: ulid(n),
            reasons: given,
            ...(text !== undefined && { note: text }),
          },
          second,
        ),
  ),
  fc.integer({ min: 1, max: 5 }).map(
    (n): Make =>
      () =>
        candidate(10 + n, n, LONG),
  ),
  fc
    .record({
      of: fc.constantFrom('short', 'use:actors'),
      state: fc.constantFrom('on', 'off', 'pin', 'forget'),
      second: seconds,
    })
    .map(
      ({ second, ...state }): Make =>
        (id) =>
          event(id, { kind: 'state', ...state }, second),
    ),
  fc
    .record({
      requests: fc.subarray([1, 2, 3], { maxLength: 1 }),
      events: fc.subarray([101, 103, 105], { maxLength: 1 }),
      second: seconds,
    })
    .map(
      ({ requests, events, second }): Make =>
        (id) =>
          event(
            id,
            {
              kind: 'forget',
              requests: requests.map(ulid),
              candidates: [],
              decisions: [],
              events: events.map(ulid),
              versions: [],
              why: 'asked',
            },
            second,
          ),
    ),
);
const history = fc.array(fc.record({ make: change, asked: fc.boolean() }), { maxLength: 30 });

/** A memory into which events come as they are, in any order. */
function memoryOf() {
  const index = createMemoryIndex();
  const events: JournalEvent[] = [];
  const reads: string[] = [];
  const memory: Memory = {
    ...memoryDouble(),
    index,
    read: async (id) => {
      reads.push(id);
      return events.find((each) => each.id === id);
    },
  };
  const add = (line: JournalEvent): void => {
    events.push(line);
    index.add(line, line, { segment: 's', offset: 0, length: 1 });
  };
  return { memory, add, index, reads };
}

const noted = (n: number, text: string) =>
  decision(n, { request: n, candidate: n }, 'denied', { note: text });

describe('createRuleBook', () => {
  it('knows after any history the rules that reading everything at once gives', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const { memory, add } = memoryOf();
        for (let n = 1; n <= 5; n += 1) add(request(n));
        const book = createRuleBook({ memory, maxTexts: MAX_TEXTS });
        for (const [at, { make, asked }] of steps.entries()) {
          add(make(100 + at));
          if (asked) await book.all();
        }
        const fresh = createRuleBook({ memory, maxTexts: MAX_TEXTS });
        expect(await book.all()).toEqual(await fresh.all());
      }),
      { numRuns: 300 },
    );
  });

  it('reads after a decision only what is new', async () => {
    const { memory, add, reads } = memoryOf();
    for (let n = 1; n <= 20; n += 1) add(noted(n, 'always use actors'));
    const book = createRuleBook({ memory });
    expect((await book.all())[0]?.evidence).toHaveLength(20);
    reads.length = 0;
    add(noted(21, 'always use actors'));
    expect((await book.all())[0]?.evidence).toHaveLength(21);
    expect(reads).toEqual([ulid(21)]);
  });

  it('reads the texts of the newest only, and of an older one when a newer one is taken back', async () => {
    const { memory, add } = memoryOf();
    const book = createRuleBook({ memory, maxTexts: 1 });
    add(noted(1, 'always use actors'));
    add(noted(2, 'always use channels'));
    expect((await book.all()).map((rule) => rule.id)).toEqual(['use:channels']);
    add(event(3, { kind: 'undo', decision: ulid(2) }));
    expect((await book.all()).map((rule) => rule.id)).toEqual(['use:actors']);
  });

  it('gives what was handed out no further changes', async () => {
    const { memory, add } = memoryOf();
    const book = createRuleBook({ memory });
    add(noted(1, 'always use actors'));
    const before = await book.all();
    add(noted(2, 'always use actors'));
    await book.all();
    expect(before[0]?.evidence).toEqual([ulid(1)]);
  });

  it('begins anew after a reset, and after a text could not be read', async () => {
    const { memory, add, index } = memoryOf();
    let broken = true;
    const read: Memory['read'] = async (id) => {
      if (broken) throw new Error('The disk is gone.');
      return memory.read(id);
    };
    const book = createRuleBook({ memory: { ...memory, read } });
    add(noted(1, 'always use actors'));
    await expect(book.all()).rejects.toThrow('The disk is gone.');
    broken = false;
    expect(await book.all()).toHaveLength(1);
    index.replace(createMemoryIndex().tables);
    expect(await book.all()).toEqual([]);
  });
});
