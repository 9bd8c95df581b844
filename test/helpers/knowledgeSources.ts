import type { KnowledgeSources } from '../../extension/knowledge/knowledgeSources.ts';
import type { MemoryItem } from '../../sidecar/protocol/memorySchemas.ts';
import type { Rate } from '../../sidecar/protocol/statsSchemas.ts';
import type { Rule } from '../../sidecar/protocol/trainingSchemas.ts';
import { testId } from './panelHarnessStates.ts';

const AT = '2026-01-02T03:04:05.678Z';
const rate = (value: number | null, n: number, low = 0, high = 1): Rate => ({ value, n, low, high });

export const testRule = (id: string, text: string, change: Partial<Rule> = {}): Rule => ({
  ...{ id, text, scope: 'always', source: 'decisions', evidence: [], against: [] },
  ...{ counts: { for: 7, against: 1 }, on: true, pinned: false, edited: false, trained: false },
  ...change,
});

export const testMemory = (
  id: string,
  type: MemoryItem['type'],
  text: string,
  change: Partial<MemoryItem> = {},
): MemoryItem => ({
  ...{ id, type, text, tags: [], confidence: 0.85, source: 'keywords', at: AT, state: 'on' },
  ...{ events: [testId(90)], evidence: [testId(10)], count: 1 },
  ...change,
});

/** Nothing was ever decided. */
export const NOTHING_KNOWN: KnowledgeSources = {
  rules: [],
  memories: [],
  blocks: [],
  persona: { facets: [{ name: 'concise', value: 0.5, updates: 0, on: true }], updates: [] },
  preference: { n: 0, needed: 10, tastes: [], evidence: { e: 1, useful: false }, experts: [] },
  stats: {
    ...{ requests: 0, approved: 0, denied: 0, edited: 0, approval: rate(null, 0), kept: rate(null, 0) },
    ...{ byCategory: [], phase: 'Setup', word: '', newSinceTraining: 0, trainingDue: false, topReasons: [] },
    learning: {
      ...{ hypotheses_count: 0, persona_updates_count: 0, activeDays: 0, meanScore: null, scores: 0 },
      ...{ selectionRate: rate(null, 0), autoAdvanceRate: rate(null, 0) },
    },
  },
};

const moved = (n: number, delta: number, value: number, why: string) => ({
  ...{ id: testId(60 + n), at: AT, facetDeltas: { concise: delta }, newFacets: { concise: value }, why },
  request: testId(30 + n),
});

/** A little of everything, with every state that an entry can have. */
export const MUCH_KNOWN: KnowledgeSources = {
  rules: [
    testRule('errors', 'Handle errors and edge cases in the code.', {
      ...{ short: 'errors handled', pinned: true, trained: true, counts: { for: 12, against: 0 } },
      ...{ evidence: [testId(10), testId(11)], lastUsed: { request: testId(20), at: AT } },
    }),
    testRule('short', 'Keep the answer short and to the point.', {
      ...{ short: 'shorter answers', evidence: [testId(12)], against: [testId(13)] },
    }),
    testRule('depth@language:python', 'In Python, return early and keep nesting flat.', {
      ...{ scope: 'language:python', source: 'features', counts: { for: 9, against: 2 } },
    }),
    testRule('explain', 'Explain the code in a sentence or two.', {
      ...{ short: 'a short explanation', on: false, resting: 'overruled', counts: { for: 1, against: 7 } },
    }),
    testRule('use:actors', 'Model shared state as actors, never with locks.', { edited: true, on: false }),
  ],
  memories: [
    testMemory('m1', 'preference', 'Prefers: FastAPI, Docker', {
      ...{ quote: 'I prefer FastAPI with Docker', count: 3, confidence: 0.91 },
    }),
    testMemory('m2', 'preference', 'Early returns', {
      source: 'user',
      confidence: 1,
      evidence: [],
      state: 'pin',
    }),
    testMemory('m3', 'preference', 'Prefers: Flask', { replacedBy: 'm1' }),
    testMemory('m4', 'goal', 'build a REST API', { lastUsed: { request: testId(20), at: AT } }),
    testMemory('m5', 'history', 'User requested: build api | Selected: Do you want to build a REST API?', {
      count: 1,
    }),
  ],
  blocks: [
    { id: 'lodash', phrase: 'lodash', on: true, at: AT, evidence: [testId(14)], events: [testId(91)] },
    { id: 'as-any', phrase: 'as any', on: false, at: AT, evidence: [], events: [testId(92)] },
  ],
  persona: {
    facets: [
      { name: 'concise', value: 0.72, updates: 5, at: AT, on: true },
      { name: 'code_first', value: 0.31, updates: 4, at: AT, on: false },
      { name: 'step_by_step', value: 0.52, updates: 1, at: AT, on: true },
    ],
    updates: [
      moved(5, 0.08, 0.72, 'said: "shorter please"'),
      moved(4, 0.02, 0.64, 'picked h1'),
      moved(3, -0.02, 0.62, 'picked h2'),
      moved(2, 0.1, 0.64, 'denied: too long'),
      moved(1, 0.04, 0.54, 'denied: too long'),
    ],
  },
  preference: {
    n: 61,
    needed: 10,
    tastes: [
      {
        ...{ feature: 'docstring', label: 'docstrings', wanted: 'more', sureness: 0.9992, weight: 0.9 },
        ...{ named: [testId(10)], moved: [testId(11), testId(12)] },
      },
      {
        ...{ feature: 'closing', label: 'closing phrases', wanted: 'less', sureness: 0.981, weight: -0.4 },
        ...{ named: [], moved: [testId(13)] },
      },
    ],
    evidence: { e: 14.2, useful: true },
    experts: [
      { name: 'own30', share: 0.44 },
      { name: 'fresh10', share: 0.31 },
      { name: 'words', share: 0.14 },
      { name: 'rate', share: 0.11 },
    ],
  },
  stats: {
    ...NOTHING_KNOWN.stats,
    ...{ requests: 70, approved: 44, edited: 6, denied: 11, phase: 'Sharp', word: 'good' },
    ...{ approval: rate(50 / 61, 61, 0.71, 0.9), kept: rate(0.75, 4, 0.3, 0.95) },
    activeVersion: { version: testId(3), name: 'coder-trained:7b-v3', number: 3 },
  },
};
