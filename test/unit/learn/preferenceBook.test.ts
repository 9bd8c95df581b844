import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Subject, subjectOf } from '../../../sidecar/learn/preference/observation.ts';
import { createPreferenceBook, type PreferenceBook } from '../../../sidecar/learn/preferenceBook.ts';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import { type MemoryDouble, memoryDouble } from '../../helpers/memoryDouble.ts';
import { answerText, type Told, tasteMemory } from '../../helpers/tasteMemory.ts';

const FILE = '/data/preference_model.json';

const subject = (text: string): Subject =>
  subjectOf({
    ...{ prompt: 'Write a function', text, category: 'code_generation', meanLogprob: -0.4 },
    ...{ lastText: undefined, secondsSinceLast: undefined },
  });
const WITH = subject(answerText(true, 99));
const WITHOUT = subject(answerText(false, 99));
/** How much more an answer with a docstring is liked. */
const liking = (book: PreferenceBook): number => book.model().predict(WITH) - book.model().predict(WITHOUT);

function open(memory: Memory) {
  const logged: string[] = [];
  /** Timers fire when a test says so. */
  const due: { ms: number; work: () => void }[] = [];
  const book = createPreferenceBook({
    memory,
    polarityOf: (tags) => (tags.includes('good') ? 'positive' : tags.includes('bad') ? 'negative' : 'none'),
    log: (message) => logged.push(message),
    after: (ms, work) => {
      const entry = { ms, work };
      due.push(entry);
      return () => void due.splice(due.indexOf(entry) >>> 0, 1);
    },
  });
  const fire = (): void => {
    for (const { work } of due.splice(0)) work();
  };
  return { book, logged, due, fire };
}

/** The same memory; ids that are read are noted. */
const noting = (memory: Memory, read: string[]): Memory => ({
  ...memory,
  read: (id) => {
    read.push(id);
    return memory.read(id);
  },
});

/** Approves docstrings, denies what has none. */
async function teach(memory: Memory, n = 12) {
  const { decide, ...rest } = tasteMemory(memory);
  const told = [];
  for (let i = 0; i < n; i += 1)
    told.push(await decide(answerText(i % 2 === 0, i), i % 2 === 0 ? 'approved' : 'denied'));
  return { decide, told, ...rest };
}

/** The predictions of a book that learned the same from scratch. */
async function anew(memory: MemoryDouble): Promise<number> {
  const files = new Map(memory.files);
  memory.files.clear();
  const { book } = open(memory);
  await book.settled();
  for (const [path, text] of files) memory.files.set(path, text);
  return liking(book);
}

describe('createPreferenceBook', () => {
  it('ranks by public taste until it has looked, then by the decisions', async () => {
    const memory = memoryDouble();
    await teach(memory);
    const { book } = open(memory);
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
    const { book } = open(memory);
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
    const { book } = open(memory);
    await book.settled();
    const steps = [liking(book)];
    for (const more of [{ reasons: ['missing_docs'] }, { reasons: [], note: 'needs type hints' }]) {
      await memory.append<'reason'>({ kind: 'reason', decision: told[1]?.decision ?? '', ...more });
      await book.settled();
      steps.push(liking(book));
    }
    expect(steps[1]).toBeGreaterThan((steps[0] ?? 1) + 0.02);
    expect(book.model().state().counts.reasons).toBe(3);
    expect(await anew(memory)).toBe(steps[2]);
  });

  it('holds an edit above what it corrects, more than an approval would', async () => {
    const [edited, approved] = [memoryDouble(), memoryDouble()];
    await tasteMemory(edited).decide(answerText(false), 'edited', { editedText: answerText(true) });
    await tasteMemory(approved).decide(answerText(true), 'approved');
    const [a, b] = [open(edited).book, open(approved).book];
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
    const { book } = open(memory);
    await book.settled();
    expect(book.model().state().counts).toMatchObject({ votes: 1, comparisons: 1, reasons: 2 });
  });

  it('takes feedback for a weaker vote, only where nothing is decided, and a correction for a comparison', async () => {
    const memory = memoryDouble();
    const { answer, decide } = tasteMemory(memory);
    const common = { kind: 'feedback', text: '', feedbackType: 'tags' } as const;
    const { request } = await answer(answerText(false));
    await memory.append<'feedback'>({ ...common, request, tags: ['bad'] });
    const { book } = open(memory);
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
    const { book } = open(memory);
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
    expect(await anew(memory)).toBe(liking(book));
  });

  it('counts what was said before the decision as evidence, not what hindsight would have said', async () => {
    const [said, unsaid] = [memoryDouble(), memoryDouble()];
    for (let i = 0; i < 8; i += 1) {
      const verdict = i % 2 === 0 ? 'approved' : 'denied';
      await tasteMemory(said).decide(answerText(true, i), verdict, { p: i % 2 === 0 ? 0.9 : 0.1 });
      await tasteMemory(unsaid).decide(answerText(true, i), verdict);
    }
    const [a, b] = [open(said).book, open(unsaid).book];
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
      const { book } = open(memory);
      for (const [next, looks] of history) {
        await act(memory, next, told, taste);
        if (looks) await book.settled();
      }
      await book.settled();
      const fresh = open(memory).book;
      await fresh.settled();
      expect(book.learned()).toEqual(fresh.learned());
      expect(liking(book)).toBe(liking(fresh));
      expect(book.evidence()).toEqual(fresh.evidence());
    }),
    { numRuns: 40 },
  );
});

describe('preference_model.json', () => {
  it('is written a while after learning, and is enough for the next start', async () => {
    const memory = memoryDouble();
    await teach(memory);
    const first = open(memory);
    await first.book.settled();
    expect(memory.files.has(FILE)).toBe(false);
    first.fire();
    await first.book.settled();
    expect(memory.files.has(FILE)).toBe(true);
    const read: string[] = [];
    const second = open(noting(memory, read));
    await second.book.settled();
    expect(read).toEqual([]);
    expect(liking(second.book)).toBe(liking(first.book));
    expect(second.logged).toEqual([]);
  });

  it('is written when it ends, not where nothing is new', async () => {
    const memory = memoryDouble();
    await teach(memory, 4);
    const { book } = open(memory);
    await book.settled();
    await book.dispose();
    expect(memory.files.has(FILE)).toBe(true);
    memory.files.set(FILE, `${memory.files.get(FILE)} `);
    const again = open(memory);
    await again.book.settled();
    await again.book.dispose();
    expect(memory.files.get(FILE)?.endsWith(' ')).toBe(true);
  });

  it('is caught up with where decisions came after it', async () => {
    const memory = memoryDouble();
    const { decide } = await teach(memory, 40);
    const first = open(memory);
    await first.book.settled();
    await first.book.dispose();
    const { decision } = await decide(answerText(true, 70), 'approved');
    const read: string[] = [];
    const { book } = open(noting(memory, read));
    await book.settled();
    expect(book.learned().at(-1)?.id).toBe(decision);
    expect(read.length).toBeLessThan(8);
  });

  it.each([
    ['damaged', '{"v": 1, "kind": "pref', 'it is damaged'],
    ['of another form', '{"v": 1}', 'it is damaged'],
    ['of another version', '{"v": 7}', 'it is of version 7, this program reads version 1'],
  ])('is made anew where it is %s, and that is said once', async (_, text, why) => {
    const memory = memoryDouble();
    await teach(memory, 4);
    memory.files.set(FILE, text);
    const { book, logged } = open(memory);
    await book.settled();
    expect(logged).toEqual([`preference_model.json is made anew: ${why}`]);
    expect(book.evidence().n).toBe(4);
    await book.dispose();
    expect(JSON.parse(memory.files.get(FILE) ?? '')).toMatchObject({ provenance: { votes: 4 } });
  });

  it('is learned anew where a decision that it holds was undone elsewhere', async () => {
    const memory = memoryDouble();
    const { told } = await teach(memory, 6);
    const first = open(memory);
    await first.book.settled();
    await first.book.dispose();
    await memory.append<'undo'>({ kind: 'undo', decision: told[2]?.decision ?? '' });
    const { book } = open(memory);
    await book.settled();
    expect(book.evidence().n).toBe(5);
    expect(liking(book)).toBe(await anew(memory));
  });

  it('holds nothing of a forgotten decision, whose words act no more at once', async () => {
    const memory = memoryDouble();
    const { decide } = await teach(memory, 6);
    const { request, candidate, decision } = await decide('zebrafish lattice', 'denied');
    const { book } = open(memory);
    await book.settled();
    const gone = { requests: [request], candidates: [candidate], decisions: [decision] };
    await memory.append<'forget'>({ kind: 'forget', ...gone, events: [], versions: [], why: 'asked' });
    await book.dispose();
    expect(memory.files.has(FILE)).toBe(false);
    const next = open(memory);
    await next.book.settled();
    await next.book.dispose();
    expect(memory.files.get(FILE)).not.toMatch(new RegExp(`zebrafish|${decision}`));
    expect(next.book.evidence().n).toBe(6);
  });

  it('keeps how the words are trained', async () => {
    const memory = memoryDouble();
    await teach(memory, 4);
    const words = { epochs: 2, vocabularySize: 3, learningRate: 0.5 };
    const first = open(memory);
    await first.book.retrain(words);
    const { book } = open(memory);
    await book.settled();
    expect(book.words()).toEqual(words);
    const expert = book
      .model()
      .state()
      .mixture.experts.find(({ name }) => name === 'words')
      ?.store();
    expect(expert?.kind === 'words' && Object.keys(expert.vocabulary)).toHaveLength(3);
  });
});

describe('learning in the background', () => {
  it('leaves other work its turn while it learns anew', async () => {
    const memory = memoryDouble();
    await teach(memory, 60);
    const { book } = open(memory);
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
    const { book, logged, fire } = open({
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
