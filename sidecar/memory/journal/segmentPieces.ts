import type { FsPort } from '../disk/fsPort.ts';
import type { Envelope } from '../events.ts';
import { decodeLine, LINE_FEED, MAX_LINE_BYTES } from './lineCodec.ts';

const CHUNK_BYTES = 256 * 1024;
/** As the reader has it: what has no line feed for this long is no line of any version. */
const MAX_PENDING_BYTES = 16 * MAX_LINE_BYTES;

/** A part of a segment with its exact bytes, line feed included. */
export type SegmentPiece =
  | { readonly kind: 'line'; readonly event: Envelope; readonly bytes: Buffer; readonly offset: number }
  | { readonly kind: 'damaged'; readonly reason: string; readonly bytes: Buffer; readonly offset: number };

/**
 * Every byte of a segment, in order, some pieces at a time. Bytes behind the last line feed come last, as damaged with
 * the reason `no line end`.
 */
export async function* segmentPieces(fs: FsPort, path: string): AsyncGenerator<readonly SegmentPiece[]> {
  const file = await fs.open(path, 'read');
  try {
    let pending: Buffer = Buffer.alloc(0);
    let start = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const read = await file.read(chunk, 0, CHUNK_BYTES, start + pending.length);
      if (read === 0) break;
      const fresh = chunk.subarray(0, read);
      const bytes = pending.length === 0 ? fresh : Buffer.concat([pending, fresh]);
      const pieces = wholeLines(bytes, start);
      const used = pieces.reduce((sum, piece) => sum + piece.bytes.length, 0);
      start += used;
      pending = bytes.subarray(used);
      if (pieces.length > 0) yield pieces;
      if (pending.length <= MAX_PENDING_BYTES) continue;
      yield [{ kind: 'damaged', reason: 'no line feed', bytes: pending, offset: start }];
      start += pending.length;
      pending = Buffer.alloc(0);
    }
    if (pending.length > 0) yield [{ kind: 'damaged', reason: 'no line end', bytes: pending, offset: start }];
  } finally {
    await file.close();
  }
}

function wholeLines(bytes: Buffer, start: number): SegmentPiece[] {
  const pieces: SegmentPiece[] = [];
  let from = 0;
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, from)) {
    const decoded = decodeLine(bytes.subarray(from, end));
    const piece = { bytes: bytes.subarray(from, end + 1), offset: start + from };
    if (decoded.ok) pieces.push({ kind: 'line', event: decoded.event, ...piece });
    else pieces.push({ kind: 'damaged', reason: decoded.reason, ...piece });
    from = end + 1;
  }
  return pieces;
}
