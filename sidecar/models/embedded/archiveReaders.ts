import { inflateRawSync } from 'node:zlib';

const BLOCK = 512;

export interface ArchiveFile {
  /** Relative, with forward slashes, checked to stay below the folder it is unpacked into. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable: boolean;
}

/** The plain files of a tar archive, as npm packs them. Throws for links and for paths that lead out. */
export function* readTar(archive: Uint8Array): Generator<ArchiveFile> {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header[0] === 0) return;
    const size = Number.parseInt(field(header, 124, 12), 8) || 0;
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) throw new Error('The archive is cut off.');
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'x') {
      longName = /(?:^|\n)\d+ path=(.*)\n/.exec(content.toString('utf8'))?.[1];
    } else if (type === '0' || type === '\0') {
      const prefix = field(header, 345, 155);
      const path = longName ?? `${prefix === '' ? '' : `${prefix}/`}${field(header, 0, 100)}`;
      longName = undefined;
      yield {
        path: checked(path),
        content,
        executable: (Number.parseInt(field(header, 100, 8), 8) & 0o111) !== 0,
      };
    } else if (type === 'g' || type === '5') {
      longName = undefined;
    } else {
      throw new Error(`The archive has an entry of type ${type}.`);
    }
  }
}

function field(header: Buffer, at: number, length: number): string {
  const raw = header.subarray(at, at + length);
  const end = raw.indexOf(0);
  return raw
    .subarray(0, end < 0 ? length : end)
    .toString('utf8')
    .trim();
}

/** The file of a zip archive whose path ends with `ending`; undefined where there is none. */
export function readZipFile(archive: Uint8Array, ending: string): Uint8Array | undefined {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0) throw new Error('Not a zip archive.');
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  for (let i = 0; i < count; i += 1) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) throw new Error('The zip archive is damaged.');
    const [nameLength, extraLength, noteLength] = [28, 30, 32].map((offset) =>
      bytes.readUInt16LE(at + offset),
    );
    const name = bytes.toString('utf8', at + 46, at + 46 + (nameLength ?? 0));
    if (name.endsWith(ending)) return zipContent(bytes, at);
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (noteLength ?? 0);
  }
  return undefined;
}

function zipContent(bytes: Buffer, entry: number): Uint8Array {
  const method = bytes.readUInt16LE(entry + 10);
  const packed = bytes.readUInt32LE(entry + 20);
  const size = bytes.readUInt32LE(entry + 24);
  const local = bytes.readUInt32LE(entry + 42);
  const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const raw = bytes.subarray(from, from + packed);
  if (method === 0) return raw;
  if (method !== 8) throw new Error(`The zip archive uses method ${method}.`);
  return inflateRawSync(raw, { maxOutputLength: Math.max(size, 1) });
}

function checked(path: string): string {
  const parts = path.split('/');
  if (
    path.includes('\\') ||
    path.includes('\0') ||
    /^([A-Za-z]:|\/)/.test(path) ||
    parts.some((part) => part === '..' || part === '')
  ) {
    throw new Error(`The archive has a path that leads out of its folder: ${path.slice(0, 100)}`);
  }
  return path;
}
