import type { ErrorData } from './errors.ts';
import { MAX_TEXT } from './ids.ts';

/*
 * A journal line, JSON in UTF-8, stays below 1,048,576 bytes. What a text takes there is known only from its bytes:
 * a Chinese character takes three, a line feed two.
 */

/** Most bytes that an answer takes in the journal; with MAX_THINKING_BYTES it leaves 64 KiB for all else. */
export const MAX_ANSWER_BYTES = 655_360;
/** Most bytes that the thinking before an answer takes in the journal. */
export const MAX_THINKING_BYTES = 327_680;
/** Most bytes that a corrected answer takes in the journal; a note of any kind fits beside it. */
export const MAX_EDIT_BYTES = 1_000_000;

const SHORT_ESCAPES = new Set(['"', '\\', '\b', '\t', '\n', '\f', '\r']);

/** Bytes of one character (a lone surrogate too) in JSON, as UTF-8. */
function bytesOf(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (SHORT_ESCAPES.has(character)) return 2;
  if (point < 0x20 || (point >= 0xd800 && point <= 0xdfff)) return 6;
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

/** Bytes that a text takes in the journal, its quotes left out. */
export function recordedBytes(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += bytesOf(character);
  return bytes;
}

/** The longest beginning of a text that fits into so many UTF-16 units and bytes of the journal, cut between characters. */
export function fittingPart(text: string, units: number, bytes: number): string {
  let end = 0;
  let taken = 0;
  for (const character of text) {
    taken += bytesOf(character);
    if (taken > bytes || end + character.length > units) return text.slice(0, end);
    end += character.length;
  }
  return text;
}

/** Why a corrected answer can't be recorded as it is; undefined where it can. */
export function editRefusal(text: string): ErrorData | undefined {
  const what = 'This corrected answer is too long to be recorded.';
  const next = 'Shorten it, then save it again. It stays in the edit box.';
  const number = (value: number): string => value.toLocaleString('en-US');
  if (text.length > MAX_TEXT) {
    const why = `It has ${number(text.length)} characters; the limit is ${number(MAX_TEXT)}.`;
    return { code: 'input.tooLarge', what, why, next };
  }
  const bytes = recordedBytes(text);
  if (bytes <= MAX_EDIT_BYTES) return undefined;
  const why = `It takes ${number(bytes)} bytes; the limit is ${number(MAX_EDIT_BYTES)}.`;
  return { code: 'input.tooLarge', what, why, next };
}
