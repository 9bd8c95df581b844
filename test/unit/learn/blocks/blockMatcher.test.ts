import { describe, expect, it } from 'vitest';
import { createBlockMatcher } from '../../../../sidecar/learn/blocks/blockMatcher.ts';
import { blockPhrase } from '../../../../sidecar/learn/blocks/blockPhrase.ts';

const matches = createBlockMatcher();
const uses = (phrase: string, text: string): boolean => matches([blockPhrase(phrase)], text).length > 0;
const code = (text: string, language = 'ts'): string => `Like this:\n\n\`\`\`${language}\n${text}\n\`\`\`\n`;

describe('a name', () => {
  it.each([
    ['lodash', "import _ from 'lodash';"],
    ['lodash', 'const get = require("lodash/get");'],
    ['lodash', 'import get from "lodash.get";'],
    ['lodash', "const x = await import('lodash');"],
    ['lodash', "} from 'lodash';"],
    ['lodash', 'import _ from "https://esm.sh/lodash@4";'],
    ['Lodash', "import _ from 'lodash';"],
    ['lodash', 'lodash.map(xs)'],
    ['var', 'var a = 1;'],
    ['any', 'const a: any = 1;'],
    ['console.log', 'console.log(a);'],
    ['@angular/core', "import { Component } from '@angular/core';"],
    ['eval', 'return `$' + '{eval(a)}`;'],
  ])('%s is used in %s', (phrase, text) => {
    expect(uses(phrase, code(text))).toBe(true);
  });

  it.each([
    ['lodash', "import _ from 'slodash';"],
    ['lodash', "import _ from 'lodash-es';"],
    ['lodash', 'const my_lodash = 1;'],
    ['lodash', '// no lodash needed here'],
    ['lodash', 'const a = 1; /* instead of\nlodash */'],
    ['any', 'const a = "any of these";'],
    ['any', '// any of these'],
    ['Any', 'const a: any = 1;'],
    ['var', 'const variable = 1;'],
    ['var', 'const $var = 1;'],
    ['eval', 'const text = `eval(a)`;'],
    ['a.b', 'const a1b = 1;'],
  ])('%s is not used in %s', (phrase, text) => {
    expect(uses(phrase, code(text))).toBe(false);
  });

  it.each([
    ['numpy', 'import numpy as np', true],
    ['numpy', 'from numpy.linalg import norm', true],
    ['numpy', '# numpy is not needed', false],
    ['numpy', 'def f():\n    """Does it without numpy."""', false],
    ['eval', 'x = f"{eval(y)}"', true],
    ['a', 'b = x // y; a = 1', true],
  ])('%s in Python: %s', (phrase, text, expected) => {
    expect(uses(phrase, code(text, 'python'))).toBe(expected);
  });

  it('counts in the keys of data, and in a command line', () => {
    expect(uses('lodash', code('{ "dependencies": { "lodash": "^4" } }', 'json'))).toBe(true);
    expect(uses('lodash', code('npm install lodash', 'sh'))).toBe(true);
  });

  it('may be mentioned in prose, but counts in an answer that is bare code', () => {
    expect(uses('lodash', 'Use map instead of lodash. `lodash` is not needed.')).toBe(false);
    expect(uses('lodash', 'import lodash\n\ndef f(a):\n    return lodash.get(a)\n')).toBe(true);
  });
});

describe('a phrase', () => {
  it.each([
    ['as any', code('const a = b as  any;'), true],
    ['As Any', code('const a = b as\nany;'), true],
    ['Certainly!', 'certainly! Here it is.', true],
    ['in conclusion', 'In\nconclusion, it works.', true],
    ['as any', 'as anything else', false],
    ['as any', 'has any', false],
  ])('%s in %j', (phrase, text, expected) => {
    expect(uses(phrase, text)).toBe(expected);
  });
});

it('gives those that are used, in their order', () => {
  const phrases = ['var', 'let', 'eval', 'as any'].map(blockPhrase);
  const found = matches(phrases, code('var a = eval(b) as any;'));
  expect(found.map((each) => each.text)).toEqual(['var', 'eval', 'as any']);
});

it('is done soon with what would keep a careless pattern busy', () => {
  const hostile = [
    "'".repeat(20_000),
    '`'.repeat(20_001),
    '/*'.repeat(20_000),
    '"\\'.repeat(20_000),
    '#'.repeat(20_000),
    `\`${'\\`'.repeat(200_000)}\\`,
    `\`${'${'.repeat(200_000)}`,
  ];
  for (const text of hostile) {
    expect(uses('lodash', code(text))).toBe(false);
    expect(uses('lodash', `\`\`\`js\n${text}`)).toBe(false);
  }
});
