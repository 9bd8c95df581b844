import { describe, expect, it } from 'vitest';
import { memoryDouble } from '../../helpers/memoryDouble.ts';
import { learnedAnew, liking, noting, openBook, teach } from '../../helpers/openBook.ts';
import { answerText } from '../../helpers/tasteMemory.ts';

const FILE = '/data/preference_model.json';

describe('preference_model.json', () => {
  it('is written a while after learning, and is enough for the next start', async () => {
    const memory = memoryDouble();
    await teach(memory);
    const first = openBook(memory);
    await first.book.settled();
    expect(memory.files.has(FILE)).toBe(false);
    first.fire();
    await first.book.settled();
    expect(memory.files.has(FILE)).toBe(true);
    const read: string[] = [];
    const second = openBook(noting(memory, read));
    await second.book.settled();
    expect(read).toEqual([]);
    expect(liking(second.book)).toBe(liking(first.book));
    expect(second.logged).toEqual([]);
  });

  it('is written when it ends, not where nothing is new', async () => {
    const memory = memoryDouble();
    await teach(memory, 4);
    const { book } = openBook(memory);
    await book.settled();
    await book.dispose();
    expect(memory.files.has(FILE)).toBe(true);
    memory.files.set(FILE, `${memory.files.get(FILE)} `);
    const again = openBook(memory);
    await again.book.settled();
    await again.book.dispose();
    expect(memory.files.get(FILE)?.endsWith(' ')).toBe(true);
  });

  it('is caught up with where decisions came after it', async () => {
    const memory = memoryDouble();
    const { decide } = await teach(memory, 40);
    const first = openBook(memory);
    await first.book.settled();
    await first.book.dispose();
    const { decision } = await decide(answerText(true, 70), 'approved');
    const read: string[] = [];
    const { book } = openBook(noting(memory, read));
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
    const { book, logged } = openBook(memory);
    await book.settled();
    expect(logged).toEqual([`preference_model.json is made anew: ${why}`]);
    expect(book.evidence().n).toBe(4);
    await book.dispose();
    expect(JSON.parse(memory.files.get(FILE) ?? '')).toMatchObject({ provenance: { votes: 4 } });
  });

  it('is learned anew where a decision that it holds was undone elsewhere', async () => {
    const memory = memoryDouble();
    const { told } = await teach(memory, 6);
    const first = openBook(memory);
    await first.book.settled();
    await first.book.dispose();
    await memory.append<'undo'>({ kind: 'undo', decision: told[2]?.decision ?? '' });
    const { book } = openBook(memory);
    await book.settled();
    expect(book.evidence().n).toBe(5);
    expect(liking(book)).toBe(await learnedAnew(memory));
  });

  it('holds nothing of a forgotten decision, whose words act no more at once', async () => {
    const memory = memoryDouble();
    const { decide } = await teach(memory, 6);
    const { request, candidate, decision } = await decide('zebrafish lattice', 'denied');
    const { book } = openBook(memory);
    await book.settled();
    const gone = { requests: [request], candidates: [candidate], decisions: [decision] };
    await memory.append<'forget'>({ kind: 'forget', ...gone, events: [], versions: [], why: 'asked' });
    await book.dispose();
    expect(memory.files.has(FILE)).toBe(false);
    const next = openBook(memory);
    await next.book.settled();
    await next.book.dispose();
    expect(memory.files.get(FILE)).not.toMatch(new RegExp(`zebrafish|${decision}`));
    expect(next.book.evidence().n).toBe(6);
  });

  it('knows nothing of a forgotten decision while the rest is still being read', async () => {
    const memory = memoryDouble();
    const { told } = await teach(memory, 30);
    const first = openBook(memory);
    await first.book.settled();
    await first.book.dispose();
    let isReading = (): void => undefined;
    const reading = new Promise<void>((resolve) => {
      isReading = resolve;
    });
    let goOn = (): void => undefined;
    const until = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const { book } = openBook({
      ...memory,
      read: async (id) => {
        isReading();
        await until;
        return memory.read(id);
      },
    });
    const untaught = liking(book);
    await book.settled();
    expect(liking(book)).not.toBe(untaught);
    const { request = '', candidate = '', decision = '' } = told[3] ?? {};
    const gone = { requests: [request], candidates: [candidate], decisions: [decision] };
    await memory.append<'forget'>({ kind: 'forget', ...gone, events: [], versions: [], why: 'asked' });
    const done = book.settled();
    await reading;
    expect(liking(book)).toBe(untaught);
    goOn();
    await done;
    expect(book.evidence().n).toBe(29);
  });

  it('keeps how the words are trained', async () => {
    const memory = memoryDouble();
    await teach(memory, 4);
    const words = { epochs: 2, vocabularySize: 3, learningRate: 0.5 };
    const first = openBook(memory);
    await first.book.retrain(words);
    const { book } = openBook(memory);
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
