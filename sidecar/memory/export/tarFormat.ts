const BLOCK = 512;
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

export interface TarFile {
  readonly path: string;
  /** Undefined where it is not wanted, or larger than `maxBytes`. */
  readonly content: Buffer | undefined;
}

export interface TarWants {
  readonly wanted: (path: string) => boolean;
  readonly maxBytes: number;
}

/**
 * The plain files of a tar archive in pieces; folders, links and everything else are passed over. Throws where the
 * archive is cut off or is none.
 */
export async function* readTar(
  chunks: AsyncIterable<Buffer>,
  { wanted, maxBytes }: TarWants,
): AsyncGenerator<TarFile> {
  const bytes = createByteReader(chunks);
  try {
    yield* filesIn(bytes, { wanted, maxBytes });
  } finally {
    await bytes.close();
  }
}

async function* filesIn(bytes: ByteReader, { wanted, maxBytes }: TarWants): AsyncGenerator<TarFile> {
  let longName: string | undefined;
  for (;;) {
    const header = await bytes.take(BLOCK);
    if (!header) throw cutOff();
    if (header.every((byte) => byte === 0)) return;
    const { size, type, name } = readHeader(header);
    const path = longName ?? name;
    const isFile = type === '0' || type === '\0';
    const isHeld = isLongName(type) ? size <= BLOCK * 8 : isFile && size <= maxBytes && wanted(path);
    const padded = Math.ceil(size / BLOCK) * BLOCK;
    const content = isHeld ? (await bytes.take(padded))?.subarray(0, size) : await bytes.skip(padded);
    if (isHeld && !content) throw cutOff();
    longName = isLongName(type) && content ? longNameIn(type, content) : undefined;
    if (isFile) yield { path, content };
  }
}

const cutOff = (): Error => new Error('The archive is cut off.');

function readHeader(header: Buffer): { size: number; type: string; name: string } {
  const size = Number.parseInt(field(header, SIZE, 12), 8);
  const isSound = Number.parseInt(field(header, SUM, 8), 8) === checksum(header);
  if (!isSound || !Number.isSafeInteger(size) || size < 0) throw new Error('The archive is damaged.');
  return { size, type: String.fromCharCode(header[TYPE] ?? 0), name: nameOf(header) };
}

const isLongName = (type: string): boolean => type === 'x' || type === 'L';

function longNameIn(type: string, content: Buffer): string | undefined {
  const text = content.toString('utf8');
  return type === 'L' ? text.replace(/\0.*$/s, '') : /(?:^|\n)\d+ path=(.*)\n/.exec(text)?.[1];
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

type ByteReader = ReturnType<typeof createByteReader>;

/** Takes so many bytes at a time from chunks of any size. */
function createByteReader(chunks: AsyncIterable<Buffer>) {
  const iterator = chunks[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const more = async (): Promise<boolean> => {
    const next = await iterator.next();
    held = next.done ? Buffer.alloc(0) : next.value;
    return !next.done;
  };
  return {
    /** Undefined where fewer are left. */
    take: async (count: number): Promise<Buffer | undefined> => {
      const parts: Buffer[] = [];
      let missing = count;
      while (missing > 0) {
        if (held.length === 0 && !(await more())) return undefined;
        const part = held.subarray(0, missing);
        parts.push(part);
        missing -= part.length;
        held = held.subarray(part.length);
      }
      return Buffer.concat(parts);
    },
    skip: async (count: number): Promise<undefined> => {
      let missing = count;
      while (missing > 0) {
        if (held.length === 0 && !(await more())) throw cutOff();
        const length = Math.min(missing, held.length);
        missing -= length;
        held = held.subarray(length);
      }
      return undefined;
    },
    close: async (): Promise<void> => {
      await iterator.return?.(undefined);
    },
  };
}
