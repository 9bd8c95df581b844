import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, crc32Table } from '../../../sidecar/memory/journal/crc32.ts';
import { decodeLine, encodeLine } from '../../../sidecar/memory/journal/lineCodec.ts';
import { request, ulid } from './memoryEvents.ts';

const withoutFeed = (line: Buffer): Buffer => line.subarray(0, line.length - 1);

describe('crc32', () => {
  it('gives the published check value, natively and in plain JavaScript', () => {
    const bytes = Buffer.from('123456789');
    expect(crc32(bytes)).toBe(0xcbf43926);
    expect(crc32Table(bytes)).toBe(0xcbf43926);
  });
  it('agrees with itself for any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => crc32(bytes) === crc32Table(bytes)));
  });
});

describe('lineCodec', () => {
  it('writes checksum, space, JSON and a line feed', () => {
    expect(encodeLine(request(3)).toString()).toMatch(/^[0-9a-f]{8} \{.*\}\n$/);
  });
  it('gives any prompt back unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (prompt) => {
        const line = encodeLine(request(3, prompt));
        expect(line.indexOf(0x0a)).toBe(line.length - 1);
        expect(decodeLine(withoutFeed(line))).toEqual({ ok: true, event: request(3, prompt) });
      }),
    );
  });
  it('keeps kinds and fields it does not know', () => {
    const event = { ...request(3), kind: 'somethingNew', extra: { deep: [1] } };
    expect(decodeLine(withoutFeed(encodeLine(event)))).toEqual({ ok: true, event });
  });
  it('detects every flipped bit', () => {
    const line = withoutFeed(encodeLine(request(3)));
    for (let bit = 0; bit < line.length * 8; bit += 1) {
      const copy = Buffer.from(line);
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decodeLine(copy).ok).toBe(false);
    }
  });
  it('says what is wrong with a line', () => {
    expect(decodeLine(Buffer.from('short'))).toEqual({ ok: false, reason: 'format' });
    const noEnvelope = Buffer.from(JSON.stringify({ id: ulid(1) }));
    const crc = crc32(noEnvelope).toString(16).padStart(8, '0');
    expect(decodeLine(Buffer.concat([Buffer.from(`${crc} `), noEnvelope]))).toEqual({
      ok: false,
      reason: 'envelope',
    });
  });
});
