import { describe, expect, it } from 'vitest';
import { CLEAR_FROM, clearTastes } from '../../../sidecar/learn/clearTastes.ts';
import { createPreferenceBook, type PreferenceBook } from '../../../sidecar/learn/preferenceBook.ts';
import { preferenceKnowledge } from '../../../sidecar/learn/preferenceKnowledge.ts';
import { memoryDouble } from '../../helpers/memoryDouble.ts';
import { tasteMemory } from '../../helpers/tasteMemory.ts';

const PARTS = ['    # adds', '    print(a)', '    for x in a: b += x', '    if not a: raise ValueError("a")'];

/** An answer with or without a docstring; what else is in it has nothing to do with that. */
function answerText(hasDocstring: boolean, n: number): string {
  const doc = hasDocstring ? ['    """Adds things up."""'] : [];
  const parts = PARTS.filter((_, at) => Math.floor(n / 2 ** (at + 1)) % 2 === 0);
  const code = [`def add_${n}(a, b):`, ...doc, ...parts, '    return a + b'].join('\n');
  return `${n % 6 < 3 ? 'Here is what you asked for.' : ''}\n\`\`\`python\n${code}\n\`\`\`\n`;
}

/** What is clear after so many decisions on answers with and without a docstring. */
async function clearAfter(decisions: number, approves: (hasDocstring: boolean, i: number) => boolean) {
  const memory = memoryDouble();
  const { decide } = tasteMemory(memory);
  const told = new Map<string, boolean>();
  for (let i = 0; i < decisions; i += 1) {
    const has = i % 2 === 0;
    const { decision } = await decide(answerText(has, i), approves(has, i) ? 'approved' : 'denied');
    told.set(decision, has);
  }
  const book: PreferenceBook = createPreferenceBook({
    ...{ memory, polarityOf: () => 'none', log: () => undefined },
    after: () => () => undefined,
  });
  await book.settled();
  const { features, evidence } = await preferenceKnowledge(book);
  return { tastes: clearTastes(book.model(), features, evidence.n), told };
}

describe('what is clear', () => {
  it('is what every decision says, with those that say it most', async () => {
    const { tastes, told } = await clearAfter(80, (has) => has);
    const taste = tastes.find(({ feature }) => feature === 'docstring');
    expect(taste).toMatchObject({ label: 'docstrings', wanted: 'more' });
    expect(taste?.sureness).toBeGreaterThan(0.97);
    expect(taste?.moved.length).toBeGreaterThan(0);
    for (const id of taste?.moved ?? []) expect(told.get(id)).toBe(true);
  });

  it('is the other direction where the decisions are the other way round', async () => {
    const { tastes } = await clearAfter(80, (has) => !has);
    expect(tastes.find(({ feature }) => feature === 'docstring')).toMatchObject({ wanted: 'less' });
  });

  it('is nothing where verdicts have nothing to do with the answers', async () => {
    // The bits of a hash, which go with nothing in the answers.
    const { tastes } = await clearAfter(120, (_, i) => ((Math.imul(i + 1, 0x9e3779b1) >>> 13) & 1) === 1);
    expect(tastes).toEqual([]);
  });

  it('is nothing below the least number of decisions', async () => {
    expect((await clearAfter(CLEAR_FROM - 1, (has) => has)).tastes).toEqual([]);
  });
});
