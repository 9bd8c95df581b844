import { describe, expect, it } from 'vitest';
import {
  allTypeScript,
  filesIn,
  functionSizes,
  nodesOf,
  productFiles,
  type SourceFile,
} from './sourceTree.ts';

const MAX_FILE = 400;
const MAX_FUNCTION = 80;
/** Suites are functions as long as their file. */
const isTest = (path: string): boolean => /\.test\.ts$/.test(path) || path.startsWith('test/');

const product = productFiles();
const all = allTypeScript();
const scripts = filesIn(['scripts'], /\.mjs$/);

// Spelled in halves, so that this file does not find itself.
const SUPPRESSIONS = [
  '@ts-' + 'ignore',
  '@ts-' + 'expect-error',
  '@ts-' + 'nocheck',
  'biome-' + 'ignore',
  'eslint-' + 'disable',
];
const UNFINISHED = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`);
const SKIPPED = new RegExp(
  `\\b(it|test|describe|suite)\\.(${['sk' + 'ip', 'on' + 'ly', 'to' + 'do', 'skip' + 'If'].join('|')})\\b|\\bx(it|describe)\\(|this\\.sk` +
    'ip\\(',
);
const MACHINE_PATH = new RegExp(
  `["'\`(\\s](${['/ho' + 'me/(?!me/)[a-z]', '/Us' + 'ers/', '/wo' + 'rk/', '/ro' + 'ot/', 'C:\\\\\\\\Us' + 'ers'].join('|')})`,
);

const linesOf = ({ text }: SourceFile): number => text.split('\n').length - 1;
const having = (files: readonly SourceFile[], found: (text: string) => boolean): string[] =>
  files.filter(({ text }) => found(text)).map(({ path }) => path);

describe('sizes', () => {
  it(`no file is longer than ${MAX_FILE} lines`, () => {
    const long = [...all, ...scripts].filter((file) => linesOf(file) > MAX_FILE);
    expect(long.map((file) => `${file.path}: ${linesOf(file)}`)).toEqual([]);
  });

  it(`no function is longer than ${MAX_FUNCTION} lines`, () => {
    const long = product.flatMap(functionSizes).filter(({ lines }) => lines > MAX_FUNCTION);
    expect(long.map(({ path, line, lines }) => `${path}:${line}: ${lines}`)).toEqual([]);
  });

  it('are measured', () => {
    const text = `const f = () => {\n${'  g();\n'.repeat(90)}};\n`;
    expect(functionSizes({ path: 'x.ts', text })).toEqual([{ path: 'x.ts', line: 1, lines: 92 }]);
  });
});

describe('types', () => {
  it('there is no any', () => {
    const found = all.filter((file) => nodesOf(file).some(({ type }) => type === 'TSAnyKeyword'));
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  it('nothing is suppressed', () => {
    expect(having([...all, ...scripts], (text) => SUPPRESSIONS.some((word) => text.includes(word)))).toEqual(
      [],
    );
  });

  it('there are no enums, namespaces or default exports', () => {
    const types = [
      'TSEnumDeclaration',
      'TSModuleDeclaration',
      'ExportDefaultDeclaration',
      'ExportAllDeclaration',
    ];
    // `declare global` and `declare module` add no code.
    const found = product.filter((file) =>
      nodesOf(file).some((node) => types.includes(node.type) && node['declare'] !== true),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });
});

describe('files', () => {
  it('have no barrels and no drawers', () => {
    expect(
      all.filter(({ path }) => /(^|\/)(index|utils?|helpers|misc)\.ts$/.test(path)).map(({ path }) => path),
    ).toEqual([]);
  });

  it('are named in camelCase', () => {
    const wrong = product.filter(
      ({ path }) => !/^[a-z][A-Za-z0-9]*(\.d)?\.ts$/.test(path.split('/').at(-1) ?? ''),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('hold nothing unfinished, and no test is left out', () => {
    expect(having([...all, ...scripts], (text) => UNFINISHED.test(text))).toEqual([]);
    expect(
      having(
        all.filter(({ path }) => isTest(path)),
        (text) => SKIPPED.test(text),
      ),
    ).toEqual([]);
  });

  it('name no path of one machine', () => {
    const docs = filesIn(['docs'], /\.md$/);
    expect(having([...product, ...scripts, ...docs], (text) => MACHINE_PATH.test(text))).toEqual([]);
  });
});
