/** A part of a document by offsets in UTF-16 code units; `end` is exclusive. */
export interface TrackedRange {
  readonly start: number;
  readonly end: number;
  /**
   * True once one change wrote over an edge of the range, as reading a changed file anew does: the range then holds all
   * of what was written, of which only a part may be the code.
   */
  readonly loose: boolean;
}

/** `text` in the place of `length` units from `offset`. */
export interface TextChange {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/**
 * The range after a change. What is written inside it, or in the place of a part of it, is in it; what is written at an
 * edge is not. A range that was deleted stays where it was, empty.
 */
export function afterChange(range: TrackedRange, { offset, length, text }: TextChange): TrackedRange {
  const { start, end, loose } = range;
  const changeEnd = offset + length;
  const shift = text.length - length;
  if (changeEnd <= start) return { start: start + shift, end: end + shift, loose };
  if (offset >= end) return range;
  const over = (offset < start || changeEnd > end) && text.length > 0;
  return {
    start: Math.min(start, offset),
    end: changeEnd >= end ? offset + text.length : end + shift,
    loose: loose || over,
  };
}

/** Several changes of one event. Their offsets are all of the text before it, so the last in the text goes first. */
export function inOrder(changes: readonly TextChange[]): TextChange[] {
  return [...changes].sort((a, b) => b.offset - a.offset);
}
