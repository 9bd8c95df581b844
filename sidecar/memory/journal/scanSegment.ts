import type { FsPort } from '../disk/fsPort.ts';
import type { Envelope } from '../events.ts';
import { MAX_LINE_BYTES } from './lineCodec.ts';
import { NO_LINE_END, NO_LINE_FEED, segmentPieces } from './segmentPieces.ts';

export interface SegmentVisitor {
  line(event: Envelope, offset: number, length: number): void;
  /** A whole line that can't be trusted, with its line feed; of what has none for too long, the beginning. */
  damaged(bytes: Buffer, offset: number, reason: string): void;
}

/**
 * Visits every whole line from `from` (bytes) on. Returns the offset behind the last one: what follows it was never
 * acknowledged and is ignored.
 */
export async function scanSegment(
  fs: FsPort,
  path: string,
  from: number,
  visitor: SegmentVisitor,
): Promise<number> {
  let end = from;
  for await (const pieces of segmentPieces(fs, path, from)) {
    for (const piece of pieces) {
      const { bytes, offset } = piece;
      if (piece.kind === 'line') visitor.line(piece.event, offset, bytes.length);
      else if (piece.reason === NO_LINE_END) continue;
      else if (piece.reason === NO_LINE_FEED)
        visitor.damaged(bytes.subarray(0, MAX_LINE_BYTES), offset, piece.reason);
      else visitor.damaged(bytes, offset, piece.reason);
      end = offset + bytes.length;
    }
  }
  return end;
}
