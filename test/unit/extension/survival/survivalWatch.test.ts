import { describe, expect, test } from 'vitest';
import { MAX_AGE_MS } from '../../../../extension/editor/survival/survivalMarks.ts';
import { survivalBench } from './survivalBench.ts';

const A = 'file:///w/a.ts';
const B = 'file:///w/b.ts';
const CODE = 'const first = 1;\nconst second = 2;\nconst third = 3;\nconst fourth = 4;\n';
const OTHER = 'other();\n';

/** Four new lines after one that was there, in an open document. */
function applied() {
  const bench = survivalBench();
  const answer = bench.answer(CODE.trimEnd());
  bench.open.set(A, OTHER);
  bench.apply(answer, A, CODE, [OTHER.length, OTHER.length]);
  return Object.assign(bench, { applied: answer });
}

describe('survival', () => {
  test('is looked at after 1, 10 and 60 minutes, and no more', async () => {
    const bench = applied();
    await bench.pass(5);
    bench.replace(A, 'const second = 2;\n', 'let second: number;\n');
    await bench.pass(600);
    expect(bench.ratios()).toEqual([
      [1, 1],
      [10, 0.75],
      [60, 0.75],
    ]);
    expect(bench.recorded.every(({ candidate }) => candidate === bench.applied.candidate)).toBe(true);
    expect(bench.stored).toBe('[]');
    expect(bench.waits()).toEqual([]);
  });

  test('a late look stands for every mark that it is past, with its real minutes', async () => {
    const bench = applied();
    await bench.pass(2);
    bench.close(A);
    bench.restart(540);
    await bench.pass(100);
    expect(bench.ratios()).toEqual([
      [1, 1],
      [542, 1],
    ]);
    expect(bench.stored).toBe('[]');
  });

  test('what is too old is not looked at, and goes', async () => {
    const bench = applied();
    bench.restart(MAX_AGE_MS / 60_000 + 1);
    await bench.pass(100);
    expect(bench.recorded).toEqual([]);
  });

  test('a clock that was set back does not make a look early', async () => {
    const bench = applied();
    bench.now -= 30 * 60_000;
    await bench.pass(29);
    expect(bench.recorded).toEqual([]);
    await bench.pass(62);
    expect(bench.ratios().at(-1)).toEqual([60, 1]);
  });
});

describe('what happens to the code', () => {
  test('undone at once, also where the text it replaced is much like it; done again it is back', async () => {
    const bench = survivalBench();
    const old = 'const first = 1;\nconst second = 2;\nconst third = 3;\n';
    bench.open.set(A, OTHER + old);
    const range: [number, number] = [OTHER.length, OTHER.length + old.length];
    bench.apply(bench.answer(CODE), A, CODE, range);
    bench.edit(A, { offset: OTHER.length, length: CODE.length, text: old });
    await bench.pass(1);
    bench.edit(A, { offset: OTHER.length, length: old.length, text: CODE });
    await bench.pass(9);
    expect(bench.ratios()).toEqual([
      [1, 0],
      [10, 1],
    ]);
  });

  test('an insertion that was undone and done again is followed again', async () => {
    const bench = applied();
    bench.edit(A, { offset: OTHER.length, length: CODE.length, text: '' });
    await bench.pass(1);
    bench.edit(A, { offset: OTHER.length, length: 0, text: CODE });
    bench.replace(A, 'const first = 1;\n', '');
    await bench.pass(9);
    expect(bench.ratios()).toEqual([
      [1, 0],
      [10, 0.75],
    ]);
  });

  test('moved inside its file, or pasted into another one, it is kept; a line that was typed there is not', async () => {
    const bench = applied();
    bench.open.set(B, 'x\n');
    bench.edit(B, { offset: 2, length: 0, text: 'const fourth = 4;' });
    bench.replace(A, CODE, '');
    bench.edit(A, { offset: 0, length: 0, text: 'const first = 1;\n' });
    bench.edit(B, { offset: 0, length: 0, text: '  const second = 2;\n  const third = 3;\n' });
    await bench.pass(1);
    bench.close(A);
    bench.close(B);
    bench.restart();
    await bench.pass(10);
    expect(bench.ratios()).toEqual([
      [1, 0.75],
      [10, 0.75],
    ]);
  });

  test('not saved when its document was closed, it is gone', async () => {
    const bench = applied();
    bench.files.set(A, OTHER);
    bench.close(A, false);
    await bench.pass(1);
    expect(bench.ratios()).toEqual([[1, 0]]);
  });

  test('changed while its file was closed, lines that were new to the file count', async () => {
    const bench = survivalBench();
    const code = `${CODE}other();\n`;
    bench.open.set(A, OTHER);
    bench.apply(bench.answer(code), A, code);
    bench.close(A);
    await bench.pass(1);
    bench.files.set(A, `// changed\n${CODE.replace('const first = 1;\n', '')}`);
    await bench.pass(9);
    bench.openFile(A);
    bench.replace(A, 'const second = 2;\n', '');
    await bench.pass(50);
    expect(bench.ratios()).toEqual([
      [1, 1],
      [10, 0.75],
      [60, 0.5],
    ]);
  });

  test('code that brings no new line is not watched', async () => {
    const bench = survivalBench();
    bench.open.set(A, CODE);
    bench.apply(bench.answer(CODE), A, 'const third = 3;\n', [0, CODE.length]);
    expect(bench.waits()).toEqual([]);
    expect(bench.stored).toBe('[]');
  });
});

describe('what happens to the file', () => {
  test.each(['before', 'after'])('renamed, told %s the new document opens', async (order) => {
    const bench = applied();
    const text = bench.open.get(A) ?? '';
    bench.close(A);
    bench.files.delete(A);
    bench.files.set(B, text);
    if (order === 'before') bench.watch.renamed(A, B);
    bench.openFile(B);
    if (order === 'after') bench.watch.renamed(A, B);
    bench.replace(B, 'const first = 1;\n', '');
    await bench.pass(1);
    expect(bench.ratios()).toEqual([[1, 0.75]]);
  });

  test('in a folder that was renamed', async () => {
    const bench = applied();
    bench.close(A);
    bench.files.set('file:///new/a.ts', bench.files.get(A) ?? '');
    bench.files.delete(A);
    bench.files.set('file:///w2/a.ts', 'const first = 1;\n');
    bench.watch.renamed('file:///w', 'file:///new');
    await bench.pass(1);
    expect(bench.ratios()).toEqual([[1, 1]]);
  });

  test('moved by another program, it is found by its name and its code, and followed', async () => {
    const bench = applied();
    bench.close(A);
    const text = bench.files.get(A) ?? '';
    bench.files.delete(A);
    bench.files.set('file:///w/x/a.ts', 'const first = 1;\n');
    bench.files.set('file:///w/y/a.ts', text);
    await bench.pass(1);
    bench.openFile('file:///w/y/a.ts');
    bench.replace('file:///w/y/a.ts', 'const first = 1;\nconst second = 2;\n', '');
    await bench.pass(9);
    expect(bench.ratios()).toEqual([
      [1, 1],
      [10, 0.5],
    ]);
  });

  test('deleted, nothing is kept; out of reach, nothing is measured until it is back', async () => {
    const bench = applied();
    bench.close(A);
    bench.away.add(A);
    await bench.pass(30);
    expect(bench.recorded).toEqual([]);
    bench.away.delete(A);
    await bench.pass(10);
    expect(bench.ratios().map(([, ratio]) => ratio)).toEqual([1]);
    bench.files.delete(A);
    await bench.pass(60);
    expect(bench.ratios().at(-1)).toEqual([60, 0]);
  });

  test('without the code on another branch, nothing is measured until it is back', async () => {
    const bench = applied();
    bench.close(A);
    bench.branch = 'feature';
    await bench.pass(1);
    const text = bench.files.get(A) ?? '';
    bench.files.set(A, OTHER);
    await bench.pass(60);
    bench.branch = 'main';
    bench.files.set(A, text);
    await bench.pass(10);
    expect(bench.recorded.map(({ ratio }) => ratio)).toEqual([1, 1]);
    expect(bench.recorded[1]?.afterMinutes).toBeGreaterThan(60);
  });
});

describe('several applications', () => {
  test('of one block: the last one counts, from its time on', async () => {
    const bench = applied();
    await bench.pass(5);
    bench.replace(A, CODE, '');
    bench.open.set(B, '');
    bench.apply(bench.applied, B, CODE);
    await bench.pass(100);
    expect(bench.ratios()).toEqual([
      [1, 1],
      [10, 1],
      [60, 1],
    ]);
  });

  test('of a similar answer elsewhere: it is not the first one, moved', async () => {
    const bench = applied();
    bench.open.set(B, '');
    bench.apply(bench.answer(CODE), B, CODE);
    bench.replace(A, CODE, '');
    await bench.pass(1);
    expect(bench.recorded.map(({ ratio }) => ratio).sort()).toEqual([0, 1]);
  });

  test('of two blocks: one share of both', async () => {
    const bench = survivalBench();
    const answer = bench.answer(CODE, 'more();\nand();\n');
    bench.apply(answer, A, CODE);
    bench.apply(answer, B, 'more();\nand();\n', [0, 0], 1);
    bench.replace(A, CODE, 'const first = 1;\n');
    await bench.pass(1);
    expect(bench.ratios()).toEqual([[1, 0.5]]);
  });
});

describe('what is stored', () => {
  test('has no text of the answer, and is enough after a restart', async () => {
    const bench = applied();
    bench.replace(A, OTHER, `${OTHER}${OTHER}`);
    await bench.pass(0.5);
    bench.close(A);
    for (const word of ['const', 'first', 'second', '= 1', 'other']) expect(bench.stored).not.toContain(word);
    const stored = bench.stored;
    bench.restart();
    bench.openFile(A);
    bench.replace(A, 'const first = 1;', 'gone();');
    await bench.pass(1);
    expect(bench.ratios()).toEqual([[1, 0.75]]);
    expect(bench.asked).toEqual(['request.get', 'survival.record']);
    // Nothing is lost on the way through the store, and nothing grows.
    bench.restart();
    expect(Object.keys(JSON.parse(bench.stored)[0])).toEqual(Object.keys(JSON.parse(stored)[0]));
  });

  test('is for so many answers only, the newest', () => {
    const bench = survivalBench();
    const answers = Array.from({ length: 60 }, () => bench.answer(CODE));
    answers.forEach((answer, at) => {
      bench.now += 1_000;
      bench.apply(answer, `file:///w/${at}.ts`, CODE);
    });
    const kept = JSON.parse(bench.stored).map(({ candidate }: { candidate: string }) => candidate);
    expect(kept).toEqual(
      answers
        .slice(-50)
        .reverse()
        .map(({ candidate }) => candidate),
    );
    expect(bench.stored.length).toBeLessThan(50 * 500);
  });

  test.each(['candidate.unknown', 'request.forgotten', 'request.unknown'] as const)(
    'goes once the answer is gone: %s',
    async (code) => {
      const bench = applied();
      bench.refuse = code;
      await bench.pass(1);
      expect(bench.stored).toBe('[]');
    },
  );

  test('stays while the look can not be recorded, which is tried again', async () => {
    const bench = applied();
    bench.refuse = 'rpc.disconnected';
    await bench.pass(3);
    bench.refuse = undefined;
    await bench.pass(6);
    expect(bench.ratios()).toEqual([[6, 1]]);
  });

  test('waits for its own data folder without asking all the time', async () => {
    const bench = applied();
    bench.folder = '/other';
    await bench.pass(5);
    expect(bench.asked).toEqual([]);
    expect(bench.waits().every((ms) => ms > 0)).toBe(true);
    bench.folder = '/data';
    await bench.pass(2);
    expect(bench.recorded).toHaveLength(1);
  });

  test('by another version, or damaged, is left out', async () => {
    const bench = applied();
    bench.stored = JSON.stringify([null, { candidate: 'x' }, ...JSON.parse(bench.stored), 7]);
    bench.watch = { ...bench.watch, dispose: () => undefined };
    bench.restart();
    await bench.pass(1);
    expect(bench.ratios()).toEqual([[1, 1]]);
  });
});
