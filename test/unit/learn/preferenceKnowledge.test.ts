import { describe, expect, it } from 'vitest';
import { createPreferenceBook } from '../../../sidecar/learn/preferenceBook.ts';
import { preferenceKnowledge } from '../../../sidecar/learn/preferenceKnowledge.ts';
import { memoryDouble } from '../../helpers/memoryDouble.ts';
import { answerText, tasteMemory } from '../../helpers/tasteMemory.ts';

async function setUp(decisions: number) {
  const memory = memoryDouble();
  const { decide } = tasteMemory(memory);
  const told = [];
  for (let i = 0; i < decisions; i += 1)
    told.push(await decide(answerText(i % 2 === 0, i), i % 2 === 0 ? 'approved' : 'denied'));
  const book = createPreferenceBook({
    ...{ memory, polarityOf: () => 'none', log: () => undefined },
    after: () => () => undefined,
  });
  await book.settled();
  return { memory, decide, book, told };
}
const docstring = async (book: Parameters<typeof preferenceKnowledge>[0]) =>
  (await preferenceKnowledge(book)).features.find(({ feature }) => feature === 'docstring');

describe('preferenceKnowledge', () => {
  it('tells each weight with how sure it is, and the decisions that moved it', async () => {
    const { book, told } = await setUp(2);
    const few = await docstring(book);
    const more = await setUp(30);
    const many = await docstring(more.book);
    expect(many).toMatchObject({ label: 'docstrings', named: [] });
    expect(many?.weight).toBeGreaterThan((few?.weight ?? 9) + 0.1);
    expect(many?.sd).toBeGreaterThan(0);
    expect(few?.moved).toEqual([told[0]?.decision]);
    // Approved ones with a docstring, and denied ones without.
    const approved = more.told.filter((_, i) => i % 2 === 0).map(({ decision }) => decision);
    expect(many?.moved).toHaveLength(5);
    for (const id of many?.moved ?? []) expect(approved).toContain(id);
  });

  it('names the decisions whose reasons name a feature', async () => {
    const { book, decide } = await setUp(6);
    const { decision } = await decide(answerText(false, 40), 'denied', { note: 'needs docstrings' });
    await book.settled();
    expect(await docstring(book)).toMatchObject({ named: [decision] });
  });

  it('puts what it is sure of first, and tells shares, evidence and losses', async () => {
    const { book } = await setUp(30);
    const { features, shares, evidence, losses } = await preferenceKnowledge(book);
    const sure = features.map(({ weight, sd }) => Math.abs(weight) / sd);
    expect(sure).toEqual([...sure].sort((a, b) => b - a));
    expect(features).toHaveLength(65);
    expect(Object.values(shares).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
    expect(evidence).toMatchObject({ n: 30, useful: true });
    expect(losses?.n).toBe(30);
    expect(losses?.ours).toBeLessThan(losses?.runningRate ?? 0);
  });

  it('says nothing of losses before there are predictions', async () => {
    const { book } = await setUp(0);
    expect((await preferenceKnowledge(book)).losses).toBeUndefined();
  });
});
