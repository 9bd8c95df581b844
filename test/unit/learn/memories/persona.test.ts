import { describe, expect, it } from 'vitest';
import { FACETS } from '../../../../sidecar/learn/memories/facets.ts';
import { createMemoryBook } from '../../../../sidecar/learn/memories/memoryBook.ts';
import { foldFacets } from '../../../../sidecar/learn/memories/personaFold.ts';
import {
  editChange,
  noteChange,
  readingChange,
  reasonChange,
} from '../../../../sidecar/learn/memories/personaSignals.ts';
import type { BodyOf } from '../../../../sidecar/memory/events.ts';
import { personaResult } from '../../../../sidecar/protocol/memorySchemas.ts';
import { memoryDouble } from '../../../helpers/memoryDouble.ts';

const DAY = 24 * 3_600_000;
const ulid = (n: number): string => `01KAZ0000000000000000000${String(n).padStart(2, '0')}`;

function setup() {
  const memory = memoryDouble();
  const book = createMemoryBook({ memory, clock: () => 0 });
  const move = (facetDeltas: Record<string, number>, more: Partial<BodyOf<'persona'>> = {}) =>
    memory.append<'persona'>({
      kind: 'persona',
      oldFacets: {},
      newFacets: {},
      facetDeltas,
      signals: {},
      ...more,
    });
  const click = (delta: number, reading = 'h1', request?: string) =>
    move(
      { concise: delta },
      {
        signals: { selected_hypothesis_id: reading, success: true },
        ...(request !== undefined && { request }),
      },
    );
  const evidence = (delta: number, more: Partial<BodyOf<'persona'>> = {}) =>
    move(
      { concise: delta },
      { signals: { evidence: 'note', why: 'a note says so', quote: 'shorter' }, ...more },
    );
  const concise = (): number | undefined =>
    book.persona().facets.find(({ name }) => name === 'concise')?.value;
  return { memory, book, click, evidence, concise };
}

describe('facets', () => {
  it('begin in the middle and say nothing', () => {
    const { book } = setup();
    const { facets, updates } = book.persona();
    expect(facets.map(({ name }) => name).slice(0, 3)).toEqual(['concise', 'step_by_step', 'code_first']);
    expect(facets.every(({ value, updates: n, on }) => value === 0.5 && n === 0 && on)).toBe(true);
    expect(updates).toEqual([]);
    expect(book.facetLines()).toEqual([]);
  });

  it('stand whatever a line of another program says', async () => {
    const { book, memory } = setup();
    const names = ['x'.repeat(65), '', 'constructor', '__proto__', '\u001b[2J'];
    for (const delta of [1e308, 1e308, -1e308, -1e308]) {
      await memory.append<'persona'>({
        ...{ kind: 'persona', oldFacets: {}, newFacets: {}, signals: { evidence: 'note' } },
        facetDeltas: Object.fromEntries([...names, 'terse', 'concise'].map((name) => [name, delta])),
      });
    }
    const told = personaResult.parse(book.persona());
    expect(told.facets.map(({ name }) => name)).toEqual([...FACETS.map(({ name }) => name), 'terse']);
    expect(told.facets.find(({ name }) => name === 'concise')?.value).toBe(0.5);
  });

  it('move by two hundredths with a click, and no further than 0.6 with any number of them', async () => {
    const { book, click, concise } = setup();
    await click(0.02);
    expect(concise()).toBe(0.52);
    for (let n = 0; n < 20; n += 1) await click(0.02);
    expect(concise()).toBe(0.56);
    expect(book.facetLines()).toEqual([]);
  });

  it('are capped over days as well', () => {
    const days = (signals: Record<string, unknown>, delta: number) =>
      Array.from({ length: 10 }, (_, day) => ({
        at: new Date(Date.UTC(2026, 0, 1) + day * DAY).toISOString(),
        facetDeltas: { concise: delta },
        signals,
      }));
    const clicks = days({ selected_hypothesis_id: 'h1' }, 0.06);
    expect(foldFacets(clicks).get('concise')).toMatchObject({ value: 0.6, updates: 10 });
    expect(foldFacets(days({ evidence: 'note' }, 0.04)).get('concise')?.value).toBe(0.9);
    expect(foldFacets(days({ evidence: 'note' }, -0.5)).get('concise')?.value).toBe(0);
    expect(foldFacets(days({ evidence: 'note' }, 0.5).slice(0, 1)).get('concise')?.value).toBe(0.75);
    // What another program recorded is no more than a click.
    expect(foldFacets(days({ success: true }, 0.1)).get('concise')?.value).toBe(0.6);
  });

  it('follow quoted evidence against any number of clicks', async () => {
    const { book, click, evidence, concise } = setup();
    for (let n = 0; n < 5; n += 1) await click(-0.02, 'h2');
    expect(concise()).toBe(0.44);
    await evidence(0.06);
    expect(concise()).toBe(0.56);
    for (let n = 0; n < 3; n += 1) await evidence(0.05);
    expect(concise()).toBe(0.71);
    expect(book.facetLines()).toEqual(['Keep answers short.']);
    expect(book.facetWords()).toEqual(['concise']);
    expect(book.persona().updates[0]).toMatchObject({ why: 'a note says so: "shorter"' });
  });

  it('go back exactly when a decision is undone or a choice changed', async () => {
    const { memory, click, evidence, concise } = setup();
    const [request, decision, candidate] = [ulid(1), ulid(2), ulid(3)];
    const sha256 = 'a'.repeat(64);
    await memory.append<'decision'>({
      ...{ kind: 'decision', decision, request, candidate, sha256, verdict: 'denied', reasons: ['too_long'] },
    });
    await evidence(0.06, { request, decision });
    await evidence(0.06);
    expect(concise()).toBe(0.62);
    await memory.append<'undo'>({ kind: 'undo', decision });
    expect(concise()).toBe(0.56);
    await memory.append<'choice'>({ kind: 'choice', request: ulid(5), selected: 'h1', automatic: false });
    await click(0.02, 'h1', ulid(5));
    expect(concise()).toBe(0.58);
    await memory.append<'choice'>({ kind: 'choice', request: ulid(5), selected: null, automatic: false });
    expect(concise()).toBe(0.56);
  });

  it('go back exactly when the request is forgotten', async () => {
    const { memory, evidence, concise } = setup();
    await evidence(0.06, { request: ulid(1) });
    await evidence(0.05);
    const none = { candidates: [], decisions: [], events: [], versions: [] };
    await memory.append<'forget'>({ kind: 'forget', requests: [ulid(1)], ...none, why: 'asked' });
    expect(concise()).toBe(0.55);
  });

  it('can be switched off: then they are told no more', async () => {
    const { book, evidence } = setup();
    for (let n = 0; n < 4; n += 1) await evidence(0.06);
    expect(book.facetLines()).toHaveLength(1);
    await book.setFacet('concise', false);
    expect(book.facetLines()).toEqual([]);
    expect(book.facets()).not.toHaveProperty('concise');
    expect(book.persona().facets[0]).toMatchObject({ name: 'concise', on: false });
    await book.setFacet('concise', true);
    expect(book.facetLines()).toHaveLength(1);
  });
});

describe('what moves them', () => {
  const reading = (id: string, question: string) => ({ id, question, confidence: 0.8 });

  it('is a picked reading only where the readings differ in depth', () => {
    const alike = [
      reading('h1', 'Do you want a REST API?'),
      reading('h2', 'Do you want a GraphQL API with a long name?'),
    ];
    const [first, second] = alike;
    if (!first || !second) throw new Error('two readings');
    expect(readingChange(alike, first)).toBeUndefined();
    expect(readingChange(alike, second)).toBeUndefined();
    const deep = reading('h2', 'Do you want a REST API explained step by step?');
    expect(readingChange([first, deep], first)?.deltas).toEqual({ concise: 0.02 });
    expect(readingChange([first, deep], deep)?.deltas).toEqual({ step_by_step: 0.02, concise: -0.02 });
    const shallow = reading('h2', 'Do you want a minimal REST API?');
    expect(readingChange([first, shallow], shallow)).toBeUndefined();
    expect(readingChange([first], first)).toBeUndefined();
  });

  it('is a reason', () => {
    expect(reasonChange('denied', ['too_long', 'missing_tests'])).toEqual({
      deltas: { concise: 0.06, tested: 0.06 },
      why: 'denied: too long, no tests',
    });
    expect(reasonChange('approved', ['concise'])?.deltas).toEqual({ concise: 0.06 });
    expect(reasonChange('denied', ['off_topic', 'mine'])).toBeUndefined();
  });

  it.each([
    ['way too long', { concise: 0.06 }],
    ['shorter please', { concise: 0.06 }],
    ['Please give more detail', { concise: -0.06 }],
    ['go step by step', { step_by_step: 0.06 }],
    ['just the code', { code_first: 0.06 }],
    ['add type hints', { typed: 0.06 }],
    ['missing error handling, and no comments', { cautious: 0.06 }],
    ["don't write tests", { tested: -0.06 }],
    ['without comments', { documented: -0.06 }],
    ['too many comments', { documented: -0.06 }],
    ['explain why it works', { explains: 0.06 }],
    ['not too long, good', undefined],
    ['works', undefined],
    ['the tests pass', undefined],
    ['', undefined],
  ])('is a note: %j', (note, deltas) => {
    expect(noteChange(note)?.deltas).toEqual(deltas);
  });

  it('is a note in its own words', () => {
    expect(noteChange('Fine. But way too long; add tests')).toMatchObject({
      deltas: { concise: 0.06, tested: 0.06 },
      quote: 'But way too long',
    });
  });

  it('is a correction', () => {
    const code = '```python\ndef f(x):\n    return x\n```\n';
    const prose = 'This function takes a value and gives the very same value back to you.\n';
    expect(editChange(prose + code, code)?.deltas).toEqual({ code_first: 0.05, explains: -0.05 });
    expect(editChange(code, code)).toBeUndefined();
  });
});
