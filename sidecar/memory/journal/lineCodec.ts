import type { Envelope } from '../events.ts';
import { crc32 } from './crc32.ts';
import { isEnvelope } from './isEnvelope.ts';

/** Longest journal line with its checksum and line feed, in bytes. */
export const MAX_LINE_BYTES = 1_048_576;

const SPACE = 0x20;
export const LINE_FEED = 0x0a;
const CRC_LENGTH = 8;

export type DecodedLine =
  | { readonly ok: true; readonly event: Envelope }
  | { readonly ok: false; readonly reason: 'checksum' | 'format' | 'envelope' };

/** One journal line: `crc32hex SP json LF`; the checksum covers the JSON bytes. */
export function encodeLine(event: Envelope): Buffer {
  const json = JSON.stringify(event);
  const line = Buffer.allocUnsafe(CRC_LENGTH + 1 + Buffer.byteLength(json) + 1);
  line.write(json, CRC_LENGTH + 1, 'utf8');
  const crc = crc32(line.subarray(CRC_LENGTH + 1, -1));
  line.write(crc.toString(16).padStart(CRC_LENGTH, '0'), 0, 'latin1');
  line[CRC_LENGTH] = SPACE;
  line[line.length - 1] = LINE_FEED;
  return line;
}

/** Decodes a line given without its line feed. Unknown kinds and fields are kept. */
export function decodeLine(line: Buffer): DecodedLine {
  if (line.length < CRC_LENGTH + 3 || line[CRC_LENGTH] !== SPACE) return { ok: false, reason: 'format' };
  const crc = line.toString('latin1', 0, CRC_LENGTH);
  const json = line.subarray(CRC_LENGTH + 1);
  if (crc !== crc32(json).toString(16).padStart(CRC_LENGTH, '0')) return { ok: false, reason: 'checksum' };
  const event = parseEnvelope(json.toString('utf8'));
  return event ? { ok: true, event } : { ok: false, reason: 'envelope' };
}

/** The event of a line given with its line feed; undefined for what is no sound line. */
export function decodeWholeLine(line: Buffer): Envelope | undefined {
  const decoded = decodeLine(line.subarray(0, -1));
  return decoded.ok ? decoded.event : undefined;
}

function parseEnvelope(text: string): Envelope | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isEnvelope(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
