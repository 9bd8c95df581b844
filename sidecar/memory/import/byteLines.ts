import { LINE_FEED } from '../journal/lineCodec.ts';

/** Longest line that is held in memory, in bytes. */
export const MAX_LINE = 4 * 1024 * 1024;

export interface ByteLine {
  /** From 1. */
  readonly number: number;
  /** Without its line end. Undefined for a line longer than `MAX_LINE`. */
  readonly bytes: Buffer | undefined;
  /** False for a last line without a line feed. */
  readonly ended: boolean;
}

/** The lines of a text; an overlong one is passed over without being held. */
export async function* byteLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<ByteLine> {
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;
  const take = (ended: boolean): ByteLine => {
    const bytes = length > MAX_LINE ? undefined : Buffer.concat(parts);
    parts = [];
    length = 0;
    number += 1;
    return { number, bytes, ended };
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      length += end - from;
      parts.push(chunk.subarray(from, end));
      from = end + 1;
      yield take(true);
    }
    length += chunk.length - from;
    if (length > MAX_LINE) parts = [];
    else parts.push(chunk.subarray(from));
  }
  if (length > 0) yield take(false);
}
