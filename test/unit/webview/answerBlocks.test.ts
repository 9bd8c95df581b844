import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeBlocks, splitAnswer } from '../../../sidecar/protocol/answerBlocks.ts';

const kinds = (text: string) => splitAnswer(text).map((block) => [block.kind, block.done]);

describe('splitAnswer', () => {
  test('prose, code, prose', () => {
    const text = 'Before.\n\n```TS title\nlet a;\n\nlet b;\n```\nAfter.\n';
    expect(kinds(text)).toEqual([
      ['text', true],
      ['code', true],
      ['text', false],
    ]);
    expect(codeBlocks(text)).toEqual([{ language: 'ts', code: 'let a;\n\nlet b;' }]);
  });
  test('code that is still open, and a closing fence that may still grow', () => {
    expect(kinds('```js\nlet a')).toEqual([['code', false]]);
    expect(kinds('```js\nlet a\n```')).toEqual([['code', false]]);
    expect(kinds('```js\nlet a\n```\n')).toEqual([['code', true]]);
    expect(codeBlocks('```js\nlet a\n```')).toEqual([{ language: 'js', code: 'let a' }]);
  });
  test('fences inside lists lose their indentation; longer fences hold shorter ones', () => {
    expect(codeBlocks('1. Do:\n\n   ```sh\n   npm ci\n     x\n   ```\n2. Then')).toEqual([
      { language: 'sh', code: 'npm ci\n  x' },
    ]);
    expect(codeBlocks('````md\n```js\nx\n```\n````\n')).toEqual([{ language: 'md', code: '```js\nx\n```' }]);
    expect(codeBlocks('~~~\n```\n~~~\n')).toEqual([{ language: '', code: '```' }]);
  });
  test('inline code of three ticks is no fence', () => {
    expect(codeBlocks('```not a fence``` here')).toEqual([]);
  });
  test('a loose list stays one block, paragraphs become several', () => {
    expect(kinds('- a\n\n- b\n\n  more\n\nNext\n')).toEqual([
      ['text', true],
      ['text', false],
    ]);
  });
  const piece = fc.constantFrom(
    'a',
    '\n',
    '\n\n',
    '```',
    '```js\n',
    '~~~\n',
    '- x\n',
    '   ',
    'word ',
    '`',
    '1. ',
  );
  const answer = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(''));
  test('the blocks are the whole text, in order, without a gap', () => {
    fc.assert(
      fc.property(answer, (text) => {
        const blocks = splitAnswer(text);
        expect(blocks.map((block) => text.slice(block.start, block.end)).join('')).toBe(text);
      }),
    );
  });
  test('what is done never changes: reading on from there gives the same as reading all', () => {
    fc.assert(
      fc.property(answer, answer, (text, more) => {
        const done = splitAnswer(text).filter((block) => block.done);
        const whole = splitAnswer(text + more);
        expect(whole.slice(0, done.length)).toEqual(done);
        const end = done.at(-1)?.end ?? 0;
        const rest = splitAnswer((text + more).slice(end)).map((block) => ({
          ...block,
          start: block.start + end,
          end: block.end + end,
        }));
        expect(rest).toEqual(whole.slice(done.length));
      }),
    );
  });
});
