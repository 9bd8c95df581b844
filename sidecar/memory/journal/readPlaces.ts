import { join } from 'node:path';
import { errnoOf } from '../disk/diskError.ts';
import type { FsFile, FsPort } from '../disk/fsPort.ts';
import { readFully } from '../disk/readFully.ts';
import type { Envelope } from '../events.ts';
import { decodeWholeLine } from './lineCodec.ts';
import type { Place } from './place.ts';

/** Lines that lie near each other are read together. */
const BLOCK_BYTES = 32 * 1024;

/** The lines at many places, each file opened once; undefined for a place where no whole line is. */
export async function* readPlaces(
  fs: FsPort,
  journal: string,
  places: readonly Place[],
): AsyncGenerator<Envelope | undefined> {
  const sorted = [...places].sort((a, b) =>
    a.segment === b.segment ? a.offset - b.offset : a.segment < b.segment ? -1 : 1,
  );
  let segment: string | undefined;
  let file: FsFile | undefined;
  let block: Block = { start: 0, bytes: Buffer.alloc(0) };
  try {
    for (const place of sorted) {
      if (place.segment !== segment) {
        await file?.close();
        segment = place.segment;
        file = await openIfThere(fs, join(journal, segment));
        block = { start: 0, bytes: Buffer.alloc(0) };
      }
      if (file && !holds(block, place)) block = await readBlock(file, place);
      yield file && lineAt(block, place);
    }
  } finally {
    await file?.close();
  }
}

interface Block {
  readonly start: number;
  readonly bytes: Buffer;
}

function holds({ start, bytes }: Block, { offset, length }: Place): boolean {
  return offset >= start && offset + length <= start + bytes.length;
}

async function readBlock(file: FsFile, { offset, length }: Place): Promise<Block> {
  const bytes = Buffer.alloc(Math.max(length, BLOCK_BYTES));
  return { start: offset, bytes: bytes.subarray(0, await readFully(file, bytes, offset)) };
}

function lineAt(block: Block, place: Place): Envelope | undefined {
  if (!holds(block, place)) return undefined;
  const from = place.offset - block.start;
  return decodeWholeLine(block.bytes.subarray(from, from + place.length));
}

async function openIfThere(fs: FsPort, path: string): Promise<FsFile | undefined> {
  try {
    return await fs.open(path, 'read');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
