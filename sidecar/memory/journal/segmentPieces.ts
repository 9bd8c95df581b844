import type { FsPort } from '../disk/fsPort.ts';
import type { Envelope } from '../events.ts';
import { decodeLine, LINE_FEED, MAX_LINE_BYTES } from './lineCodec.ts';

/** Read size; between two reads other work gets its turn, which is after a millisecond or two. */
const CHUNK_BYTES = 64 * 1024;
/** Without a line feed for this long, what was read can't be a line of any version. */
const MAX_PENDING_BYTES = 16 * MAX_LINE_BYTES;

/** The reason of a damaged piece that is no whole line. */
export const NO_LINE_FEED = 'no line feed';
/** The reason of what stands behind the last line feed: it was never acknowledged. */
export const NO_LINE_END = 'no line end';

/** A part of a segment with its exact bytes, line feed included. */
export type SegmentPiece =
  | { readonly kind: 'line'; readonly event: Envelope; readonly bytes: Buffer; readonly offset: number }
  | { readonly kind: 'damaged'; readonly reason: string; readonly bytes: Buffer; readonly offset: number };

/**
 * Every byte of a segment from `from` on, in order, some pieces at a time. Bytes behind the last line feed come last,
 * as damaged with the reason `NO_LINE_END`.
 */
export async function* segmentPieces(
  fs: FsPort,
  path: string,
  from = 0,
): AsyncGenerator<readonly SegmentPiece[]> {
  const file = await fs.open(path, 'read');
  try {
    let held = NOTHING;
    let start = from;
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const read = await file.read(chunk, 0, CHUNK_BYTES, start + held.bytes);
      if (read === 0) break;
      const fresh = chunk.subarray(0, read);
      held = { parts: [...held.parts, fresh], bytes: held.bytes + read };
      if (fresh.includes(LINE_FEED)) {
        const bytes = joined(held);
        const pieces = wholeLines(bytes, start);
        const used = bytes.lastIndexOf(LINE_FEED) + 1;
        start += used;
        held = { parts: [bytes.subarray(used)], bytes: bytes.length - used };
        yield pieces;
      }
      if (held.bytes <= MAX_PENDING_BYTES) continue;
      yield [{ kind: 'damaged', reason: NO_LINE_FEED, bytes: joined(held), offset: start }];
      start += held.bytes;
      held = NOTHING;
    }
    if (held.bytes > 0) yield [{ kind: 'damaged', reason: NO_LINE_END, bytes: joined(held), offset: start }];
  } finally {
    await file.close();
  }
}

/** What has no line feed yet, as it was read: joined each time, a long one would be copied again and again. */
interface Held {
  readonly parts: readonly Buffer[];
  readonly bytes: number;
}
const NOTHING: Held = { parts: [], bytes: 0 };

function joined({ parts }: Held): Buffer {
  const [first] = parts;
  return parts.length === 1 && first ? first : Buffer.concat(parts);
}

function wholeLines(bytes: Buffer, start: number): SegmentPiece[] {
  const pieces: SegmentPiece[] = [];
  let from = 0;
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, from)) {
    const decoded = decodeLine(bytes.subarray(from, end));
    const own = bytes.subarray(from, end + 1);
    const offset = start + from;
    if (decoded.ok) pieces.push({ kind: 'line', event: decoded.event, bytes: own, offset });
    else pieces.push({ kind: 'damaged', reason: decoded.reason, bytes: own, offset });
    from = end + 1;
  }
  return pieces;
}
