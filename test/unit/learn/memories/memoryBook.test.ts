import { describe, expect, it } from 'vitest';
import { createMemoryBook, type MemoryBook } from '../../../../sidecar/learn/memories/memoryBook.ts';
import { memoryIdOf } from '../../../../sidecar/learn/memories/memoryText.ts';
import type { BodyOf } from '../../../../sidecar/memory/events.ts';
import type { MemoryType } from '../../../../sidecar/protocol/memorySchemas.ts';
import { type MemoryDouble, memoryDouble } from '../../../helpers/memoryDouble.ts';

const NOW = Date.UTC(2026, 0, 2);
const LIMITS = { goals: 3, preferences: 3, history: 2 };
const ulid = (n: number): string => `01KAZ0000000000000000000${String(n).padStart(2, '0')}`;
const SHA = 'a'.repeat(64);

interface Setup {
  readonly memory: MemoryDouble;
  readonly book: MemoryBook;
  readonly say: (type: MemoryType, text: string, more?: Partial<BodyOf<'memory'>>) => Promise<string>;
}

function setup(): Setup {
  const memory = memoryDouble();
  const book = createMemoryBook({ memory, clock: () => NOW });
  const say: Setup['say'] = async (type, text, more = {}) => {
    const id = memoryIdOf(type, text);
    await memory.append<'memory'>({
      ...{ kind: 'memory', memory: id, type, text, tags: ['learned'], confidence: 0.8 },
      ...{ source: 'keywords', scope: 'always', evidence: [] },
      ...more,
    });
    return id;
  };
  return { memory, book, say };
}

async function decide(
  memory: MemoryDouble,
  request: string,
  decision: string,
  candidate: string,
): Promise<void> {
  const common = { thread: ulid(90), request, model: 'm' };
  await memory.append<'request'>({
    ...{ kind: 'request', ...common, prompt: 'p', context: [], category: 'other', appVersion: 't' },
  });
  await memory.append<'candidate'>({
    ...{ kind: 'candidate', request, candidate, text: 'x', sha256: SHA, model: 'm', options: {} },
    ...{ stopped: 'complete', engine: 'ollama' },
  });
  await memory.append<'decision'>({
    ...{ kind: 'decision', decision, request, candidate, sha256: SHA, verdict: 'approved', reasons: [] },
  });
}

describe('what is remembered', () => {
  it('is one memory however often and however it is written', async () => {
    const { book, say } = setup();
    await say('goal', 'build a REST API', { request: ulid(1), quote: 'I want to build a REST API' });
    await say('goal', 'Build a  REST API.', { request: ulid(2) });
    const [only, ...others] = await book.list({ limit: 10 });
    expect(others).toEqual([]);
    expect(only).toMatchObject({ count: 2, quote: 'I want to build a REST API', state: 'on' });
    expect(only?.events).toHaveLength(2);
    expect(only?.evidence).toEqual([ulid(2), ulid(1)]);
    expect(only?.confidence).toBeGreaterThan(0.8);
    expect(only?.confidence).toBeLessThan(1);
  });

  it('is gone while the decision that it came from is undone', async () => {
    const { memory, book, say } = setup();
    await decide(memory, ulid(1), ulid(2), ulid(3));
    await say('preference', 'Prefers: Docker', { request: ulid(1), decision: ulid(2) });
    expect(await book.list({ limit: 10 })).toHaveLength(1);
    await memory.append<'undo'>({ kind: 'undo', decision: ulid(2) });
    expect(await book.list({ limit: 10 })).toEqual([]);
  });

  it('is gone once its request, or the memory itself, is forgotten', async () => {
    const { memory, book, say } = setup();
    const none = { requests: [], candidates: [], decisions: [], events: [], versions: [] };
    await say('goal', 'one', { request: ulid(1) });
    await say('goal', 'two', {});
    await memory.append<'forget'>({ kind: 'forget', ...none, requests: [ulid(1)], why: 'asked' });
    expect((await book.list({ limit: 10 })).map(({ text }) => text)).toEqual(['two']);
    const events = (await book.list({ limit: 10 }))[0]?.events ?? [];
    await memory.append<'forget'>({ kind: 'forget', ...none, events, why: 'asked' });
    expect(await book.list({ limit: 10 })).toEqual([]);
    await say('goal', 'three', {});
    expect((await book.list({ limit: 10 })).map(({ text }) => text)).toEqual(['three']);
  });

  it('follows the last choice of its request', async () => {
    const { memory, book, say } = setup();
    const choose = (selected: string | null) =>
      memory.append<'choice'>({ kind: 'choice', request: ulid(1), selected, automatic: false });
    await choose('h1');
    await say('goal', 'build a REST API', { request: ulid(1), tags: ['learned', 'h1'] });
    expect(await book.list({ limit: 10 })).toHaveLength(1);
    await choose('h2');
    expect(await book.list({ limit: 10 })).toEqual([]);
    await choose('h1');
    expect(await book.list({ limit: 10 })).toHaveLength(1);
    await choose(null);
    expect(await book.list({ limit: 10 })).toEqual([]);
  });
});

describe('what the user sets', () => {
  it('is written, edited, pinned and switched without anything being overwritten', async () => {
    const { memory, book } = setup();
    const made = await book.set({ type: 'preference', text: ' Prefers:\n tabs ' });
    expect(made).toMatchObject({
      text: 'Prefers: tabs',
      source: 'user',
      confidence: 1,
      state: 'on',
      count: 1,
    });
    const edited = await book.set({ id: made.id, text: 'Prefers: tabs in Go', state: 'pin' });
    expect(edited).toMatchObject({ id: made.id, text: 'Prefers: tabs in Go', state: 'pin' });
    expect(edited.events).toHaveLength(3);
    expect(await book.set({ id: made.id, state: 'off' })).toMatchObject({ state: 'off' });
    expect(book.relevant('tabs', LIMITS)).toEqual([]);
    expect(memory.events.filter(({ kind }) => kind === 'memory')).toHaveLength(1);
  });

  it('switches on again what is written anew', async () => {
    const { book } = setup();
    const { id } = await book.set({ type: 'preference', text: 'Prefers: tabs' });
    await book.set({ id, state: 'off' });
    expect(await book.set({ type: 'preference', text: 'prefers: tabs' })).toMatchObject({
      id,
      state: 'on',
      count: 2,
    });
  });

  it('is refused where it makes no sense', async () => {
    const { book } = setup();
    const { id } = await book.set({ type: 'goal', text: 'x' });
    await expect(book.set({ id: 'nothing', state: 'on' })).rejects.toMatchObject({ code: 'learned.unknown' });
    await expect(book.set({ type: 'goal' })).rejects.toMatchObject({ code: 'rpc.invalid' });
    await expect(book.set({ type: 'goal', text: ' \n ' })).rejects.toMatchObject({ code: 'rpc.invalid' });
    await expect(book.set({ id })).rejects.toMatchObject({ code: 'rpc.invalid' });
    await expect(book.set({ id, type: 'history', text: 'y' })).rejects.toMatchObject({ code: 'rpc.invalid' });
    await expect(book.setFacet('nonsense', true)).rejects.toMatchObject({ code: 'learned.unknown' });
  });
});

describe('memories that disagree', () => {
  it.each([
    ['Prefers: tabs', 'Prefers: spaces'],
    ['Prefers: Flask', 'Avoids: Flask'],
    ['Avoids: Docker', 'Prefers: Docker'],
    ['I prefer npm', 'Prefers: pnpm'],
  ])('%s is replaced by a newer %s, and both are kept', async (older, newer) => {
    const { book, say } = setup();
    const before = await say('preference', older);
    const after = await say('preference', newer);
    const all = await book.list({ limit: 10 });
    expect(all.map(({ id, replacedBy }) => [id, replacedBy])).toEqual([
      [after, undefined],
      [before, after],
    ]);
    expect(book.relevant('code', LIMITS).map(({ id }) => id)).toEqual([after]);
    // Said again, or switched on by the user, the older one is the newer one.
    await book.set({ id: before, state: 'on' });
    expect(book.relevant('code', LIMITS).map(({ id }) => id)).toEqual([before]);
    await book.set({ id: before, state: 'off' });
    expect(book.relevant('code', LIMITS).map(({ id }) => id)).toEqual([after]);
  });

  it('takes back only the names that were taken back', async () => {
    const { book, say } = setup();
    const both = await say('preference', 'Prefers: Python, Flask');
    await say('preference', 'Avoids: Flask');
    expect(book.get(both)).toMatchObject({ text: 'Prefers: Python, Flask' });
    expect(book.get(both)?.replacedBy).toBeUndefined();
    expect(book.relevant('python', LIMITS).find(({ id }) => id === both)?.text).toBe('Prefers: Python');
  });

  it('takes back what something else is preferred to', async () => {
    const { book, say } = setup();
    const older = await say('preference', 'Prefers: Flask');
    const newer = await say('preference', 'Prefers: FastAPI over Flask');
    expect(book.get(older)?.replacedBy).toBe(newer);
    await book.set({ id: older, state: 'on' });
    expect(book.get(older)?.replacedBy).toBeUndefined();
    expect(book.relevant('flask', LIMITS).map(({ text }) => text)).toEqual([
      'Prefers: Flask',
      'Prefers: FastAPI',
    ]);
  });

  it('ends a goal, but not a preference of the same words', async () => {
    const { book, say } = setup();
    const goal = await say('goal', 'build a REST API');
    const preference = await say('preference', 'build a REST API');
    const end = await say('goal', 'No longer: build a REST API');
    expect(book.get(goal)?.replacedBy).toBe(end);
    expect(book.get(preference)?.replacedBy).toBeUndefined();
  });
});

describe('what goes along with a request', () => {
  it('is what shares words with it, pinned ones first', async () => {
    const { book, say } = setup();
    const api = await say('goal', 'build a REST API');
    const game = await say('goal', 'write a chess game for the browser');
    const pinned = await say('goal', 'learn Rust');
    await book.set({ id: pinned, state: 'pin' });
    const prompt =
      'Please add a health check route to the REST API that the service has, with status code 200';
    expect(book.relevant(prompt, LIMITS).map(({ id }) => id)).toEqual([pinned, api]);
    expect(
      book
        .relevant('chess', LIMITS)
        .map(({ id }) => id)
        .slice(0, 2),
    ).toEqual([pinned, game]);
  });

  it('is also the newest where the request says little', async () => {
    const { book, say } = setup();
    await say('goal', 'build a REST API');
    await say('preference', 'Prefers: Docker');
    await say('history', 'User requested: deploy api | Selected: With Docker?');
    expect(book.relevant('auth', LIMITS)).toHaveLength(3);
    expect(book.relevant('auth', { goals: 0, preferences: 1, history: 0 }).map(({ text }) => text)).toEqual([
      'Prefers: Docker',
    ]);
  });

  it('keeps to its numbers, but leaves out nothing that is pinned', async () => {
    const { book, say } = setup();
    const ids = [];
    for (let n = 0; n < 6; n += 1) ids.push(await say('goal', `goal number ${n} of the api`));
    expect(book.relevant('api', LIMITS)).toHaveLength(3);
    for (const id of ids.slice(0, 5)) await book.set({ id, state: 'pin' });
    expect(book.relevant('api', LIMITS)).toHaveLength(5);
  });

  it('says where it was used last', async () => {
    const { memory, book, say } = setup();
    const id = await say('goal', 'build a REST API');
    for (const n of [1, 2]) {
      await memory.append<'request'>({
        ...{
          kind: 'request',
          thread: ulid(9),
          request: ulid(n),
          prompt: 'p',
          context: [],
          category: 'other',
        },
        ...{ model: 'm', appVersion: 't', used: { rules: [], memories: [id], blocks: [], examples: [] } },
      });
    }
    expect((await book.list({ limit: 1 }))[0]?.lastUsed?.request).toBe(ulid(2));
  });
});
