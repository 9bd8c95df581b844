import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import { expect, it } from 'vitest';
import { createLearner } from '../../../sidecar/learn/memories/learner.ts';
import { createLearningLog } from '../../../sidecar/learn/memories/learningLog.ts';
import { createMemoryBook, type MemoryBook } from '../../../sidecar/learn/memories/memoryBook.ts';
import { DEFAULT_SETTINGS } from '../../../sidecar/protocol/settingsSchemas.ts';
import { type Store, stageForEach } from './exchangeStage.ts';

const ids = monotonicFactory();
let store: Store;
stageForEach((_, data) => {
  store = data;
});

interface Learned {
  readonly book: MemoryBook;
  /** Decides on a request, and has it learned from. */
  learn(prompt: string): Promise<{ readonly request: string; readonly decision: string }>;
}

function learning({ memory, decide }: Store): Learned {
  const parts = { memory, clock: Date.now, onFailure: (message: string) => expect.unreachable(message) };
  const book = createMemoryBook(parts);
  const log = createLearningLog({ ...parts, folder: memory.folder('logs') });
  const learner = createLearner({ ...parts, book, log, settings: () => DEFAULT_SETTINGS });
  return {
    book,
    learn: async (prompt) => {
      const decision = await decide(prompt, 'approved');
      await learner.settle();
      return { decision, request: memory.index.decision(decision)?.request ?? '' };
    },
  };
}

/** Files of the folder in which a text stands, in capitals or not. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  const holds = await Promise.all(
    files.map(async (file) => (await readFile(file, 'utf8')).toLowerCase().includes(text.toLowerCase())),
  );
  return files.filter((_, at) => holds[at]);
}

it('a forgotten request takes what was learned from it, what was said of that, and what noted it', async () => {
  const { memory, folder } = store;
  const { book, learn } = learning(store);
  const { request } = await learn('I want to build a walrus counter using Zustand');
  const kept = await learn('I want to build a badger counter');
  const goal = (await book.list({ type: 'goal', limit: 10 })).find(({ text }) => text.includes('walrus'));
  await book.set({ id: goal?.id, text: 'build a walrus counter for the walrus office' });
  await memory.append<'hypotheses'>({
    ...{ kind: 'hypotheses', request: ids(), prompt: 'deploy' },
    context: { recent_goals: ['build a walrus counter for the walrus office'], preferences: [] },
    hypotheses: [{ id: 'h1', question: 'Do you want to deploy it?', confidence: 0.5 }],
  });
  expect((await filesWith(folder, 'walrus')).length).toBeGreaterThan(0);
  expect((await filesWith(folder, request)).some((file) => file.endsWith('learning.jsonl'))).toBe(true);

  await memory.forget({ ids: [request] }, 'asked');

  expect((await book.list({ limit: 10 })).map(({ text }) => text)).toEqual(['build a badger counter']);
  expect(book.relevant('walrus', { goals: 5, preferences: 5, history: 5 }).map(({ text }) => text)).toEqual([
    'build a badger counter',
  ]);
  expect(await filesWith(folder, 'walrus')).toEqual([]);
  expect(await filesWith(folder, 'Zustand')).toEqual([]);
  const log = await readFile(join(folder, 'logs', 'learning.jsonl'), 'utf8');
  expect(log).not.toContain(request);
  expect(log).toContain(kept.request);
});

it('a forgotten memory is gone for real, with what the user wrote on it; its request stays', async () => {
  const { memory, folder } = store;
  const { book } = learning(store);
  const { id } = await book.set({ type: 'preference', text: 'Prefers: walrus style' });
  const edited = await book.set({ id, text: 'Prefers: walrus style in everything', state: 'pin' });
  const other = await book.set({ type: 'goal', text: 'count badgers' });
  await memory.forget({ ids: edited.events }, 'asked');
  expect(await book.list({ limit: 10 })).toMatchObject([{ id: other.id }]);
  expect(await filesWith(folder, 'walrus')).toEqual([]);
  // Said anew it is a new one, without what was set on the old one.
  expect(await book.set({ type: 'preference', text: 'Prefers: walrus style' })).toMatchObject({
    state: 'on',
    count: 1,
    text: 'Prefers: walrus style',
  });
});

it('what is said by another request as well stays, with that one alone', async () => {
  const { memory } = store;
  const { book, learn } = learning(store);
  const first = await learn('I want to build a walrus counter');
  const second = await learn('Please, I want to build a walrus counter');
  expect((await book.list({ limit: 10 }))[0]).toMatchObject({ count: 2 });
  await memory.forget({ ids: [first.request] }, 'asked');
  const [left] = await book.list({ limit: 10 });
  expect(left).toMatchObject({ count: 1, evidence: [second.decision, second.request] });
});
