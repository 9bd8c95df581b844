import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import { memoryDouble } from '../../helpers/memoryDouble.ts';
import { learnedAnew, liking, openBook, teach, WITH, WITHOUT } from '../../helpers/openBook.ts';
import { answerText, type Told, tasteMemory } from '../../helpers/tasteMemory.ts';

describe('createPreferenceBook', () => {
  it('ranks by public taste until it has looked, then by the decisions', async () => {
    const memory = memoryDouble();
    await teach(memory);
    const { book } = openBook(memory);
    const before = liking(book);
    expect(book.rank([WITH, WITHOUT])).toHaveLength(2);
    expect(book.evidence()).toMatchObject({ e: 1, useful: false, n: 0 });
    await book.settled();
    expect(liking(book)).toBeGreaterThan(before + 0.1);
    expect(book.evidence().n).toBe(12);
  });

  it('takes in a new decision, and forgets what an undone one taught', async () => {
    const memory = memoryDouble();
    const { decide } = await teach(memory, 6);
    const { book } = openBook(memory);
    await book.settled();
    const before = liking(book);
    const { decision } = await decide(answerText(true, 50), 'denied', { reasons: ['missing_docs'] });
    await book.settled();
    const after = liking(book);
    expect(book.learned().at(-1)?.id).toBe(decision);
    expect(after).not.toBeCloseTo(before, 4);
    await memory.append<'undo'>({ kind: 'undo', decision });
    await book.settled();
    expect(book.learned().map(({ id }) => id)).not.toContain(decision);
    expect(liking(book)).toBe(before);
  });

  it('learns a reason that is given later, by a tag and by a note', async () => {
    const memory = memoryDouble();
    const { told } = await teach(memory, 2);
    const { book } = openBook(memory);
    await book.settled();
    const steps = [liking(book)];
    for (const more of [
      { reasons: ['missing_docs'] },
      { reasons: [], note: 'needs type hints' },
      { reasons: [], note: 'needs tests' },
    ]) {
      await memory.append<'reason'>({ kind: 'reason', decision: told[1]?.decision ?? '', ...more });
      await book.settled();
      steps.push(liking(book));
    }
    expect(steps[1]).toBeGreaterThan((steps[0] ?? 1) + 0.02);
    expect(book.model().state().counts.reasons).toBe(4);
    expect(await learnedAnew(memory)).toBe(steps[3]);
  });

  it('holds an edit above what it corrects, more than an approval would', async () => {
    const [edited, approved] = [memoryDouble(), memoryDouble()];
    await tasteMemory(edited).decide(answerText(false), 'edited', { editedText: answerText(true) });
    await tasteMemory(approved).decide(answerText(true), 'approved');
    const [a, b] = [openBook(edited).book, openBook(approved).book];
    await Promise.all([a.settled(), b.settled()]);
    expect(a.model().state().counts).toMatchObject({ votes: 1, comparisons: 1 });
    expect(liking(a)).toBeGreaterThan(liking(b));
    // Nobody could have foretold it.
    expect(a.forecasts()).toEqual([]);
    expect(b.forecasts()).toHaveLength(1);
  });

  it('compares answers of one request of which one was approved and one denied, with the reasons', async () => {
    const memory = memoryDouble();
    const { decide } = tasteMemory(memory);
    const { request } = await decide(answerText(false), 'denied', { reasons: ['missing_docs'] });
    await decide(answerText(true), 'approved', { request });
    const { book } = openBook(memory);
    await book.settled();
    expect(book.model().state().counts).toMatchObject({ votes: 1, comparisons: 1, reasons: 2 });
  });

  it('takes feedback for a weaker vote, only where nothing is decided, and a correction for a comparison', async () => {
    const memory = memoryDouble();
    const { answer, decide } = tasteMemory(memory);
    const common = { kind: 'feedback', text: '', feedbackType: 'tags' } as const;
    const { request } = await answer(answerText(false));
    await memory.append<'feedback'>({ ...common, request, tags: ['bad'] });
    const { book } = openBook(memory);
    await book.settled();
    const fed = liking(book);
    expect(book.model().state().counts).toMatchObject({ votes: 1, comparisons: 0 });
    expect(book.forecasts()).toEqual([]);
    await memory.append<'feedback'>({ ...common, request, tags: [], corrections: answerText(true) });
    await book.settled();
    expect(book.model().state().counts).toMatchObject({ votes: 1, comparisons: 1 });
    expect(liking(book)).toBeGreaterThan(fed);
    await decide(answerText(false), 'denied', { request });
    await book.settled();
    expect(book.forecasts()).toHaveLength(1);
  });

  it('takes an approval for less where the text was gone after an hour', async () => {
    const memory = memoryDouble();
    const { decide } = tasteMemory(memory);
    const { candidate } = await decide(answerText(true), 'approved');
    const { book } = openBook(memory);
    await book.settled();
    const [kept] = [liking(book)];
    const target = { uriHash: 'f', range: [1, 4] as [number, number] };
    await memory.append<'applied'>({ kind: 'applied', candidate, how: 'insert', target });
    const survival = { kind: 'survival', candidate, afterMinutes: 60 } as const;
    await memory.append<'survival'>({ ...survival, afterMinutes: 10, ratio: 0.1 });
    await book.settled();
    expect(liking(book)).toBe(kept);
    await memory.append<'survival'>({ ...survival, ratio: 0.2 });
    await book.settled();
    expect(liking(book)).toBeLessThan(kept);
    // Also where it was measured before the program began.
    expect(await learnedAnew(memory)).toBe(liking(book));
  });

  it('does not count what was said after the decision, when it was known', async () => {
    const memory = memoryDouble();
    const { request, candidate } = await tasteMemory(memory).decide(answerText(true), 'approved', { p: 0.5 });
    await memory.append<'shown'>({
      ...{ kind: 'shown', request, order: [candidate], opened: candidate, propensity: 1, hidden: [] },
      scores: { [candidate]: { p: 0.99, why: [] } },
    });
    const { book } = openBook(memory);
    await book.settled();
    expect(book.forecasts()).toHaveLength(1);
    expect(book.forecasts()[0]?.p).not.toBe(0.99);
  });

  it('counts what was said before the decision as evidence, not what hindsight would have said', async () => {
    const [said, unsaid] = [memoryDouble(), memoryDouble()];
    for (let i = 0; i < 8; i += 1) {
      const verdict = i % 2 === 0 ? 'approved' : 'denied';
      await tasteMemory(said).decide(answerText(true, i), verdict, { p: i % 2 === 0 ? 0.9 : 0.1 });
      await tasteMemory(unsaid).decide(answerText(true, i), verdict);
    }
    const [a, b] = [openBook(said).book, openBook(unsaid).book];
    await Promise.all([a.settled(), b.settled()]);
    expect(a.forecasts().map(({ p }) => p)).toEqual([0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1]);
    expect(a.evidence()).toMatchObject({ useful: true });
    expect(b.evidence()).toMatchObject({ useful: false });
  });
});

/** One thing that a user does next, by the place of the decision that it is about. */
type Next =
  | { readonly does: 'decide'; readonly verdict: 'approved' | 'denied' | 'edited' }
  | { readonly does: 'undo' | 'reason' | 'forget' | 'feedback' | 'again'; readonly about: number };

async function act(memory: Memory, next: Next, told: Told[], taste: ReturnType<typeof tasteMemory>) {
  if (next.does === 'decide') {
    const editedText = next.verdict === 'edited' ? answerText(true, 80) : undefined;
    const text = answerText(told.length % 3 === 0, told.length);
    told.push(await taste.decide(text, next.verdict, { ...(editedText !== undefined && { editedText }) }));
    return;
  }
  const about = told[next.about % Math.max(1, told.length)];
  if (!about) return;
  const { request, candidate, decision } = about;
  if (next.does === 'undo') await memory.append<'undo'>({ kind: 'undo', decision });
  if (next.does === 'reason')
    await memory.append<'reason'>({ kind: 'reason', decision, reasons: ['missing_docs'] });
  if (next.does === 'feedback')
    await memory.append<'feedback'>({
      ...{ kind: 'feedback', request, text: 'shorter', tags: ['bad'], feedbackType: 'tags' },
    });
  if (next.does === 'again') told.push(await taste.decide(answerText(true, 60), 'approved', { request }));
  if (next.does === 'forget')
    await memory.append<'forget'>({
      ...{ kind: 'forget', requests: [request], candidates: [candidate], decisions: [decision] },
      ...{ events: [], versions: [], why: 'asked' },
    });
}

const nexts: fc.Arbitrary<Next> = fc.oneof(
  fc.record({
    does: fc.constant('decide'),
    verdict: fc.constantFrom('approved', 'denied', 'edited'),
  } as const),
  fc.record({
    does: fc.constantFrom('undo', 'reason', 'forget', 'feedback', 'again'),
    about: fc.nat(9),
  } as const),
);

it('knows after any history what learning everything anew gives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(nexts, fc.boolean()), { maxLength: 12 }), async (history) => {
      const memory = memoryDouble();
      const taste = tasteMemory(memory);
      const told: Told[] = [];
      const { book } = openBook(memory);
      for (const [next, looks] of history) {
        await act(memory, next, told, taste);
        if (looks) await book.settled();
      }
      await book.settled();
      const fresh = openBook(memory).book;
      await fresh.settled();
      expect(book.learned()).toEqual(fresh.learned());
      expect(liking(book)).toBe(liking(fresh));
      expect(book.evidence()).toEqual(fresh.evidence());
    }),
    { numRuns: 40 },
  );
});

describe('learning in the background', () => {
  it('leaves other work its turn while it learns anew', async () => {
    const memory = memoryDouble();
    await teach(memory, 60);
    const { book } = openBook(memory);
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await book.settled();
    isDone = true;
    expect(turns).toBeGreaterThan(5);
  });

  it('begins by itself after what is on disk is known, and says what went wrong', async () => {
    const memory = memoryDouble();
    await teach(memory, 4);
    const { book, logged, fire } = openBook({
      ...memory,
      read: () => Promise.reject(new Error('The disk is gone.')),
    });
    await memory.ready;
    fire();
    await book.settled();
    expect(logged.at(-1)).toBe('Preferences were not learned: The disk is gone.');
    expect(book.evidence().n).toBe(0);
  });
});
