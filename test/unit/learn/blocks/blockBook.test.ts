import { describe, expect, it } from 'vitest';
import { createBlockBook } from '../../../../sidecar/learn/blocks/blockBook.ts';
import type { Memory } from '../../../../sidecar/memory/memory.ts';
import { type MemoryDouble, memoryDouble } from '../../../helpers/memoryDouble.ts';
import { ulid } from '../../memory/memoryEvents.ts';

const CODE = "```js\nimport _ from 'lodash';\n```";
const kinds = (memory: MemoryDouble): string[] => memory.events.map((each) => each.kind);
const forget = (memory: Memory, events: readonly string[]) =>
  memory.append<'forget'>({
    kind: 'forget',
    ...{ requests: [], candidates: [], decisions: [], versions: [], why: 'asked' },
    events: [...events],
  });

describe('createBlockBook', () => {
  it('writes a block once, however it is spaced, and switches it from then on', async () => {
    const memory = memoryDouble();
    const book = createBlockBook({ memory });
    const first = await book.set({ phrase: ' lodash ', on: true });
    expect(await book.set({ phrase: 'lodash', on: true })).toEqual(first);
    expect(first).toMatchObject({ phrase: 'lodash', on: true });
    expect(first.id).not.toContain('lodash');
    expect(kinds(memory)).toEqual(['block']);
    expect(book.blockedIn(CODE).map((each) => each.text)).toEqual(['lodash']);
    expect(await book.set({ phrase: 'Lodash', on: false })).toMatchObject({ id: first.id, on: false });
    expect(book.active()).toEqual([]);
    expect(book.blockedIn(CODE)).toEqual([]);
    await book.set({ phrase: 'lodash', on: true });
    expect(book.blockedIn(CODE)).toHaveLength(1);
    expect(kinds(memory)).toEqual(['block', 'state', 'state']);
  });

  it('takes no phrase without a word from a line of another program: it would be found in every answer', async () => {
    const memory = memoryDouble();
    const book = createBlockBook({ memory });
    for (const [at, text] of [' ', '\u200b', ';'].entries())
      await memory.append<'block'>({
        kind: 'block',
        block: `block-${at}`,
        text,
        scope: 'always',
        evidence: [],
      });
    await book.set({ phrase: 'lodash', on: true });
    expect((await book.list()).map(({ phrase }) => phrase)).toEqual(['lodash']);
    expect(book.blockedIn('Plain words; nothing else.')).toEqual([]);
  });

  it('lists newest first, with the requests it came from and went into', async () => {
    const memory = memoryDouble();
    const [request, candidate] = [ulid(1), ulid(2)];
    const book = createBlockBook({ memory });
    const common = {
      ...{ thread: ulid(9), category: 'other' as const, model: 'm' },
      ...{ context: [], appVersion: '1' },
    };
    await memory.append<'request'>({ kind: 'request', request, prompt: 'x', ...common });
    await memory.append<'candidate'>(
      {
        kind: 'candidate',
        ...{ request, candidate, text: CODE, sha256: 'a'.repeat(64), model: 'm', options: {} },
        ...{ stopped: 'complete', engine: 'ollama' },
      },
      candidate,
    );
    const { id } = await book.set({ phrase: 'lodash', on: true, candidate });
    await book.set({ phrase: 'as any', on: true });
    const used = { rules: [], memories: [], examples: [], blocks: [id] };
    await memory.append<'request'>({ kind: 'request', request: ulid(3), prompt: 'y', ...common, used });
    expect(await book.list()).toMatchObject([
      { phrase: 'as any', evidence: [] },
      { phrase: 'lodash', evidence: [request], lastUsed: { request: ulid(3) } },
    ]);
  });

  it('knows no more of what was forgotten, and takes it anew', async () => {
    const memory = memoryDouble();
    const book = createBlockBook({ memory });
    const block = await book.set({ phrase: 'lodash', on: true });
    await book.set({ phrase: 'lodash', on: false });
    const [known] = await book.list();
    expect(known?.events).toHaveLength(2);
    await forget(memory, block.events);
    expect(await book.list()).toEqual([]);
    expect(await book.set({ phrase: 'lodash', on: true })).toMatchObject({ id: block.id, on: true });
  });

  it('refuses to lift what is not blocked, and what has no word in it', async () => {
    const book = createBlockBook({ memory: memoryDouble() });
    await expect(book.set({ phrase: 'lodash', on: false })).rejects.toMatchObject({ code: 'block.unknown' });
    await expect(book.set({ phrase: '...', on: true })).rejects.toMatchObject({ code: 'rpc.invalid' });
  });
});
