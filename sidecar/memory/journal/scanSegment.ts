import type { FsPort } from '../disk/fsPort.ts';
import type { Envelope } from '../events.ts';
import { decodeLine, LINE_FEED, MAX_LINE_BYTES } from './lineCodec.ts';

/** Read size; between two reads other work gets its turn, which is after a millisecond or two. */
const CHUNK_BYTES = 64 * 1024;
/** Without a line feed for this long, what was read can't be a line of any version. */
const MAX_PENDING_BYTES = 16 * MAX_LINE_BYTES;

/** The reason of a damaged piece that is no whole line. */
export const NO_LINE_FEED = 'no line feed';

export interface SegmentVisitor {
  line(event: Envelope, offset: number, length: number): void;
  /** A whole line that can't be trusted; `bytes` includes its line feed. */
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
  const file = await fs.open(path, 'read');
  try {
    let pending: Buffer = Buffer.alloc(0);
    let start = from;
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const read = await file.read(chunk, 0, CHUNK_BYTES, start + pending.length);
      if (read === 0) return start;
      const fresh = chunk.subarray(0, read);
      const bytes = pending.length === 0 ? fresh : Buffer.concat([pending, fresh]);
      const used = visitLines(bytes, start, visitor);
      start += used;
      pending = bytes.subarray(used);
      if (pending.length > MAX_PENDING_BYTES) {
        visitor.damaged(pending.subarray(0, MAX_LINE_BYTES), start, NO_LINE_FEED);
        start += pending.length;
        pending = Buffer.alloc(0);
      }
    }
  } finally {
    await file.close();
  }
}

/** Returns the bytes used. */
function visitLines(bytes: Buffer, start: number, visitor: SegmentVisitor): number {
  let from = 0;
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, from)) {
    const decoded = decodeLine(bytes.subarray(from, end));
    const length = end + 1 - from;
    if (decoded.ok) visitor.line(decoded.event, start + from, length);
    else visitor.damaged(bytes.subarray(from, end + 1), start + from, decoded.reason);
    from = end + 1;
  }
  return from;
}
