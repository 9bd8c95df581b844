import { join } from 'node:path';
import { errnoOf } from '../disk/diskError.ts';
import type { FsPort } from '../disk/fsPort.ts';
import { readFully } from '../disk/readFully.ts';
import type { Place } from './place.ts';

const BLOCK_BYTES = 256 * 1024;
/** 16 MB in all. A request, its answers and its decision mostly lie side by side. */
const KEPT_BLOCKS = 64;

/** Reads lines out of blocks that it keeps; undefined where the segment is gone or shorter. For files that only grow. */
export function createBlockCache(fs: FsPort, journal: string): (place: Place) => Promise<Buffer | undefined> {
  const kept = new Map<string, Buffer>();

  async function blockAt(segment: string, number: number, needed: number): Promise<Buffer> {
    const key = `${segment}:${number}`;
    const known = kept.get(key);
    kept.delete(key);
    const block =
      known && known.length >= needed ? known : await readBlock(fs, join(journal, segment), number);
    kept.set(key, block);
    const oldest = kept.size > KEPT_BLOCKS ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return block;
  }

  return async ({ segment, offset, length }) => {
    const pieces: Buffer[] = [];
    for (let at = offset; at < offset + length; ) {
      const from = at % BLOCK_BYTES;
      const to = Math.min(from + offset + length - at, BLOCK_BYTES);
      const block = await blockAt(segment, Math.floor(at / BLOCK_BYTES), to);
      if (block.length < to) return undefined;
      pieces.push(block.subarray(from, to));
      at += to - from;
    }
    return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
  };
}

/** Shorter than a block, or empty, where the file ends. */
async function readBlock(fs: FsPort, path: string, number: number): Promise<Buffer> {
  const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let done = 0;
  try {
    const file = await fs.open(path, 'read');
    try {
      done = await readFully(file, block, number * BLOCK_BYTES);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  return block.subarray(0, done);
}
