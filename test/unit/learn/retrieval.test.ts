import { describe, expect, it } from 'vitest';
import { createDenials } from '../../../sidecar/learn/denials.ts';
import { createExamples } from '../../../sidecar/learn/examples.ts';
import { createPromptVectors, type PromptVectors } from '../../../sidecar/learn/promptVectors.ts';
import { engineDouble } from '../../helpers/engineDouble.ts';
import { memoryDouble } from '../../helpers/memoryDouble.ts';
import { services } from '../../helpers/services.ts';
import { until } from '../../helpers/until.ts';

const setUp = () => {
  const memory = memoryDouble();
  const engine = engineDouble('base:1b');
  return { memory, engine, all: services(memory, engine) };
};
const NONE: ReadonlySet<string> = new Set();

describe('examples', () => {
  it('are corrected answers before approved ones, and never what was taken back', async () => {
    const { memory, all } = setUp();
    await all.decide('Parse a CSV file.', 'approved');
    const edited = await all.decide('Parse a CSV table.', 'edited', { editedText: 'mine' });
    const undone = await all.decide('Parse a CSV file.', 'approved');
    await all.deciding.undo({ decision: undone.decision });
    const found = await createExamples({ memory }).similar('Parse a CSV file.', 3);
    expect(found.map((each) => each.response)).toEqual(['mine', 'answer']);
    expect(found[0]?.decision).toBe(edited.decision);
  });
});

describe('denials', () => {
  it('are the notes of alike requests that make no rule, until they are taken back', async () => {
    const { memory, engine, all } = setUp();
    const { decision } = await all.decide('Parse a CSV file.', 'denied', { note: 'crashes on empty lines' });
    await all.decide('Parse a CSV file with headers.', 'denied', { note: 'always use streams' });
    await all.decide('Parse a CSV file quickly.', 'denied', { reasons: ['slow'] });
    await all.decide('Draw a circle.', 'denied', { note: 'too round' });
    const denials = createDenials({ memory });
    expect(await denials.similar('Parse a CSV file into rows.', 2, NONE)).toEqual([
      { decision, note: 'crashes on empty lines' },
    ]);
    const { sent } = await all.ask({ prompt: 'Parse a CSV file into rows.' });
    expect(sent.system).toContain(
      'Answers to requests like this were denied: "crashes on empty lines". Avoid that.',
    );
    expect(sent.parts.find((part) => part.name === 'avoid')?.tokens).toBeGreaterThan(10);
    expect(engine.asked.at(-1)?.messages[0]?.content).not.toContain('answer"');
    await all.deciding.undo({ decision });
    expect(await denials.similar('Parse a CSV file into rows.', 2, NONE)).toEqual([]);
  });
});

/** Prompts about tables and prompts about shapes point in two directions. */
const direction = (text: string): number[] => (/csv|table|spreadsheet/i.test(text) ? [1, 0.1] : [0.1, 1]);

describe('vectors of prompts', () => {
  const embedding = () => {
    const engine = engineDouble('base:1b', 'all-minilm:22m');
    const asked: string[][] = [];
    engine.embed = async (_model, inputs) => {
      asked.push([...inputs]);
      return inputs.map(direction);
    };
    return { engine, asked };
  };
  const vectorsOf = (engine: ReturnType<typeof engineDouble>, now = () => 0): PromptVectors =>
    createPromptVectors({ engine: async () => engine, now, wait: () => new Promise(() => undefined) });

  it('find what shares no word, once they are there', async () => {
    const { memory, all } = setUp();
    await all.decide('Read a spreadsheet.', 'approved');
    const { engine, asked } = embedding();
    const examples = createExamples({ memory, vectors: vectorsOf(engine) });
    expect(await examples.similar('Import CSV data', 2)).toEqual([]);
    await until('vectors', () => asked.length > 0);
    await until('the example', async () => (await examples.similar('Import CSV data', 2)).length === 1);
    expect(await examples.similar('Draw a circle', 2)).toEqual([]);
  });

  it('are not waited for: without a model, where it fails, where it is slow, where it may have to be loaded', async () => {
    const { engine, asked } = embedding();
    expect(await vectorsOf(engineDouble('base:1b')).several(['x'])).toBeUndefined();
    let time = 0;
    const vectors = vectorsOf(engine, () => time);
    expect(await vectors.soon('x')).toBeUndefined();
    expect(asked).toEqual([]);
    await vectors.several(['y']);
    expect(await vectors.soon('x')).toHaveLength(2);
    time += 200_000;
    expect(await vectors.soon('z')).toBeUndefined();
    await vectors.several(['y']);
    const hanging = vectorsOf({ ...engine, embed: () => new Promise(() => undefined) }, () => time);
    expect(await hanging.soon('x')).toBeUndefined();
    const failing = { ...engine, embed: (): Promise<number[][]> => Promise.reject(new Error('gone')) };
    const failed = vectorsOf(failing, () => time);
    expect(await failed.several(['x'])).toBeUndefined();
    failing.embed = () => Promise.resolve([[1, 0]]);
    expect(await failed.several(['x'])).toBeUndefined();
    time += 400_000;
    expect(await failed.several(['x'])).toHaveLength(1);
  });

  it('gives up waiting when the time is over', async () => {
    const { engine } = embedding();
    let late: ((vectors: number[][]) => void) | undefined;
    let expire: (() => void) | undefined;
    let over = false;
    const vectors = createPromptVectors({
      engine: async () => engine,
      now: () => 0,
      wait: () => (over ? Promise.resolve() : new Promise((resolve) => (expire = resolve))),
    });
    await vectors.several(['warm']);
    engine.embed = () => new Promise((resolve) => (late = resolve));
    const asked = vectors.soon('x');
    await until('the call', () => late !== undefined && expire !== undefined);
    expire?.();
    expect(await asked).toBeUndefined();
    over = true;
    late?.([[1, 0]]);
    await until('the vector', async () => (await vectors.soon('x')) !== undefined);
  });
});
