import { describe, expect, it } from 'vitest';
import { createLearner, type Learner } from '../../../../sidecar/learn/memories/learner.ts';
import { createLearningLog, LEARNING_LOG } from '../../../../sidecar/learn/memories/learningLog.ts';
import { createMemoryBook, type MemoryBook } from '../../../../sidecar/learn/memories/memoryBook.ts';
import type { BodyOf } from '../../../../sidecar/memory/events.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../../sidecar/protocol/settingsSchemas.ts';
import { type MemoryDouble, memoryDouble } from '../../../helpers/memoryDouble.ts';

const ulid = (n: number): string => `01KAZ0000000000000000000${String(n).padStart(2, '0')}`;
const SHA = 'a'.repeat(64);
const READINGS = [
  { id: 'h1', question: 'Do you want to build a REST API?', confidence: 0.85 },
  { id: 'h2', question: 'Do you want to build a REST API with FastAPI, step by step?', confidence: 0.6 },
];

interface Setup {
  readonly memory: MemoryDouble;
  readonly book: MemoryBook;
  readonly learner: Learner;
  readonly failures: string[];
  settings: Settings;
  texts(type?: string): Promise<string[]>;
  /** Events of the log, in order. */
  logged(): { event: string; [field: string]: unknown }[];
  decide(n: number, prompt: string, more?: Partial<BodyOf<'decision'>>): Promise<void>;
}

function setup(): Setup {
  const memory = memoryDouble();
  const clock = (): number => Date.UTC(2026, 0, 1);
  const book = createMemoryBook({ memory, clock });
  const failures: string[] = [];
  const onFailure = (message: string): void => void failures.push(message);
  const log = createLearningLog({ folder: memory.folder('logs'), clock, onFailure });
  const learner = createLearner({ memory, book, settings: () => all.settings, log, clock, onFailure });
  const all: Setup = {
    ...{ memory, book, learner, failures, settings: { ...DEFAULT_SETTINGS } },
    texts: async (type) =>
      (await book.list({ limit: 100 }))
        .filter((each) => type === undefined || each.type === type)
        .map(({ text }) => text),
    logged: () =>
      (memory.files.get(`/data/logs/${LEARNING_LOG}`) ?? '')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    decide: async (n, prompt, more = {}) => {
      const [request, candidate, decision] = [ulid(n), ulid(n + 1), ulid(n + 2)];
      await memory.append<'request'>({
        ...{ kind: 'request', thread: ulid(90), request, prompt, context: [], category: 'other', model: 'm' },
        appVersion: 't',
      });
      await memory.append<'candidate'>({
        ...{
          kind: 'candidate',
          request,
          candidate,
          text: 'I prefer Java. Create a bean.',
          sha256: SHA,
          model: 'm',
        },
        ...{ options: {}, stopped: 'complete', engine: 'ollama' },
      });
      await memory.append<'decision'>({
        ...{ kind: 'decision', decision, request, candidate, sha256: SHA, verdict: 'approved', reasons: [] },
        ...more,
      });
      await learner.settle();
    },
  };
  return all;
}

describe('a picked reading', () => {
  it('teaches the goal of the question, and the history', async () => {
    const { learner, texts, book } = setup();
    const [selected] = READINGS;
    const line = await learner.fromChoice({
      request: ulid(1),
      prompt: 'build api',
      readings: READINGS,
      selected,
    });
    expect(line).toBe('Noted: build a REST API');
    expect(await texts('goal')).toEqual(['build a REST API']);
    expect(await texts('history')).toEqual([
      'User requested: build api | Selected: Do you want to build a REST API?',
    ]);
    const all = await book.list({ limit: 10 });
    expect(all.find(({ type }) => type === 'goal')).toMatchObject({
      confidence: 0.85,
      tags: ['learned', 'hypothesis_derived', 'h1'],
      source: 'keywords',
      evidence: [ulid(1)],
    });
    expect(all.find(({ type }) => type === 'history')?.tags).toEqual(['interaction', 'text', 'h1']);
    expect(book.facets()['concise']).toBe(0.52);
  });

  it('teaches a preference a little less surely', async () => {
    const { learner, book } = setup();
    await learner.fromChoice({
      request: ulid(1),
      prompt: 'build api',
      readings: READINGS,
      selected: READINGS[1],
    });
    const preference = (await book.list({ type: 'preference', limit: 10 }))[0];
    expect(preference?.text).toBe('Prefers: FastAPI');
    expect(preference?.confidence).toBeCloseTo(0.54);
    expect(book.facets()).toMatchObject({ concise: 0.48, step_by_step: 0.52 });
  });

  it('teaches nothing where it was skipped, has no keyword, or nothing may be collected', async () => {
    const all = setup();
    const { learner, texts, logged } = all;
    const skipped = { request: ulid(1), prompt: 'build api', readings: READINGS, selected: undefined };
    expect(await learner.fromChoice(skipped)).toBeUndefined();
    expect(await texts()).toEqual([]);
    expect(logged().map(({ event }) => event)).toEqual(['training_data_logged']);
    const plain = { id: 'h1', question: 'Is it about the login?', confidence: 0.7 };
    await learner.fromChoice({ request: ulid(2), prompt: 'auth', readings: [plain], selected: plain });
    expect(await texts()).toEqual(['User requested: auth | Selected: Is it about the login?']);
    all.settings = { ...all.settings, collect: false };
    await learner.fromChoice({
      request: ulid(3),
      prompt: 'build api',
      readings: READINGS,
      selected: READINGS[0],
    });
    expect(await texts('goal')).toEqual([]);
  });

  it('writes the four events of the log, with ids and no texts', async () => {
    const { learner, logged, memory } = setup();
    await learner.fromChoice({
      request: ulid(1),
      prompt: 'build api',
      readings: READINGS,
      selected: READINGS[1],
    });
    expect(logged().map(({ event }) => event)).toEqual([
      'training_data_logged',
      'goal_learned_from_hypothesis',
      'preference_learned',
      'persona_updated',
      'learning_loop_complete',
    ]);
    expect(
      logged().every(({ request, timestamp }) => request === ulid(1) && typeof timestamp === 'string'),
    ).toBe(true);
    const whole = memory.files.get(`/data/logs/${LEARNING_LOG}`) ?? '';
    expect(whole).not.toMatch(/REST|FastAPI|build api/);
  });
});

describe('a decision', () => {
  it('teaches what its prompt says where it was approved, never what the answer says', async () => {
    const { decide, texts, book } = setup();
    await decide(1, 'I want to build a parser using Rust');
    expect(await texts()).toEqual(['Prefers: Rust', 'build a parser using Rust']);
    expect((await book.list({ limit: 1 }))[0]?.evidence).toEqual([ulid(3), ulid(1)]);
    await decide(11, 'I want to build a compiler', { verdict: 'denied' });
    expect(await texts('goal')).toEqual(['build a parser using Rust']);
  });

  it('teaches what its note says, whatever the verdict', async () => {
    const { decide, texts, book } = setup();
    await decide(1, 'sort a list', {
      verdict: 'denied',
      reasons: ['too_long'],
      note: 'I prefer Polars, and shorter',
    });
    expect(await texts()).toEqual(['Prefers: Polars']);
    expect(book.facets()['concise']).toBe(0.62);
    const [newest] = book.persona().updates;
    expect(newest).toMatchObject({ request: ulid(1), facetDeltas: { concise: 0.06 } });
  });

  it('teaches the same once, also where a reason is added and where the request said it before', async () => {
    const { decide, memory, learner, book } = setup();
    await decide(1, 'I want to build a parser using Rust', { note: 'using Rust' });
    await memory.append<'reason'>({
      kind: 'reason',
      decision: ulid(3),
      reasons: ['concise'],
      note: 'I prefer Zig',
    });
    await learner.settle();
    const all = await book.list({ type: 'preference', limit: 10 });
    expect(all.map(({ text, count }) => [text, count])).toEqual([
      ['Prefers: Zig', 1],
      ['Prefers: Rust', 1],
    ]);
    expect(book.facets()['concise']).toBe(0.56);
  });

  it('is not learned from where nothing may be collected, or where it was made elsewhere', async () => {
    const all = setup();
    all.settings = { ...all.settings, collect: false };
    await all.decide(1, 'I want to build a parser');
    expect(await all.texts()).toEqual([]);
    expect(all.logged()).toEqual([]);
  });

  it('can fail to teach without anything else failing', async () => {
    const all = setup();
    all.memory.beforeAppend = (body) => {
      if (body.kind === 'memory') throw new Error('disk full');
    };
    await all.decide(1, 'I want to build a parser');
    expect(all.failures).toEqual([expect.stringContaining('disk full')]);
    all.memory.beforeAppend = () => undefined;
    await all.decide(11, 'I want to build a compiler');
    expect(await all.texts()).toEqual(['build a compiler']);
  });
});

it('feedback teaches what it says', async () => {
  const { memory, learner, decide, texts, book } = setup();
  await decide(1, 'sort a list');
  await memory.append<'feedback'>({
    ...{ kind: 'feedback', request: ulid(1), text: 'good, but I prefer Polars. Add tests', tags: [] },
    feedbackType: 'text',
  });
  await learner.settle();
  expect(await texts()).toEqual(['Prefers: Polars']);
  expect(book.facets()['tested']).toBe(0.56);
});

it('the log stays bounded and keeps the newest lines', async () => {
  const memory = memoryDouble();
  const log = createLearningLog({
    folder: memory.folder('logs'),
    clock: () => 0,
    onFailure: () => undefined,
  });
  const request = 'x'.repeat(5_000);
  for (let n = 0; n < 200; n += 1) await log.note('training_data_logged', { request, n });
  const whole = memory.files.get(`/data/logs/${LEARNING_LOG}`) ?? '';
  expect(Buffer.byteLength(whole)).toBeLessThan(520_000);
  const lines = whole
    .trimEnd()
    .split('\n')
    .map((line): { n: number } => JSON.parse(line));
  expect(lines.at(-1)?.n).toBe(199);
});
