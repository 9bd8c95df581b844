import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPreferenceBook, type PreferenceBook } from '../../../sidecar/learn/preferenceBook.ts';
import { createFsPort } from '../../../sidecar/memory/disk/fsPort.ts';
import type { ImportService } from '../../../sidecar/memory/import/createImportService.ts';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import { METHODS } from '../../../sidecar/protocol/methods.ts';
import { createPreferenceImport } from '../../../sidecar/train/preferenceImport.ts';
import { startMemory } from '../../helpers/startMemory.ts';
import { answerText, tasteMemory } from '../../helpers/tasteMemory.ts';

const never = new AbortController().signal;
let base: string;
let open: { readonly memory: Memory; readonly book: PreferenceBook }[];
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'wi-'));
  open = [];
});
afterEach(async () => {
  await closeAll();
  await rm(base, { recursive: true, force: true });
});
async function closeAll(): Promise<void> {
  for (const { book, memory } of open.splice(0)) {
    await book.dispose();
    await memory.dispose();
  }
}

async function start(name: string) {
  const memory = await startMemory(join(base, name));
  const book = createPreferenceBook({
    ...{ memory, polarityOf: () => 'none' as const, log: () => undefined },
    after: () => () => undefined,
  });
  open.push({ memory, book });
  const others: string[] = [];
  const rest: ImportService = {
    run: async ({ path }) => {
      others.push(path);
      throw new Error('Another one takes this.');
    },
  };
  const imports = createPreferenceImport({ imports: rest, preferences: book, fs: createFsPort() });
  await book.settled();
  return {
    memory,
    book,
    others,
    take: (path: string, preview = false) => imports.run({ path, preview }, never),
  };
}

/** The file of somebody who likes docstrings. */
async function modelFile(): Promise<string> {
  const { memory, book } = await start('theirs');
  const { decide } = tasteMemory(memory);
  for (let i = 0; i < 40; i += 1)
    await decide(answerText(i % 2 === 0, i), i % 2 === 0 ? 'approved' : 'denied');
  await book.settled();
  await closeAll();
  return join(base, 'theirs', 'preference_model.json');
}

/** The weight of docstrings that the first decision meets. */
const weight = (book: PreferenceBook): number => book.prior().answer.weights.docstring;

describe('importing preference_model.json', () => {
  it('makes its taste what this user begins with, also at the next start', async () => {
    const file = await modelFile();
    const mine = await start('mine');
    const before = weight(mine.book);
    const preview = await mine.take(file, true);
    expect(METHODS['import.run'].result.parse(preview)).toMatchObject({
      format: 'preferenceModel',
      files: ['preference_prior.json'],
    });
    expect(weight(mine.book)).toBe(before);
    await mine.take(file);
    expect(weight(mine.book)).toBeGreaterThan(before + 0.2);
    expect(mine.book.evidence()).toMatchObject({ n: 0, useful: false });
    expect((await mine.take(file)).files).toEqual([]);
    const learned = JSON.stringify(mine.book.prior());
    await closeAll();
    const again = await start('mine');
    expect(JSON.stringify(again.book.prior())).toBe(learned);
    expect(again.others).toEqual([]);
  });

  it('keeps what the own decisions taught, and is undone by a reset', async () => {
    const file = await modelFile();
    const { memory, book, take } = await start('mine');
    await tasteMemory(memory).decide(answerText(true), 'denied');
    const before = weight(book);
    await take(file);
    expect(book.evidence().n).toBe(1);
    const written: unknown = JSON.parse(await readFile(join(base, 'mine', 'preference_model.json'), 'utf8'));
    expect(written).toMatchObject({ provenance: { votes: 1, prior: { script: 'whetstone import' } } });
    await memory.reset();
    expect(await readdir(join(base, 'mine'))).not.toContain('preference_prior.json');
    await book.settled();
    expect(weight(book)).toBe(before);
  });

  it('refuses a damaged one and one of another version, and says what to do', async () => {
    const file = await modelFile();
    const { take } = await start('mine');
    const text = await readFile(file, 'utf8');
    for (const [content, why] of [
      [text.slice(0, 3_000), 'It is damaged'],
      [text.replace('"v": 1', '"v": 9'), 'It is of version 9, this program reads version 1'],
      [text.replace('"name": "own30"', '"name": "old30"'), 'The model file has no expert own30.'],
    ] as const) {
      await writeFile(join(base, 'bad.json'), content);
      await expect(take(join(base, 'bad.json'))).rejects.toMatchObject({
        ...{ code: 'import.unreadable', why },
        next: expect.stringContaining('Take the decisions instead'),
      });
    }
    expect(await readdir(join(base, 'mine'))).not.toContain('preference_prior.json');
  });

  it.each(['other.json', 'no such file', '.'])('leaves %s to who takes in everything else', async (name) => {
    const { take, others } = await start('mine');
    await writeFile(join(base, 'other.json'), '{"kind": "preferences"}');
    await expect(take(join(base, name))).rejects.toThrow('Another one takes this.');
    expect(others).toEqual([join(base, name)]);
  });
});
