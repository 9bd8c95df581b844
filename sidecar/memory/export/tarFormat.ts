export const BLOCK = 512;
const [NAME, MODE, SIZE, MTIME, SUM, TYPE, MAGIC, PREFIX] = [0, 100, 124, 136, 148, 156, 257, 345];
const MAX_NAME = 100;
const END = Buffer.alloc(2 * BLOCK);

/** One file of a tar archive (POSIX ustar), mode 0600. `at` is its time in milliseconds since 1970. */
export function tarEntry(path: string, content: Uint8Array, at: number): Buffer {
  if (Buffer.byteLength(path) > MAX_NAME) throw new Error(`${path} is too long a name for the archive.`);
  const header = Buffer.alloc(BLOCK);
  header.write(path, NAME);
  header.write('0000600\0', MODE);
  header.write('0000000\0', MODE + 8);
  header.write('0000000\0', MODE + 16);
  header.write(`${octal(content.length)}\0`, SIZE);
  header.write(`${octal(Math.floor(at / 1_000))}\0`, MTIME);
  header.write('0', TYPE);
  header.write('ustar\u000000', MAGIC);
  header.write(`${checksum(header).toString(8).padStart(6, '0')}\0 `, SUM);
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return Buffer.concat([header, content, padding]);
}

/** What stands behind the last file. */
export const TAR_END: Buffer = END;

const octal = (value: number): string => value.toString(8).padStart(11, '0');

/** The sum of a header's bytes with its own field taken as spaces. */
function checksum(header: Buffer): number {
  let sum = 0;
  for (let at = 0; at < BLOCK; at += 1) sum += at >= SUM && at < SUM + 8 ? 0x20 : (header[at] ?? 0);
  return sum;
}

export interface TarHeader {
  readonly size: number;
  /** `0` for a plain file. */
  readonly type: string;
  readonly name: string;
}

/** What a block says; undefined where it is no header, or a damaged one. */
export function readTarHeader(block: Buffer): TarHeader | undefined {
  const size = Number.parseInt(field(block, SIZE, 12), 8);
  const isSound = Number.parseInt(field(block, SUM, 8), 8) === checksum(block);
  if (!isSound || !Number.isSafeInteger(size) || size < 0) return undefined;
  return { size, type: String.fromCharCode(block[TYPE] ?? 0), name: nameOf(block) };
}

/** Where the next sound header begins, at or after `from`; -1 where there is none. */
export function findTarHeader(bytes: Buffer, from: number): number {
  let at = bytes.indexOf('ustar', from + MAGIC);
  for (; at >= 0; at = bytes.indexOf('ustar', at + 1)) {
    const start = at - MAGIC;
    const block = bytes.subarray(start, start + BLOCK);
    if (block.length === BLOCK && readTarHeader(block)) return start;
  }
  return -1;
}

function nameOf(header: Buffer): string {
  const prefix = field(header, PREFIX, 155);
  return `${prefix === '' ? '' : `${prefix}/`}${field(header, NAME, 100)}`;
}

function field(header: Buffer, at: number, length: number): string {
  const raw = header.subarray(at, at + length);
  const end = raw.indexOf(0);
  return raw
    .subarray(0, end < 0 ? length : end)
    .toString('utf8')
    .trim();
}
