import { basename, dirname, isAbsolute, join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { AppError } from '../../protocol/errors.ts';
import type { ExportFormat, ExportKind } from '../../protocol/exchangeSchemas.ts';
import type { Params, Result } from '../../protocol/methods.ts';
import { type AtomicFile, createAtomicFile } from '../disk/atomicFile.ts';
import { dataFolderPaths } from '../disk/dataFolder.ts';
import { errnoOf } from '../disk/diskError.ts';
import type { FsPort } from '../disk/fsPort.ts';
import { forgottenBy } from '../forget/forgotten.ts';
import type { Memory } from '../memory.ts';
import { createDiskEventSource } from '../views/diskEventSource.ts';
import { type BackupSummary, backupPieces } from './backupPieces.ts';
import { csvLine } from './csvLine.ts';
import { EXPORT_COLUMNS, type ExportRow, exportRows } from './exportRows.ts';
import { redactDeep } from './redactDeep.ts';

/** Text is gathered to about this many characters a write. */
const WRITE_CHARACTERS = 256 * 1024;

export interface ExportServicePorts {
  readonly memory: Memory;
  readonly fs: FsPort;
  readonly ids: () => string;
  readonly clock: () => number;
  /** The same text with what looks like a secret replaced. */
  readonly redact: (text: string) => string;
}

export interface ExportService {
  /**
   * Writes a new file of mode 0600 that is there whole or not at all. Rejects with `export.exists`, `export.format`,
   * `export.failed`, `rpc.invalid` where its folder is missing, and with the signal's reason.
   */
  run(params: Params<'export.run'>, signal: AbortSignal): Promise<Result<'export.run'>>;
}

export function createExportService(ports: ExportServicePorts): ExportService {
  return {
    run: async ({ kind, format, path, redact: isRedacted }, signal) => {
      const chosen = checkFormat(kind, format);
      const target = await targetPath(ports, kind, chosen, path);
      await ports.memory.ready;
      const job = { ...ports, kind, format: chosen, redact: isRedacted ? ports.redact : undefined, signal };
      const { entries, bytes, remarks } = await writeWhole(ports.fs, target, (file) => fill(job, file));
      return { kind, format: chosen, path: target, entries, bytes, redacted: isRedacted, remarks };
    },
  };
}

interface Job extends Omit<ExportServicePorts, 'redact'> {
  readonly kind: ExportKind;
  readonly format: ExportFormat;
  /** Absent where texts go out as they are. */
  readonly redact: ((text: string) => string) | undefined;
  readonly signal: AbortSignal;
}

interface Filled {
  readonly entries: number;
  /** True where there was nothing to write: then no file is made. */
  readonly isEmpty: boolean;
  readonly remarks: string[];
}

function checkFormat(kind: ExportKind, format: ExportFormat | undefined): ExportFormat {
  const chosen = format ?? (kind === 'all' ? 'tar.gz' : 'jsonl');
  const isPossible =
    kind === 'all' ? chosen === 'tar.gz' : chosen === 'jsonl' || (chosen === 'csv' && kind !== 'chat');
  if (isPossible) return chosen;
  throw new AppError('export.format', `${kind} can't be written as ${chosen}.`, {
    next: kind === 'all' ? 'A backup is written as tar.gz.' : 'Use jsonl.',
  });
}

async function targetPath(
  { memory, fs, clock }: ExportServicePorts,
  kind: ExportKind,
  format: ExportFormat,
  path: string | undefined,
): Promise<string> {
  const time = new Date(clock()).toISOString().replaceAll(/[:.]/g, '-');
  const name = `whetstone-${kind === 'all' ? 'backup' : kind}-${time}.${format}`;
  if (path === undefined) {
    const folder = memory.folder('datasets').path;
    await fs.makeFolder(folder).catch((error: unknown) => Promise.reject(failed(folder, error)));
    return join(folder, name);
  }
  if (!isAbsolute(path)) {
    throw new AppError('rpc.invalid', `${path} is not a whole path.`, {
      next: 'Give the path from its root.',
    });
  }
  const kindOfTarget = await kindOf(fs, path);
  if (kindOfTarget === undefined) return inFolder(fs, path);
  if (kindOfTarget === 'folder') return join(path, name);
  throw new AppError('export.exists', `${path} exists already.`, {
    why: 'An export never replaces a file.',
    next: 'Choose another name, or remove it first.',
  });
}

/** The path of a new file, whose folder has to be there. */
async function inFolder(fs: FsPort, path: string): Promise<string> {
  const folder = dirname(path);
  const kind = await kindOf(fs, folder);
  // A link may lead to a folder; whether it does shows when the file is made.
  if (kind === 'folder' || kind === 'link') return path;
  throw new AppError('rpc.invalid', `${folder} is not there.`, {
    why: kind === undefined ? 'There is no such folder.' : 'It is no folder.',
    next: 'Make the folder first, or name another.',
  });
}

async function kindOf(fs: FsPort, path: string): Promise<string | undefined> {
  try {
    return (await fs.stat(path)).kind;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw failed(path, error);
  }
}

async function writeWhole(
  fs: FsPort,
  path: string,
  fillIn: (file: AtomicFile) => Promise<Filled>,
): Promise<Filled & { readonly bytes: number }> {
  let file: AtomicFile | undefined;
  try {
    file = await createAtomicFile({ fs }, path);
    const filled = await fillIn(file);
    if (filled.isEmpty) {
      await file.abandon();
      return { ...filled, bytes: 0 };
    }
    await file.finish();
    await file.publish();
    return { ...filled, bytes: file.bytes };
  } catch (error) {
    await file?.abandon();
    if (AppError.is(error) || (error instanceof Error && error.name === 'AbortError')) throw error;
    throw failed(path, error);
  }
}

async function fill(job: Job, file: AtomicFile): Promise<Filled> {
  return job.kind === 'all' ? fillBackup(job, file) : fillDataset(job, job.kind, file);
}

async function fillBackup(
  { fs, memory, ids, clock, redact: hide, signal }: Job,
  file: AtomicFile,
): Promise<Filled> {
  const summary: BackupSummary = { events: 0, files: 0, remarks: [] };
  const forgotten = new Set(memory.index.forgets().flatMap(forgottenBy));
  const folder = dataFolderPaths(memory.dataFolder);
  const pieces = Readable.from(backupPieces({ fs, folder, ids, clock, forgotten, redact: hide }, summary));
  // Whichever side ends first, the other is closed; errors come through the iteration.
  for await (const chunk of pipeline(pieces, createGzip(), () => undefined)) {
    signal.throwIfAborted();
    if (chunk instanceof Uint8Array) await file.write(chunk);
  }
  const isEmpty = summary.events + summary.files === 0;
  return { entries: summary.events, isEmpty, remarks: summary.remarks };
}

async function fillDataset(job: Job, kind: Exclude<ExportKind, 'all'>, file: AtomicFile): Promise<Filled> {
  const source = await createDiskEventSource(job.fs, dataFolderPaths(job.memory.dataFolder));
  const columns: readonly string[] = kind === 'chat' ? [] : EXPORT_COLUMNS[kind];
  let text = job.format === 'csv' ? csvLine(columns) : '';
  let entries = 0;
  for await (const row of exportRows(source, kind)) {
    job.signal.throwIfAborted();
    entries += 1;
    text += rowText(job, columns, row);
    if (text.length < WRITE_CHARACTERS) continue;
    await file.write(Buffer.from(text, 'utf8'));
    text = '';
  }
  await file.write(Buffer.from(text, 'utf8'));
  return { entries, isEmpty: entries === 0, remarks: [] };
}

function rowText({ format, redact: hide }: Job, columns: readonly string[], row: ExportRow): string {
  const shown = hide
    ? Object.entries(row).map(([name, value]) => [name, redactDeep(value, hide)] as const)
    : Object.entries(row);
  const fields = new Map(shown);
  if (format === 'csv') return csvLine(columns.map((name) => fields.get(name)));
  return `${JSON.stringify(Object.fromEntries(fields))}\n`;
}

const TEMP_NAME = /[^/\\]*\.[0-9a-f]{12}\.tmp/g;

function failed(path: string, error: unknown): AppError {
  // The name under which it is written at first says nothing to anybody.
  const why = (error instanceof Error ? error.message : String(error)).replaceAll(TEMP_NAME, basename(path));
  return new AppError('export.failed', `${basename(path)} can't be written.`, {
    why,
    next: `Check that ${dirname(path)} is there and has room.`,
    cause: error,
  });
}
