import { join } from 'node:path';
import { AppError } from '../../protocol/errors.ts';
import type { SourceFormat } from '../../protocol/exchangeSchemas.ts';
import { errnoOf } from '../disk/diskError.ts';
import type { FsPort, FsStat } from '../disk/fsPort.ts';
import { fileBytes, textBytes } from './textBytes.ts';

export interface Source {
  readonly format: SourceFormat;
  readonly bytes: number;
  /** Of a CSV file. */
  readonly delimiter: string;
  /** Of a backup: whether it is compressed. */
  readonly isGzip: boolean;
}

const HEAD_BYTES = 64 * 1024;
const MB = 1024 * 1024;
/** Largest source by format, in bytes; a database is held in memory, the others are read in pieces. */
const MAX_BYTES: Readonly<Record<SourceFormat, number>> = {
  folder: Number.POSITIVE_INFINITY,
  segment: 1_024 * MB,
  backup: 4_096 * MB,
  database: 256 * MB,
  agentMemory: 1_024 * MB,
  jsonLines: 1_024 * MB,
  jsonList: 1_024 * MB,
  csv: 1_024 * MB,
};
const SEGMENT_LINE = /^[0-9a-f]{8} \{"/;
const TABLE_WORDS =
  /^(prompt|instruction|question|query|response|completion|output|chosen|rejected|feedback|tags|corrections?)$/;

/** Looks at the content. Rejects with `import.unreadable`, `import.unknownFormat` or `input.tooLarge`. */
export async function sourceFormat(fs: FsPort, path: string): Promise<Source> {
  const stat = await statOf(fs, path);
  if (stat.kind === 'folder') return folderFormat(fs, path);
  if (stat.kind !== 'file')
    throw unreadable(path, stat.kind === 'link' ? 'It is a link.' : 'It is neither a file nor a folder.');
  const raw = await headOf(fileBytes(fs, path), path);
  const text = await headOf(textBytes(once(raw)), path);
  const found = binaryFormat(raw) ?? textFormat(text.toString('utf8'));
  if (!found) throw unknownFormat(path);
  if (stat.size > MAX_BYTES[found.format]) {
    throw new AppError('input.tooLarge', `${path} is too large to take in.`, {
      why: `It has ${Math.ceil(stat.size / MB)} MB; the limit is ${MAX_BYTES[found.format] / MB} MB.`,
      next: 'Split it, then import the parts.',
    });
  }
  return { delimiter: ',', isGzip: false, ...found, bytes: stat.size };
}

type Found = Pick<Source, 'format'> & Partial<Source>;

async function folderFormat(fs: FsPort, path: string): Promise<Source> {
  const names = await fs.list(join(path, 'journal')).catch(() => undefined);
  if (!names?.some((name) => name.endsWith('.jsonl'))) {
    throw new AppError('import.unknownFormat', `${path} is no data folder of Whetstone.`, {
      why: 'It has no journal with anything in it.',
      next: 'Name the folder that holds the folder journal, or a file.',
    });
  }
  return { format: 'folder', bytes: 0, delimiter: ',', isGzip: false };
}

function binaryFormat(head: Buffer): Found | undefined {
  if (head.toString('latin1', 0, 16) === 'SQLite format 3\0') return { format: 'database' };
  if (head[0] === 0x1f && head[1] === 0x8b) return { format: 'backup', isGzip: true };
  if (head.toString('latin1', 257, 262) === 'ustar') return { format: 'backup' };
  return undefined;
}

function textFormat(head: string): Found | undefined {
  const text = head.trimStart();
  if (SEGMENT_LINE.test(text)) return { format: 'segment' };
  if (text.startsWith('[')) return { format: 'jsonList' };
  if (text.startsWith('{')) return objectFormat(text);
  const line = text.split(/\r?\n/, 1)[0] ?? '';
  if (line.includes('\0')) return undefined;
  for (const delimiter of [',', ';', '\t']) {
    const names = line.split(delimiter).map((name) => name.trim().replace(/^"|"$/g, '').toLowerCase());
    if (names.length > 1 && names.some((name) => TABLE_WORDS.test(name))) return { format: 'csv', delimiter };
  }
  return undefined;
}

/** A first line that is an object of its own makes it one object a line, unless it is the whole of a memory file. */
function objectFormat(text: string): Found | undefined {
  const namesLists = /"(conversation_history|approval_history)"\s*:/.test(text);
  const line = text.split('\n', 1)[0] ?? '';
  if (namesLists && (!isJson(line) || line.trim() === text.trim())) return { format: 'agentMemory' };
  // Spread over lines it is one object, of a kind that is not known here.
  return /^\{\s*\n/.test(text) ? undefined : { format: 'jsonLines' };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function statOf(fs: FsPort, path: string): Promise<FsStat> {
  try {
    return await fs.stat(path);
  } catch (error) {
    const why = errnoOf(error) === 'ENOENT' ? 'There is no such file or folder.' : messageOf(error);
    throw unreadable(path, why, error);
  }
}

async function headOf(chunks: AsyncIterable<Buffer>, path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of chunks) {
      parts.push(Buffer.from(chunk));
      length += chunk.length;
      if (length >= HEAD_BYTES) break;
    }
  } catch (error) {
    throw unreadable(path, messageOf(error), error);
  }
  return Buffer.concat(parts).subarray(0, HEAD_BYTES);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function unreadable(path: string, why: string, cause?: unknown): AppError {
  return new AppError('import.unreadable', `${path} can't be read.`, { why, next: 'Check the path.', cause });
}

/** The refusal of a source that is none. */
export function unknownFormat(path: string): AppError {
  return new AppError('import.unknownFormat', `${path} holds nothing that Whetstone knows.`, {
    why: 'It knows agent_memory.json, its own folders and backups, preference databases, feedback and pair tables as CSV or JSON lines, and the logs of a learning loop.',
    next: 'Check the file, or save it as JSON lines or CSV with a header line.',
  });
}
