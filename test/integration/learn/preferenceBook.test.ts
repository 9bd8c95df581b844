import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPreferenceBook, type PreferenceBook } from '../../../sidecar/learn/preferenceBook.ts';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import { startMemory } from '../../helpers/startMemory.ts';
import { answerText, tasteMemory } from '../../helpers/tasteMemory.ts';

const ids = monotonicFactory();
let folder: string;
let open: (() => Promise<void>)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-'));
  open = [];
});
afterEach(async () => {
  for (const close of open.reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<{
  memory: Memory;
  book: PreferenceBook;
  logged: string[];
  fire: () => void;
}> {
  const memory = await startMemory(folder, { clock: Date.now, ids: () => ids() });
  const logged: string[] = [];
  const due = new Set<() => void>();
  const book = createPreferenceBook({
    memory,
    polarityOf: () => 'none',
    log: (message) => logged.push(message),
    after: (_, work) => {
      due.add(work);
      return () => due.delete(work);
    },
  });
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await book.dispose();
    await memory.dispose();
  };
  open.push(close);
  const fire = (): void => {
    for (const work of [...due]) {
      due.delete(work);
      work();
    }
  };
  return { memory, book, logged, fire };
}

const FILE = 'preference_model.json';
const file = (): Promise<string> => readFile(join(folder, FILE), 'utf8');
const closeAll = async (): Promise<void> => {
  for (const close of open.splice(0).reverse()) await close();
};

async function teach(memory: Memory, n: number) {
  const { decide, ...rest } = tasteMemory(memory);
  for (let i = 0; i < n; i += 1)
    await decide(answerText(i % 2 === 0, i), i % 2 === 0 ? 'approved' : 'denied');
  return { decide, ...rest };
}

describe('the preference model over a real data folder', () => {
  it('is learned once: the next start goes on from the file, catches up, and predicts the same', async () => {
    const first = await start();
    await teach(first.memory, 30);
    await first.book.settled();
    await closeAll();
    const written = await file();
    const second = await start();
    await second.book.settled();
    expect(second.book.evidence().n).toBe(30);
    await teach(second.memory, 1);
    await second.book.settled();
    expect(second.book.evidence().n).toBe(31);
    await closeAll();
    expect(await file()).not.toBe(written);
    expect(second.logged).toEqual([]);
  });

  it('is deleted for real with what is forgotten, and made again without it', async () => {
    const { memory, book, fire } = await start();
    const { decide } = await teach(memory, 8);
    const { request, decision } = await decide('The zebrafish lattice resonates.', 'denied');
    await book.settled();
    fire();
    await book.settled();
    expect(await file()).toMatch(/zebrafish/);
    await memory.forget({ ids: [request] }, 'asked');
    for (const name of await readdir(folder)) {
      if (!name.endsWith('.json')) continue;
      expect(await readFile(join(folder, name), 'utf8')).not.toMatch(new RegExp(`zebrafish|${decision}`));
    }
    await book.settled();
    expect(book.evidence().n).toBe(8);
    expect(
      JSON.stringify(
        book
          .model()
          .state()
          .mixture.experts.map((expert) => expert.store()),
      ),
    ).not.toMatch(/zebrafish/);
    await closeAll();
    expect(JSON.parse(await file())).toMatchObject({ provenance: { votes: 8 } });
    expect(await file()).not.toMatch(new RegExp(`zebrafish|${decision}`));
  });

  it('is forgotten by the other window too, which would have written it again', async () => {
    const [one, other] = [await start(), await start()];
    const { decide } = await teach(one.memory, 4);
    const { request, decision } = await decide('The zebrafish lattice resonates.', 'denied');
    await other.memory.refresh();
    await other.book.settled();
    expect(other.book.learned().map(({ id }) => id)).toContain(decision);
    await one.memory.forget({ ids: [request] }, 'asked');
    await other.memory.refresh();
    await closeAll();
    for (const name of await readdir(folder)) {
      if (!name.endsWith('.json')) continue;
      expect(await readFile(join(folder, name), 'utf8')).not.toMatch(new RegExp(`zebrafish|${decision}`));
    }
  });

  it('begins at nothing after a reset', async () => {
    const { memory, book, fire } = await start();
    await teach(memory, 8);
    await book.settled();
    fire();
    await book.settled();
    const quarantine = await memory.reset();
    expect(await readdir(folder)).not.toContain(FILE);
    expect(await readdir(join(folder, 'quarantine', quarantine))).toContain(FILE);
    await book.settled();
    expect(book.evidence()).toMatchObject({ e: 1, n: 0 });
    await teach(memory, 1);
    await book.settled();
    expect(book.evidence().n).toBe(1);
  });

  it('follows the decisions of another window', async () => {
    const [one, other] = [await start(), await start()];
    await teach(one.memory, 12);
    await one.book.settled();
    await other.memory.refresh();
    await other.book.settled();
    expect(other.book.learned()).toEqual(one.book.learned());
    expect(JSON.stringify(other.book.model().shares())).toBe(JSON.stringify(one.book.model().shares()));
  });

  it('is made anew from a damaged file, with the decisions as they were', async () => {
    const first = await start();
    await teach(first.memory, 6);
    await first.book.settled();
    await closeAll();
    await writeFile(join(folder, FILE), (await file()).slice(0, 900));
    const { book, logged } = await start();
    await book.settled();
    expect(logged).toEqual(['preference_model.json is made anew: it is damaged']);
    expect(book.evidence().n).toBe(6);
  });
});
