import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PromptMaterial, promptOf } from '../../../sidecar/generate/promptMaterial.ts';
import { blockPhrase } from '../../../sidecar/learn/blocks/blockPhrase.ts';
import type { ContextItem } from '../../../sidecar/protocol/contextItem.ts';
import type { MemoryItem } from '../../../sidecar/protocol/memorySchemas.ts';
import { ulid } from '../memory/memoryEvents.ts';

const NOTHING: PromptMaterial = {
  ...{ rules: [], earlier: { exchanges: [], requests: new Set() }, similar: [], denied: [] },
  ...{ blocks: [], memories: [], facets: [], reading: undefined },
};
const memory = (n: number, words: number): MemoryItem => ({
  ...{ id: `m${n}`, type: 'preference', text: `thing ${n} ${'word '.repeat(words)}`, tags: [] },
  ...{ confidence: 1, source: 'user', at: '2026-01-01T00:00:00.000Z', state: 'on' },
  ...{ events: [], evidence: [], count: 1 },
});
const lines = (n: number): string => 'let value = 1;\n'.repeat(n);

const learned = fc.record({
  similar: fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 4 }),
  memories: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 12 }),
  earlier: fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 2 }),
});
const context = fc.array(
  fc.record({ kind: fc.constantFrom('selection', 'file', 'diff'), size: fc.integer({ min: 0, max: 900 }) }),
  { maxLength: 4 },
);

function sentWith(material: PromptMaterial, items: readonly ContextItem[], contextLength: number) {
  const task = {
    ...{ request: ulid(1), thread: ulid(2), prompt: 'Do it.', category: 'other' as const },
    ...{ existing: [], another: false },
  };
  const model = { name: 'm', digest: undefined, version: undefined, replay: undefined };
  return promptOf(material, { task, model, context: items, contextLength, learn: 'atOnce' });
}
const OWN = /^(?:selection|file|diff|earlier)/;
const LEARNED = new Set(['rules', 'blocks', 'avoid', 'persona', 'goal', 'pref', 'history', 'example']);

describe('what was learned', () => {
  it('never takes room from what the user wrote, attached or said before, nor more than its share', () => {
    fc.assert(
      fc.property(learned, context, fc.constantFrom(1_024, 4_096, 8_192), (given, attached, length) => {
        const items = attached.map(({ kind, size }, n) => ({ kind, name: `${n}.ts`, text: lines(size) }));
        const earlier = {
          exchanges: given.earlier.map((size) => ({ prompt: 'Before.', response: lines(size) })),
          requests: new Set<string>(),
        };
        const bare = sentWith({ ...NOTHING, earlier }, items, length);
        const full = sentWith(
          {
            ...NOTHING,
            earlier,
            similar: given.similar.map((size, n) => ({
              ...{ decision: ulid(10 + n), request: ulid(20 + n), prompt: 'Alike.', response: lines(size) },
              edited: false,
            })),
            memories: given.memories.map((words, n) => memory(n, words)),
            facets: ['concise'],
          },
          items,
          length,
        );
        const own = (sent: typeof full.sent) => sent.parts.filter((part) => OWN.test(part.name));
        expect(own(full.sent)).toEqual(own(bare.sent));
        const share = full.sent.parts
          .filter((part) => LEARNED.has(part.name))
          .reduce((sum, part) => sum + part.tokens, 0);
        expect(share).toBeLessThanOrEqual(length / 4);
        expect(full.sent.total).toBeLessThanOrEqual(full.sent.limit);
        expect(full.sent.parts.reduce((sum, part) => sum + part.tokens, 0)).toBe(full.sent.total);
        expect(full.used.examples).toEqual(full.sent.examples);
      }),
      { numRuns: 200 },
    );
  });

  it('is used where there is room', () => {
    const material = {
      ...NOTHING,
      memories: [memory(1, 3)],
      blocks: [blockPhrase('var')],
      facets: ['concise'],
    };
    const { sent, used, messages } = sentWith(material, [], 4_096);
    expect(sent.parts.map((part) => part.name)).toEqual(['rules', 'blocks', 'prompt', 'persona', 'pref']);
    expect(used).toMatchObject({ memories: ['m1'], blocks: [blockPhrase('var').id] });
    expect(messages.at(-1)?.content).toContain('Preference: thing 1 word word word');
    expect(sent.prompt).toBe(messages.at(-1)?.content);
  });
});
