import { type Subject, subjectOf } from '../../sidecar/learn/preference/observation.ts';
import { createPreferenceBook, type PreferenceBook } from '../../sidecar/learn/preferenceBook.ts';
import type { Memory } from '../../sidecar/memory/memory.ts';
import type { MemoryDouble } from './memoryDouble.ts';
import { answerText, tasteMemory } from './tasteMemory.ts';

const subject = (text: string): Subject =>
  subjectOf({
    ...{ prompt: 'Write a function', text, category: 'code_generation', meanLogprob: -0.4 },
    ...{ lastText: undefined, secondsSinceLast: undefined },
  });
export const WITH = subject(answerText(true, 99));
export const WITHOUT = subject(answerText(false, 99));
/** How much more an answer with a docstring is liked. */
export const liking = (book: PreferenceBook): number =>
  book.model().predict(WITH) - book.model().predict(WITHOUT);

/** A book on a memory, with timers that a test fires. */
export function openBook(memory: Memory) {
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
  return { book, logged, fire };
}

/** The same memory; ids that are read are noted. */
export const noting = (memory: Memory, read: string[]): Memory => ({
  ...memory,
  read: (id) => {
    read.push(id);
    return memory.read(id);
  },
});

/** Approves docstrings, denies what has none. */
export async function teach(memory: Memory, n = 12) {
  const { decide, ...rest } = tasteMemory(memory);
  const told = [];
  for (let i = 0; i < n; i += 1)
    told.push(await decide(answerText(i % 2 === 0, i), i % 2 === 0 ? 'approved' : 'denied'));
  return { decide, told, ...rest };
}

/** The predictions of a book that learned the same from scratch. */
export async function learnedAnew(memory: MemoryDouble): Promise<number> {
  const files = new Map(memory.files);
  memory.files.clear();
  const { book } = openBook(memory);
  await book.settled();
  for (const [path, text] of files) memory.files.set(path, text);
  return liking(book);
}
