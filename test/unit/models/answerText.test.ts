import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createAnswerText } from '../../../sidecar/models/embedded/answerText.ts';

/** All pieces of one kind, joined, when the text comes in these parts. */
function read(
  parts: readonly string[],
  stops: readonly string[] = [],
): { thinking: string; text: string; stopped: boolean } {
  const answer = createAnswerText(stops);
  const pieces = [...parts.flatMap((part) => answer.push(part)), ...answer.flush()];
  const all = (kind: string): string =>
    pieces
      .filter((piece) => piece.kind === kind)
      .map(({ text }) => text)
      .join('');
  return { thinking: all('thinking'), text: all('text'), stopped: answer.stopped };
}

it.each([
  ['plain text', 'plain text', ''],
  ['<think>a</think>\n\nb', 'b', 'a'],
  ['\n<think>a', '', 'a'],
  ['<thin', '<thin', ''],
  ['  x', '  x', ''],
  ['a <think>b</think>', 'a <think>b</think>', ''],
  ['<think>a</think>b</think>', 'b</think>', 'a'],
])('%j', (whole, text, thinking) => {
  expect(read([whole])).toMatchObject({ text, thinking });
});

it('ends at the first stop text', () => {
  expect(read(['one STOP two END'], ['END', 'STOP'])).toEqual({ text: 'one ', thinking: '', stopped: true });
  expect(read(['one STO'], ['STOP'])).toEqual({ text: 'one STO', thinking: '', stopped: false });
  expect(read(['<think>STOP</think>a STOP'], ['STOP'])).toEqual({
    text: 'a ',
    thinking: 'STOP',
    stopped: true,
  });
});

it('reads the same however the text is cut', () => {
  const part = fc.constantFrom('<think>', '</think>', 'STOP', 'ST', '<', 'a', '\n', ' ', '</', 'think');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.integer({ min: 1, max: 7 }), (parts, size) => {
      const whole = parts.join('');
      const cut = whole.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      const { text, thinking } = read(cut, ['STOP']);
      const expected = read([whole], ['STOP']);
      expect({ text: text.trimStart(), thinking }).toEqual({
        text: expected.text.trimStart(),
        thinking: expected.thinking,
      });
      expect(text).not.toContain('STOP');
    }),
  );
});
