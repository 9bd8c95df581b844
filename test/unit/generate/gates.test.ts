import { describe, expect, it } from 'vitest';
import { bracketsBalance } from '../../../sidecar/generate/gates/bracketsBalance.ts';
import type { CodeParser } from '../../../sidecar/generate/gates/codeParser.ts';
import { codeVariants } from '../../../sidecar/generate/gates/codeVariants.ts';
import { failedGates } from '../../../sidecar/generate/gates/failedGates.ts';
import { grammarOf } from '../../../sidecar/generate/gates/grammars.ts';
import {
  MAX_CODE,
  type SyntaxVerdict,
  syntaxVerdict,
} from '../../../sidecar/generate/gates/syntaxVerdict.ts';
import { textFailures } from '../../../sidecar/generate/gates/textFailures.ts';

/** Says what it is told, and keeps what it was asked. */
function parserSaying(verdict: SyntaxVerdict | ((code: string) => SyntaxVerdict)) {
  const asked: [string, string][] = [];
  const parser: CodeParser = {
    parses: async (language, code) => {
      asked.push([language, code]);
      return typeof verdict === 'string' ? verdict : verdict(code);
    },
    dispose: () => undefined,
  };
  return { parser, asked };
}

const fenced = (language: string, code: string): string => `Here:\n\n\`\`\`${language}\n${code}\n\`\`\`\n`;

describe('gates', () => {
  it.each([
    ['fine', 'complete', []],
    ['f()\n// ... rest of code', 'length', ['truncated', 'placeholder']],
    [' ', 'complete', ['empty']],
    ['def f():\n    raise NotImplementedError', 'complete', ['placeholder']],
  ] as const)('by text: %j, %s', (text, stopped, failed) => {
    expect(textFailures({ text, stopped })).toEqual(failed);
  });

  it('fail an answer with one broken block among others', async () => {
    const { parser, asked } = parserSaying((code) => (code === 'f(' ? 'broken' : 'ok'));
    const text = fenced('js', 'f()') + fenced('python', 'f(') + fenced('ts', 'g()');
    expect(await failedGates({ text, stopped: 'complete' }, parser)).toEqual(['syntax']);
    expect(asked).toEqual([
      ['js', 'f()'],
      ['python', 'f('],
    ]);
  });

  it.each(['ok', 'unknown'] as const)('pass what is %s', async (verdict) => {
    const { parser, asked } = parserSaying(verdict);
    expect(await failedGates({ text: fenced('js', 'f('), stopped: 'complete' }, parser)).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it('ask no more where three blocks can not be told', async () => {
    const { parser, asked } = parserSaying('unknown');
    await failedGates({ text: fenced('js', 'f(').repeat(5), stopped: 'complete' }, parser);
    expect(asked).toHaveLength(3);
  });

  it('do not ask about prose, other languages or an answer that broke off', async () => {
    const { parser, asked } = parserSaying('broken');
    expect(await failedGates({ text: 'f(', stopped: 'complete', language: 'python' }, parser)).toEqual([]);
    const text = fenced('cobol', 'f(') + fenced('', 'f(');
    expect(await failedGates({ text, stopped: 'complete', language: 'python' }, parser)).toEqual([]);
    const cut = { text: '```js\nf(', stopped: 'length' } as const;
    expect(await failedGates(cut, parser)).toEqual(['truncated']);
    expect(asked).toEqual([]);
  });

  it("take the request's language for a single block without one", async () => {
    const { parser, asked } = parserSaying('broken');
    const answer = { text: fenced('', 'f('), stopped: 'complete', language: 'typescriptreact' } as const;
    expect(await failedGates(answer, parser)).toEqual(['syntax']);
    expect(asked).toEqual([['typescriptreact', 'f(']]);
    expect(await failedGates({ text: answer.text, stopped: 'complete' }, parser)).toEqual([]);
  });
});

describe('grammarOf', () => {
  it.each([
    ['py', 'python'],
    ['C#', 'c-sharp'],
    ['c++', 'cpp'],
    ['c', 'cpp'],
    ['{.python}', 'python'],
    ['ts:src/app.ts', 'typescript'],
    ['js{1,3}', 'javascript'],
    ['typescriptreact', 'tsx'],
    ['text', undefined],
    ['', undefined],
    ['constructor', undefined],
  ])('%s', (word, grammar) => expect(grammarOf(word)).toBe(grammar));
});

describe('syntaxVerdict', () => {
  const never = async () => false;

  it('is ok where one reading of one fragment parses', async () => {
    const method = async (_: string, text: string) => /^class C extends D \{f\(\) \{ \}\s*\}\s*$/.test(text);
    expect(await syntaxVerdict('javascript', 'f() { }', method)).toBe('ok');
    expect(await syntaxVerdict('javascript', 'f() { ', never)).toBe('broken');
  });

  it('is unknown where a parse can not be told, and where it is too long to try', async () => {
    expect(await syntaxVerdict('go', 'f(', async () => undefined)).toBe('unknown');
    expect(await syntaxVerdict('go', 'x'.repeat(MAX_CODE + 1), never)).toBe('unknown');
  });

  it('is unknown for a program of another language', async () => {
    const asPython = async (grammar: string) => grammar === 'python';
    expect(await syntaxVerdict('css', 'import os', asPython)).toBe('unknown');
  });

  it('is unknown for C with macros whose brackets are right', async () => {
    expect(await syntaxVerdict('cpp', 'FOR_EACH(x) { f() }', never)).toBe('unknown');
    expect(await syntaxVerdict('cpp', 'FOR_EACH(x) { f()', never)).toBe('broken');
    expect(await syntaxVerdict('cpp', 'each(x) { f() }', never)).toBe('broken');
  });
});

describe('codeVariants', () => {
  it('is done soon with a line of dots', () => {
    const dots = `f(${'.'.repeat(MAX_CODE - 10)}x)`;
    expect(codeVariants('javascript', dots)).toEqual([dots]);
  });

  it.each([
    ['bash', '$ npm i \\\n  x\nadded 1', 'npm i \\\n  x'],
    ['bash', 'ada@box:~$ ls [options] <file>', 'ls x x'],
    ['python', '>>> f(\n...   1)\n2', 'f(\n  1)'],
    ['python', '!pip install x\nimport x', '\nimport x'],
    ['python', '  a\n    b', 'a\n  b'],
    ['typescript', '@@ -1,2 +1,2 @@\n a\n-b\n+c', ' a\nc'],
    ['java', '1  int a;\n2  int b;', 'int a;\nint b;'],
    ['java', 'f(a, ...);\n...', 'f(a, x);\n'],
    ['c-sharp', '#if A\na {\n#else\nb {\n#endif\n}', 'a {\n}'],
    ['cpp', 'public slots:\n  Q_OBJECT\n', 'public:\n\n'],
    ['typescript', 'export type * from "a";', 'export * from "a";'],
  ] as const)('%s: %j', (grammar, code, reading) => {
    expect(codeVariants(grammar, code)).toContain(reading);
  });

  it('leave plain code alone', () => {
    const code = 'const a = [...b];\nif (a) {\n  f(...d);\n}';
    expect(codeVariants('typescript', code)).toEqual([code]);
  });
});

describe('bracketsBalance', () => {
  it.each([
    ['f(a[1]) { "}" }', true],
    ["'(' // {\n/* ( */", true],
    ['f(a[1)]', false],
    ['{', false],
    ['}', false],
    ['f("', false],
    ['/* (', false],
  ])('%j: %s', (code, balanced) => expect(bracketsBalance(code)).toBe(balanced));
});
