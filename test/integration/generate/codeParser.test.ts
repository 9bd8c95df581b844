import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type CodeParserOptions, createCodeParser } from '../../../sidecar/generate/gates/codeParser.ts';
import { failedGates } from '../../../sidecar/generate/gates/failedGates.ts';
import { GRAMMARS, grammarFile } from '../../../sidecar/generate/gates/grammars.ts';
import { BROKEN, SOUND } from './soundCode.ts';

const ROOT = join(import.meta.dirname, '../../..');
const OPTIONS: CodeParserOptions = {
  script: join(ROOT, 'sidecar/generate/gates/codeParserMain.ts'),
  wasmFolder: join(ROOT, 'node_modules/@vscode/tree-sitter-wasm/wasm'),
  env: process.env,
  // A slow machine is no failure.
  answerMs: 60_000,
};
const parser = createCodeParser(OPTIONS);
afterAll(() => parser.dispose());

const verdicts = async (language: string, codes: readonly string[]): Promise<[string, string][]> =>
  Promise.all(
    codes.map(async (code): Promise<[string, string]> => [code, await parser.parses(language, code)]),
  );

describe('code that is right is never broken', () => {
  it.each(Object.entries(SOUND))('%s', async (language, codes) => {
    expect(await verdicts(language, codes)).toEqual(codes.map((code) => [code, 'ok']));
  });
});

describe('code that is wrong is broken', () => {
  it.each(Object.entries(BROKEN))('%s', async (language, codes) => {
    expect(await verdicts(language, codes)).toEqual(codes.map((code) => [code, 'broken']));
  });
});

it('what can not be told is unknown', async () => {
  expect(await parser.parses('cobol', 'DISPLAY (')).toBe('unknown');
  expect(await parser.parses('csharp', 'Shader "A" {\n  Properties {')).toBe('unknown');
  expect(await parser.parses('css', 'import tkinter as tk\n\nroot = tk.Tk()')).toBe('unknown');
  expect(await parser.parses('python', 'f('.repeat(40_000))).toBe('unknown');
});

it('code that is made to be slow is answered, and so is what is asked beside it', async () => {
  const slow = ['(((((['.repeat(9_000), '/* '.repeat(20_000), 'a<b<'.repeat(14_000), '"\\'.repeat(20_000)];
  const asked = slow.map((code) => parser.parses('cpp', code));
  expect(await parser.parses('python', 'x = 1')).toBe('ok');
  for (const verdict of await Promise.all(asked)) expect(['broken', 'unknown']).toContain(verdict);
});

it('an answer fails by its broken code alone', async () => {
  const answer = (code: string) =>
    ({ text: `Do:\n\n\`\`\`py\n${code}\n\`\`\`\n`, stopped: 'complete' }) as const;
  expect(await failedGates(answer('print(1)'), parser)).toEqual([]);
  expect(await failedGates(answer('print(1'), parser)).toEqual(['syntax']);
});

/** A parser, and the processes that it started. */
function watched(options: Partial<CodeParserOptions> = {}) {
  const children: ChildProcess[] = [];
  const start: CodeParserOptions['fork'] = (script, args, options) => {
    const child = fork(script, args, options);
    children.push(child);
    return child;
  };
  return { parser: createCodeParser({ ...OPTIONS, fork: start, ...options }), children };
}

describe('the process', () => {
  it('starts at the first question, ends when idle, and is started again', async () => {
    const { parser: short, children } = watched({ idleMs: 0 });
    expect(await short.parses('cobol', 'x')).toBe('unknown');
    expect(children).toHaveLength(0);
    expect(await short.parses('python', 'x = 1')).toBe('ok');
    const [first] = children;
    if (first?.exitCode === null && first.signalCode === null) await once(first, 'exit');
    expect(await short.parses('python', 'x = (')).toBe('broken');
    expect(children).toHaveLength(2);
    short.dispose();
  });

  it('that takes too long is ended: unknown', async () => {
    const { parser: hasty, children } = watched({ answerMs: 0 });
    expect(await hasty.parses('python', 'x = 1')).toBe('unknown');
    expect(children[0]?.killed).toBe(true);
  });

  it('that is killed is started again', async () => {
    const { parser: robust, children } = watched();
    expect(await robust.parses('python', 'x = 1')).toBe('ok');
    const waiting = robust.parses('python', 'x = 2');
    children[0]?.kill('SIGKILL');
    expect(['ok', 'unknown']).toContain(await waiting);
    if (children[0]?.signalCode === null) await once(children[0], 'exit');
    expect(await robust.parses('python', 'x = (')).toBe('broken');
    robust.dispose();
  });

  it('that can not run is given up after three times: unknown', async () => {
    const { parser: missing, children } = watched({ script: join(ROOT, 'no', 'such.cjs') });
    for (let at = 0; at < 5; at += 1) expect(await missing.parses('python', 'x = 1')).toBe('unknown');
    expect(children).toHaveLength(3);
  });

  it('without grammars: unknown', async () => {
    const { parser: bare } = watched({ wasmFolder: join(ROOT, 'no') });
    expect(await bare.parses('python', 'x = (')).toBe('unknown');
    bare.dispose();
  });

  it('is not started again after dispose; what waits is unknown', async () => {
    const { parser: ended, children } = watched();
    const waiting = ended.parses('python', 'x = 1');
    ended.dispose();
    expect(await waiting).toBe('unknown');
    expect(await ended.parses('python', 'x = 1')).toBe('unknown');
    expect(children.map((child) => child.killed)).toEqual([true]);
  });
});

it('each grammar ships', async () => {
  // Plain JavaScript, seen as what it is only after the check.
  const path: string = join(ROOT, 'scripts/build/bundles.mjs');
  const module: unknown = await import(path);
  const { COPIED } = z.object({ COPIED: z.array(z.tuple([z.string(), z.string()])) }).parse(module);
  const copied = COPIED.filter(([, to]) => to.startsWith('grammars/'));
  expect(copied.filter(([from]) => !existsSync(join(ROOT, from)))).toEqual([]);
  const wanted = new Set(['tree-sitter.wasm', ...GRAMMARS.map(grammarFile)]);
  expect(copied.map(([, to]) => to.slice('grammars/'.length)).sort()).toEqual([...wanted].sort());
});
