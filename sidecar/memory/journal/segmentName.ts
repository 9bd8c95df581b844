import { ULID_PATTERN } from '../../protocol/ids.ts';

const WRITTEN = new RegExp(`^(${ULID_PATTERN})(?:-\\d{4,})?\\.jsonl$`);
const REWRITTEN = new RegExp(`^(${ULID_PATTERN})\\.(${ULID_PATTERN})\\.jsonl$`);
const RETIRED = new RegExp(`^\\.(${ULID_PATTERN}[^/\\\\]*\\.jsonl)\\.retired$`);

/** Who may append to a segment. */
export type SegmentOwner =
  | { readonly kind: 'writer'; readonly writer: string }
  /** Made from others, complete when it appeared. */
  | { readonly kind: 'nobody' }
  /** Not a name of this version. */
  | { readonly kind: 'unknown' };

/** Name of the n-th segment of a writer, from 0. */
export function writtenSegmentName(writer: string, index: number): string {
  return index === 0 ? `${writer}.jsonl` : `${writer}-${String(index + 1).padStart(4, '0')}.jsonl`;
}

/** Name of a segment that takes the place of others; `oldest` is the first of their names, so it sorts where it was. */
export function rewrittenSegmentName(oldest: string, id: string): string {
  return `${oldest.slice(0, 26)}.${id}.jsonl`;
}

export function segmentOwner(name: string): SegmentOwner {
  const writer = WRITTEN.exec(name)?.[1];
  if (writer !== undefined) return { kind: 'writer', writer };
  return REWRITTEN.test(name) ? { kind: 'nobody' } : { kind: 'unknown' };
}

/** Name of a segment that was replaced and is about to go. Readers do not look at it. */
export const retiredName = (name: string): string => `.${name}.retired`;

/** The segment's name before it was retired; undefined for any other file. */
export const nameBeforeRetiring = (name: string): string | undefined => RETIRED.exec(name)?.[1];
