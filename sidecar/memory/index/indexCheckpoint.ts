import { endianness } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { createAtomicFile } from '../disk/atomicFile.ts';
import type { DataFolder } from '../disk/dataFolder.ts';
import { errnoOf } from '../disk/diskError.ts';
import type { FsFile, FsPort } from '../disk/fsPort.ts';
import { readFully } from '../disk/readFully.ts';
import { eventBodySchema, JOURNAL_VERSION } from '../events.ts';
import { crc32 } from '../journal/crc32.ts';
import type { SegmentState } from '../journal/journalReader.ts';
import { checkpointColumns } from './checkpointColumns.ts';
import { createIndexTables, type IndexTables } from './indexTables.ts';

/** Raise it whenever the columns, or what is folded into them, change. */
const FORMAT = 2;
const FILE = 'checkpoint';
const MAGIC = 'whetstone-index';
/** The first line: magic, bytes of the header, checksum of the header. */
const FIRST_LINE = /^whetstone-index (\d{10}) ([0-9a-f]{8})\n$/;
const FIRST_LINE_BYTES = MAGIC.length + 1 + 10 + 1 + 8 + 1;
const MAX_HEADER_BYTES = 64 * 1024 * 1024;
/** More damage than this is not carried along; the journal is read whole then, which finds it again. */
const MAX_DAMAGED = 1_000;

const count = z.number().int().min(0);
const headerSchema = z.object({
  format: z.literal(FORMAT),
  /** Of the event schemas: another program may read the same lines otherwise. */
  program: z.string(),
  endianness: z.enum(['LE', 'BE']),
  newerVersion: z.boolean(),
  segments: z.array(
    z.object({
      name: z.string(),
      ino: z.number(),
      offset: count,
      last: z.object({ offset: count, length: count, id: z.string() }).optional(),
    }),
  ),
  /** Places of damaged lines that were read over. */
  damaged: z.array(z.object({ segment: z.string(), offset: count, length: count, reason: z.string() })),
  places: z.array(z.object({ name: z.string().optional(), events: z.number() })),
  strings: z.array(z.string()),
  last: z.object({ at: z.number(), event: count }),
  rows: z.record(z.string(), count),
  columns: z.array(z.object({ name: z.string(), bytes: count, crc: count })),
});
type Header = z.infer<typeof headerSchema>;
export type DamagedPlace = Header['damaged'][number];

/** What was read of the journal, and how far. */
export interface Checkpoint {
  readonly tables: IndexTables;
  readonly segments: readonly SegmentState[];
  readonly damaged: readonly DamagedPlace[];
  readonly newerVersion: boolean;
}

/** Writes the checkpoint in the place of the old one; rejects with the disk's error. Holds no text of the journal. */
export async function saveCheckpoint(fs: FsPort, folder: DataFolder, checkpoint: Checkpoint): Promise<void> {
  if (checkpoint.damaged.length > MAX_DAMAGED) return;
  await fs.makeFolder(folder.index);
  const file = await createAtomicFile({ fs }, join(folder.index, FILE));
  try {
    for (const piece of encodeCheckpoint(checkpoint)) await file.write(piece);
    await file.finish();
    await file.publish();
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

/** The file in pieces. */
export function encodeCheckpoint({ tables, ...facts }: Checkpoint): Uint8Array[] {
  const { columns, rows } = checkpointColumns(tables);
  const pieces = columns.map(({ column, cells }) => column.bytes(cells));
  const header: Header = {
    format: FORMAT,
    program: programMark(),
    endianness: endianness(),
    newerVersion: facts.newerVersion,
    segments: facts.segments.map((each) => ({ ...each })),
    damaged: [...facts.damaged],
    places: [...tables.segments.all()],
    strings: [...tables.strings.all()],
    last: { ...tables.last },
    rows,
    columns: columns.map(({ name }, at) => {
      const bytes = pieces[at] ?? new Uint8Array();
      return { name, bytes: bytes.length, crc: crc32(bytes) };
    }),
  };
  const json = Buffer.from(JSON.stringify(header), 'utf8');
  return [Buffer.from(firstLine(json), 'latin1'), json, ...pieces];
}

/** Undefined where there is none, or one that can't be trusted to the last byte: then the journal is read whole. */
export async function loadCheckpoint(fs: FsPort, folder: DataFolder): Promise<Checkpoint | undefined> {
  const file = await fs.open(join(folder.index, FILE), 'read').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  });
  if (!file) return undefined;
  try {
    return await decodeCheckpoint(file);
  } finally {
    await file.close();
  }
}

async function decodeCheckpoint(file: FsFile): Promise<Checkpoint | undefined> {
  const start = Buffer.alloc(FIRST_LINE_BYTES);
  if (!(await fill(file, start, 0))) return undefined;
  const length = Number(FIRST_LINE.exec(start.toString('latin1'))?.[1] ?? Number.NaN);
  if (!(length <= MAX_HEADER_BYTES)) return undefined;
  const json = Buffer.alloc(length);
  if (!(await fill(file, json, start.length)) || firstLine(json) !== start.toString('latin1'))
    return undefined;
  const parsed = headerSchema.safeParse(JSON.parse(json.toString('utf8')));
  if (!parsed.success || parsed.data.endianness !== endianness()) return undefined;
  const tables = createIndexTables();
  if (!(await readColumns(file, tables, parsed.data, start.length + length))) return undefined;
  const { program, segments, damaged, newerVersion } = parsed.data;
  if (program !== programMark()) return undefined;
  return { tables, segments, damaged, newerVersion };
}

async function readColumns(
  file: FsFile,
  tables: IndexTables,
  header: Header,
  from: number,
): Promise<boolean> {
  tables.segments.restore(header.places);
  tables.strings.restore(header.strings);
  Object.assign(tables.last, header.last);
  let position = from;
  const { columns, settle } = checkpointColumns(tables, header.rows);
  if (columns.length !== header.columns.length) return false;
  for (const [at, { name, column, cells }] of columns.entries()) {
    const noted = header.columns[at];
    const bytes = column.room(cells);
    if (noted?.name !== name || noted.bytes !== bytes.length) return false;
    if (!(await fill(file, bytes, position)) || crc32(bytes) !== noted.crc) return false;
    position += bytes.length;
  }
  settle();
  return (await file.stat()).size === position;
}

/** False where the file ends before the target is full. */
async function fill(file: FsFile, target: Uint8Array, position: number): Promise<boolean> {
  return (await readFully(file, target, position)) === target.length;
}

function firstLine(header: Buffer): string {
  const crc = crc32(header).toString(16).padStart(8, '0');
  return `${MAGIC} ${String(header.length).padStart(10, '0')} ${crc}\n`;
}

function programMark(): string {
  const schema = JSON.stringify(z.toJSONSchema(eventBodySchema, { unrepresentable: 'any' }));
  return `${JOURNAL_VERSION}-${crc32(Buffer.from(schema)).toString(16)}`;
}
