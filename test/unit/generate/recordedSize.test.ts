import { describe, expect, it } from 'vitest';
import { encodeLine, MAX_LINE_BYTES } from '../../../sidecar/memory/journal/lineCodec.ts';
import { MAX_TEXT } from '../../../sidecar/protocol/ids.ts';
import {
  editRefusal,
  fittingPart,
  MAX_EDIT_BYTES,
  recordedBytes,
} from '../../../sidecar/protocol/recordedSize.ts';

const MIXED = 'a"\\\b\t\n\f\r\u0000\u001f\u007f\u0080é中\ufeff\u2028😀\ud800x\udc00';

describe('recordedSize', () => {
  it('counts the bytes that JSON takes in UTF-8', () => {
    for (const character of [MIXED, ...MIXED]) {
      const json = Buffer.byteLength(JSON.stringify(character), 'utf8') - 2;
      expect(recordedBytes(character), JSON.stringify(character)).toBe(json);
    }
  });

  it('cuts between characters, at whichever limit comes first', () => {
    expect(fittingPart('a😀b', 9, 5)).toBe('a😀');
    expect(fittingPart('a😀b', 9, 4)).toBe('a');
    expect(fittingPart('a😀b', 2, 9)).toBe('a');
    expect(fittingPart('a😀b', 4, 6)).toBe('a😀b');
  });

  it('takes a corrected answer up to its limit, which fits into a line beside any note', () => {
    const most = '\u0001'.repeat(Math.floor(MAX_EDIT_BYTES / 6));
    expect(editRefusal(most)).toBeUndefined();
    const id = '0'.repeat(26);
    const ids = { id, writer: id, decision: id, request: id, candidate: id, sha256: 'a'.repeat(64) };
    const note = '\u0001'.repeat(4_000);
    const reasons = Array(32).fill('r'.repeat(64));
    const line = {
      v: 1,
      at: '2026-01-01T00:00:00.000Z',
      kind: 'decision',
      verdict: 'edited',
      ...ids,
    } as const;
    expect(encodeLine({ ...line, reasons, note, editedText: most }).length).toBeLessThan(MAX_LINE_BYTES);
  });

  it('refuses a longer one, and says the limit in the unit that is exceeded', () => {
    expect(editRefusal('x'.repeat(MAX_TEXT))).toBeUndefined();
    expect(editRefusal('x'.repeat(MAX_TEXT + 1))).toMatchObject({
      code: 'input.tooLarge',
      why: 'It has 400,001 characters; the limit is 400,000.',
    });
    expect(editRefusal('中'.repeat(333_334))).toMatchObject({
      code: 'input.tooLarge',
      why: 'It takes 1,000,002 bytes; the limit is 1,000,000.',
    });
  });
});
