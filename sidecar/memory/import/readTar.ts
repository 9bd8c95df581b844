import { BLOCK, findTarHeader, readTarHeader, type TarHeader } from '../export/tarFormat.ts';
import { LINE_FEED, MAX_LINE_BYTES } from '../journal/lineCodec.ts';

/** What an archive holds, in its order. */
export type TarPart =
  /** A whole plain file; `content` is undefined where it is not wanted, or larger than `maxBytes`. */
  | { readonly what: 'file'; readonly path: string; readonly content: Buffer | undefined }
  /** The beginning of a wanted file that the archive ends in. */
  | { readonly what: 'cut'; readonly path: string; readonly content: Buffer }
  /** Bytes of which a damaged archive does not say any more to which file they belong. Lines are whole. */
  | { readonly what: 'loose'; readonly content: Buffer }
  /** Why the archive is not whole. */
  | { readonly what: 'damage'; readonly why: string };

export interface TarWants {
  readonly wanted: (path: string) => boolean;
  readonly maxBytes: number;
}

/** Loose bytes are gathered to about this many. */
const LOOSE_BYTES = 4 * MAX_LINE_BYTES;
const ZEROS = Buffer.alloc(BLOCK);
const MAX_LONG_NAME = 8 * BLOCK;
/** A damaged file may have lost some bytes: the next header is looked for from so many before where it should be. */
const LOOK_BACK = 2 * BLOCK;

/**
 * The plain files of a tar archive in pieces; folders, links and everything else are passed over. What is damaged is
 * told; what is readable behind it is read.
 */
export async function* readTar(
  chunks: AsyncIterable<Buffer>,
  { wanted, maxBytes }: TarWants,
): AsyncGenerator<TarPart> {
  const bytes = createByteReader(chunks);
  try {
    yield* partsOf(bytes, { wanted, maxBytes });
    if (bytes.failure !== undefined) yield { what: 'damage', why: bytes.failure };
  } finally {
    await bytes.close();
  }
}

async function* partsOf(bytes: ByteReader, wants: TarWants): AsyncGenerator<TarPart> {
  let isEnded = false;
  for (;;) {
    const block = await bytes.header();
    if (block.equals(ZEROS.subarray(0, block.length))) {
      if (block.length < BLOCK) break;
      isEnded = true;
      bytes.skipZeros();
      continue;
    }
    const header = block.length === BLOCK ? readTarHeader(block) : undefined;
    isEnded = header === undefined;
    if (header) yield* entryParts(bytes, header, wants);
    else {
      if (block.length === BLOCK) yield { what: 'damage', why: 'a part of it is not what it was' };
      else if (bytes.failure === undefined) yield CUT_OFF;
      bytes.unread(block);
      yield* looseParts(bytes);
    }
  }
  if (!isEnded && bytes.failure === undefined) yield CUT_OFF;
}

const CUT_OFF: TarPart = { what: 'damage', why: 'it is cut off' };

/** One entry of the archive; a long name is an entry before its file. */
async function* entryParts(bytes: ByteReader, header: TarHeader, wants: TarWants): AsyncGenerator<TarPart> {
  if (header.type === '0' || header.type === '\0') yield await filePart(bytes, header, header.name, wants);
  else if (!isLongName(header.type) || header.size > MAX_LONG_NAME) await bytes.skip(padded(header));
  else {
    const name = longNameIn(header.type, (await bytes.take(padded(header))).subarray(0, header.size));
    const block = await bytes.header();
    const next = block.length === BLOCK ? readTarHeader(block) : undefined;
    const isFile = next?.type === '0' || next?.type === '\0';
    if (next && isFile) yield await filePart(bytes, next, name ?? next.name, wants);
    else bytes.unread(block);
  }
}

const padded = ({ size }: TarHeader): number => Math.ceil(size / BLOCK) * BLOCK;

async function filePart(
  bytes: ByteReader,
  header: TarHeader,
  path: string,
  { wanted, maxBytes }: TarWants,
): Promise<TarPart> {
  if (header.size > maxBytes || !wanted(path)) {
    await bytes.skip(padded(header));
    return { what: 'file', path, content: undefined };
  }
  const content = (await bytes.take(padded(header))).subarray(0, header.size);
  return { what: content.length < header.size ? 'cut' : 'file', path, content };
}

/** Everything up to the next sound header, or to the end. */
async function* looseParts(bytes: ByteReader): AsyncGenerator<TarPart> {
  let known = bytes.before();
  let from = 0;
  let told = known.length;
  for (;;) {
    const fresh = await bytes.any();
    if (!fresh) break;
    known = Buffer.concat([known, fresh]);
    const at = findTarHeader(known, from);
    if (at >= 0) {
      if (at > told) yield { what: 'loose', content: known.subarray(told, at) };
      return bytes.unread(known.subarray(at));
    }
    from = Math.max(0, known.length - BLOCK + 1);
    if (known.length - told < LOOSE_BYTES) continue;
    const lastLine = known.lastIndexOf(LINE_FEED, from) + 1;
    const end = lastLine > told ? lastLine : from;
    yield { what: 'loose', content: known.subarray(told, end) };
    known = known.subarray(end);
    from -= end;
    told = 0;
  }
  if (known.length > told) yield { what: 'loose', content: known.subarray(told) };
}

const isLongName = (type: string): boolean => type === 'x' || type === 'L';

function longNameIn(type: string, content: Buffer): string | undefined {
  const text = content.toString('utf8');
  return type === 'L' ? text.replace(/\0.*$/s, '') : /(?:^|\n)\d+ path=(.*)\n/.exec(text)?.[1];
}

type ByteReader = ReturnType<typeof createByteReader>;

/** Takes so many bytes at a time from chunks of any size. Where they fail it is as if they ended there. */
function createByteReader(chunks: AsyncIterable<Buffer>) {
  const iterator = chunks[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  let before: Buffer = Buffer.alloc(0);
  let failure: string | undefined;
  const more = async (): Promise<boolean> => {
    if (failure !== undefined) return false;
    try {
      const next = await iterator.next();
      held = next.done ? Buffer.alloc(0) : next.value;
      return !next.done;
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
      return false;
    }
  };
  /** Calls back with each piece of the next bytes; fewer where they end. */
  const pass = async (count: number, visit: (part: Buffer) => void): Promise<void> => {
    let missing = count;
    while (missing > 0) {
      if (held.length === 0 && !(await more())) return;
      const part = held.subarray(0, missing);
      visit(part);
      missing -= part.length;
      held = held.subarray(part.length);
    }
  };
  const next = async (count: number): Promise<Buffer> => {
    const parts: Buffer[] = [];
    await pass(count, (part) => parts.push(part));
    return Buffer.concat(parts);
  };
  return {
    /** Why the bytes end, where they should not. */
    get failure() {
      return failure;
    },
    /** The next block; shorter at the end only. */
    header: (): Promise<Buffer> => next(BLOCK),
    /** The content of a file; fewer bytes than asked for at the end only. */
    take: async (count: number): Promise<Buffer> => {
      const taken = await next(count);
      before = taken.subarray(-LOOK_BACK);
      return taken;
    },
    skip: (count: number): Promise<void> => {
      before = Buffer.alloc(0);
      return pass(count, () => undefined);
    },
    /** Passes over empty blocks, as far as they are read already. */
    skipZeros: (): void => {
      while (held.length >= BLOCK && held.subarray(0, BLOCK).equals(ZEROS)) held = held.subarray(BLOCK);
    },
    /** The next bytes, however many; undefined at the end. */
    any: async (): Promise<Buffer | undefined> => {
      while (held.length === 0) if (!(await more())) return undefined;
      const taken = held;
      held = Buffer.alloc(0);
      return taken;
    },
    unread: (bytes: Buffer): void => {
      held = Buffer.concat([bytes, held]);
    },
    /** The end of the file before, once. */
    before: (): Buffer => {
      const taken = before;
      before = Buffer.alloc(0);
      return taken;
    },
    close: async (): Promise<void> => {
      await iterator.return?.(undefined);
    },
  };
}
