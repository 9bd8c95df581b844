import { type Envelope, JOURNAL_VERSION } from '../events.ts';
import { encodeLine } from './lineCodec.ts';

/** The kind of a segment's first line; not an event. */
export const SEGMENT_KIND = 'segment';

export interface SegmentHeaderPorts {
  /** Whose segment it is. */
  readonly writer: string;
  readonly ids: () => string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** The first line of a segment that begins now. */
export function segmentHeader({ writer, ids, clock }: SegmentHeaderPorts): Buffer {
  const at = new Date(clock()).toISOString();
  const header: Envelope = { v: JOURNAL_VERSION, id: ids(), at, writer, kind: SEGMENT_KIND };
  return encodeLine(header);
}
