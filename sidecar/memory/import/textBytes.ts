import { isUtf8 } from 'node:buffer';
import type { FsFile, FsPort } from '../disk/fsPort.ts';

/** Read size; between two reads other work gets its turn. */
const CHUNK_BYTES = 256 * 1024;

/** The file's bytes as they are, in pieces. */
export async function* fileBytes(fs: FsPort, path: string): AsyncGenerator<Buffer> {
  const file = await fs.open(path, 'read');
  try {
    yield* chunksOf(file);
  } finally {
    await file.close();
  }
}

async function* chunksOf(file: FsFile): AsyncGenerator<Buffer> {
  let position = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const read = await file.read(chunk, 0, CHUNK_BYTES, position);
    if (read === 0) return;
    position += read;
    yield chunk.subarray(0, read);
  }
}

/** A text as UTF-8 bytes without its byte order mark; UTF-16 with a mark is converted. */
export async function* textBytes(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let isFirst = true;
  let held: Buffer = Buffer.alloc(0);
  for await (const fresh of chunks) {
    const chunk = held.length === 0 ? fresh : Buffer.concat([held, fresh]);
    held = Buffer.alloc(0);
    if (isFirst && chunk.length < 3) {
      held = chunk;
      continue;
    }
    const { encoding, length } = isFirst ? byteOrderMark(chunk) : { encoding: undefined, length: 0 };
    if (encoding) decoder = new TextDecoder(encoding);
    isFirst = false;
    const rest = chunk.subarray(length);
    yield decoder ? Buffer.from(decoder.decode(rest, { stream: true }), 'utf8') : rest;
  }
  if (held.length > 0) yield held;
  const last = decoder?.decode() ?? '';
  if (last !== '') yield Buffer.from(last, 'utf8');
}

function byteOrderMark(bytes: Buffer): { encoding: 'utf-16le' | 'utf-16be' | undefined; length: number } {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: undefined, length: 3 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', length: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', length: 2 };
  return { encoding: undefined, length: 0 };
}

/** The text of these bytes, or undefined where they are not UTF-8. */
export function utf8Text(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
