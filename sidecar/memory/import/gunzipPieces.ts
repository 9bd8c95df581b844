import { createGunzip, type Gunzip } from 'node:zlib';

/** Compressed bytes given to the decompressor at a time. */
const PIECE_BYTES = 16 * 1024;
/** In a piece that can't be unpacked it is looked closer, in these steps. */
const STEPS = [256, 1];
/** From here on an archive that unpacks to this many times its size is none of ours. */
const SUSPICIOUS_BYTES = 64 * 1024 * 1024;
const MAX_RATIO = 500;
/** Most bytes that an archive may unpack to, so that a file can't keep the program busy for ever. */
const MAX_UNPACKED = 64 * 1024 * 1024 * 1024;

/**
 * What a gzip file unpacks to, in pieces. Where it is damaged or cut off, everything that can be unpacked before that
 * comes first; then it throws. `open` gives the file's bytes from their beginning.
 */
export async function* gunzipPieces(open: () => AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const tool = createUnpacker();
  let [read, unpacked] = [0, 0];
  try {
    for await (const piece of piecesOf(open())) {
      const found = await tool.unpack(piece);
      if (tool.failure) {
        // The decompressor keeps to itself what it made of a piece in which it fails: once more, in smaller ones.
        yield* unpackedBefore(open, read, piece, STEPS);
        throw tool.failure;
      }
      read += piece.length;
      unpacked += found.reduce((sum, { length }) => sum + length, 0);
      checkSize(read, unpacked);
      yield* found;
    }
    yield* await tool.finish();
    if (tool.failure) throw tool.failure;
  } finally {
    tool.close();
  }
}

function checkSize(read: number, unpacked: number): void {
  if (unpacked > MAX_UNPACKED) throw new Error('it unpacks to more than 64 GB');
  if (unpacked > SUSPICIOUS_BYTES && unpacked > read * MAX_RATIO)
    throw new Error('it unpacks to far more than a backup does');
}

/** What a piece that stands behind the first `read` bytes gives until the decompressor fails in it. */
async function* unpackedBefore(
  open: () => AsyncIterable<Buffer>,
  read: number,
  piece: Buffer,
  [step = 1, ...smaller]: readonly number[],
): AsyncGenerator<Buffer> {
  const tool = createUnpacker();
  try {
    await unpackFirst(tool, open, read);
    for (let at = 0; at < piece.length; at += step) {
      const part = piece.subarray(at, at + step);
      const found = await tool.unpack(part);
      if (tool.failure) {
        if (step > 1) yield* unpackedBefore(open, read + at, part, smaller);
        return;
      }
      yield* found;
    }
  } finally {
    tool.close();
  }
}

/** Takes the first bytes of a file in, and nothing of what they give. */
async function unpackFirst(tool: Unpacker, open: () => AsyncIterable<Buffer>, count: number): Promise<void> {
  let given = 0;
  if (count === 0) return;
  for await (const piece of piecesOf(open())) {
    const part = piece.subarray(0, count - given);
    await tool.unpack(part);
    given += part.length;
    if (given >= count) return;
  }
}

interface Unpacker {
  /** Why it can't go on. */
  readonly failure: Error | undefined;
  unpack(piece: Buffer): Promise<Buffer[]>;
  finish(): Promise<Buffer[]>;
  close(): void;
}

function createUnpacker(): Unpacker {
  const gunzip: Gunzip = createGunzip();
  let found: Buffer[] = [];
  let failure: Error | undefined;
  // Called once when the piece is done, or will never be.
  let done = (): void => undefined;
  gunzip.on('data', (chunk: Buffer) => found.push(chunk));
  gunzip.on('error', (error) => {
    failure ??= error;
  });
  gunzip.on('close', () => done());
  const take = (): Buffer[] => {
    const taken = found;
    found = [];
    return taken;
  };
  return {
    get failure() {
      return failure;
    },
    unpack: async (piece) => {
      if (failure) return [];
      await new Promise<void>((resolve) => {
        done = resolve;
        gunzip.write(piece, () => resolve());
      });
      return take();
    },
    finish: async () => {
      if (failure) return [];
      await new Promise<void>((resolve) => {
        done = resolve;
        gunzip.end();
      });
      return take();
    },
    close: () => gunzip.destroy(),
  };
}

/** The same cuts at every call, whatever the sizes in which the file is read. */
async function* piecesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (; held.length >= PIECE_BYTES; held = held.subarray(PIECE_BYTES)) yield held.subarray(0, PIECE_BYTES);
  }
  if (held.length > 0) yield held;
}
