import { expect, it } from 'vitest';
import { editSignals, textFeatures } from '../../../sidecar/learn/features.ts';
import { MAX_TEXT } from '../../../sidecar/protocol/ids.ts';

const fenced = (code: string): string => `\`\`\`js\n${code}\n\`\`\``;

it('counts a comment once, however many empty lines stand before it', () => {
  expect(textFeatures(fenced('\n\n  // a\n\n\n\t// b\nrun(); // c')).docs).toBe(2);
  expect(textFeatures(fenced('\n # a\n#include <b>\n#!c')).docs).toBe(1);
});

it('is done soon with a model that made nothing but empty lines', () => {
  const empty = fenced('\n'.repeat(MAX_TEXT - 20));
  expect(editSignals(empty, fenced('// a'))).toEqual([]);
});
