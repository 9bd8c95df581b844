import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAgentMemory } from '../../../../sidecar/memory/import/readAgentMemory.ts';
import { all, bytesOf, damages, NOW, records, refusals, remarks } from './bytesOf.ts';

const entry = (id: string, more: object = {}) => ({
  request_id: id,
  timestamp: '2025-05-01T10:00:00',
  prompt: `Ask ${id}`,
  response: `Answer ${id}`,
  approved: true,
  category: 'debugging',
  ...more,
});
const file = (entries: readonly unknown[], approvals: object = {}) =>
  JSON.stringify({ conversation_history: entries, approval_history: approvals });
const read = (text: string | Uint8Array, size = 7) => all(readAgentMemory(() => bytesOf(text, size), NOW));

describe('a whole file', () => {
  it('gives its entries with the verdicts of approval_history, times without zone as UTC', async () => {
    const found = await read(
      file([entry('a'), entry('b', { approved: false })], {
        a: { approved: true, reason: 'Good error handling', timestamp: '2025-05-01 11:00:00' },
        b: {
          approved: false,
          reason: 'Too long, off topic. Keep it to one function.',
          timestamp: '2025-05-01T12:00:00+02:00',
        },
      }),
    );
    expect(refusals(found)).toEqual([]);
    expect(records(found)).toMatchObject([
      {
        prompt: 'Ask a',
        response: 'Answer a',
        verdict: 'approved',
        category: 'debugging',
        reasons: ['good_error_handling'],
        note: undefined,
        at: Date.UTC(2025, 4, 1, 10),
        decidedAt: Date.UTC(2025, 4, 1, 11),
      },
      {
        verdict: 'denied',
        reasons: ['too_long', 'off_topic'],
        note: 'Keep it to one function.',
        decidedAt: Date.UTC(2025, 4, 1, 10),
      },
    ]);
  });

  it('is read the same however it is cut into pieces', async () => {
    const text = file([entry('ä"\\'), entry('b')], { b: { approved: true, reason: '}],{' } });
    const whole = await read(text, 1_000_000);
    for (const size of [1, 2, 3, 5, 64]) expect(await read(text, size)).toEqual(whole);
    expect(records(whole)).toHaveLength(2);
  });

  it('keeps an edit with the text before it', async () => {
    const [record] = records(
      await read(file([entry('a', { original_response: 'before' })], { a: { approved: true } })),
    );
    expect(record).toMatchObject({ verdict: 'edited', original: 'before', response: 'Answer a' });
  });
});

describe('a verdict that was never given', () => {
  it('stays open: a lone false is no denial', async () => {
    const found = await read(
      file([entry('a', { approved: false }), entry('b', { approved: null }), entry('c')]),
    );
    expect(records(found).map((record) => 'verdict' in record && record.verdict)).toEqual([
      undefined,
      undefined,
      'approved',
    ]);
    expect(remarks(found)).toEqual([
      '1 entry with "approved": false and no verdict in approval_history: taken as undecided.',
    ]);
  });

  it('is a denial where the file names the verdict', async () => {
    const [record] = records(await read(file([entry('a', { approved: false, verdict: 'denied' })])));
    expect(record).toMatchObject({ verdict: 'denied' });
  });
});

describe('a file that is half broken', () => {
  it('gives every whole entry, whatever byte it was cut at', async () => {
    const text = file([entry('a'), entry('b'), entry('c')], { a: { approved: true } });
    const ends = ['a', 'b', 'c'].map((id) => {
      const own = JSON.stringify(entry(id));
      return text.indexOf(own) + own.length;
    });
    for (let cut = 1; cut < text.length; cut += 1) {
      const found = await read(text.slice(0, cut), 1_000);
      // An entry is known to be whole when what separates it has been seen.
      expect(records(found).length, `cut at ${cut}`).toBe(ends.filter((end) => end < cut).length);
      expect(damages(found).some((text) => text.includes('cut off'))).toBe(true);
    }
  });

  it('refuses single entries with their place and reason', async () => {
    const text = `{"conversation_history": [
      ${JSON.stringify(entry('a'))}, 42, {"prompt": 7, "response": "x"}, {"prompt": "x"}, {broken},
      ${JSON.stringify(entry('b', { timestamp: 'soon' }))}, ${JSON.stringify(entry('c', { timestamp: '2999-01-01' }))},
      ${JSON.stringify(entry('d', { approved: [] }))}, ${JSON.stringify(entry('e'))}
    ], "approval_history": {"a": 1, "nobody": {"approved": true}}}`;
    const found = await read(text);
    expect(records(found).map((record) => 'prompt' in record && record.prompt)).toEqual(['Ask a', 'Ask e']);
    expect(refusals(found)).toEqual([
      'approval_history 1: it is not an object',
      'entry 2: it is not an object',
      'entry 3: prompt is not a text',
      'entry 4: it has no response',
      'entry 5: it is not JSON',
      'entry 6: its timestamp is not a time',
      'entry 7: its timestamp lies in the future',
      'entry 8: approved is neither yes nor no',
      'approval_history 2: its request is not in conversation_history',
    ]);
  });

  it('refuses an entry that is not UTF-8 and goes on', async () => {
    const text = Buffer.concat([
      Buffer.from('{"conversation_history": [{"request_id":"a","prompt":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from(`","response":"x"},${JSON.stringify(entry('b'))}]}`),
    ]);
    const found = await read(text);
    expect(refusals(found)).toEqual(['entry 1: it is not UTF-8']);
    expect(records(found)).toHaveLength(1);
  });
});

describe('a hostile file', () => {
  it('takes an id once, and refuses it for other texts', async () => {
    const found = await read(file([entry('a'), entry('a'), entry('a', { response: 'other' })]));
    expect(records(found)).toHaveLength(2);
    expect(refusals(found)).toEqual([
      'entry 3: its request_id occurred before with other texts; the first holds',
    ]);
  });

  it('takes names of prototypes as names', async () => {
    const text = `{"__proto__": {"a": 1}, "conversation_history": [
      {"request_id": "__proto__", "prompt": "p", "response": "r", "__proto__": {"approved": true}}
    ], "approval_history": {"__proto__": {"approved": false, "reason": "constructor"}}}`;
    const [record] = records(await read(text));
    expect(record).toMatchObject({ key: '__proto__', verdict: 'denied', note: 'constructor' });
    expect(Object.hasOwn(Object.prototype, 'approved')).toBe(false);
  });

  it('refuses too long a text without a fault', async () => {
    const found = await read(file([entry('a', { response: 'x'.repeat(400_001) }), entry('b')]), 100_000);
    expect(refusals(found)[0]).toContain('entry 1: response has 400001 characters');
    expect(records(found)).toHaveLength(1);
  });

  it('never fails on any bytes', async () => {
    const head = Buffer.from('{"conversation_history": [');
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        async (bytes, size) => {
          const found = await read(Buffer.concat([head, bytes]), size);
          expect(records(found)).toEqual([]);
        },
      ),
    );
  });
});
