import { join } from 'node:path';
import { countOf } from '../../protocol/countOf.ts';
import { AppError } from '../../protocol/errors.ts';
import type { Category } from '../../protocol/words.ts';
import type { FsPort } from '../disk/fsPort.ts';
import type { Memory } from '../memory.ts';
import type { Found } from './foreignRecord.ts';
import { createForgottenFiles, type ForgottenFiles } from './forgottenFiles.ts';
import { createImportTally, type ImportTally } from './importTally.ts';
import { readSource } from './readSource.ts';
import { sha256OfBytes } from './sha256OfBytes.ts';
import type { Source } from './sourceFormat.ts';
import { createTakeIn, type FoundEntry, isActivation, type TakeIn } from './takeIn.ts';

export interface ImportServicePorts {
  readonly memory: Memory;
  readonly fs: FsPort;
  readonly ids: () => string;
  readonly clock: () => number;
  /** The category of a request whose source gives none. */
  readonly detectCategory: (prompt: string) => Category;
  /** The bytes of `sql-wasm.wasm`. */
  readonly wasm: () => Promise<Uint8Array>;
}

export interface ImportJob {
  readonly ports: ImportServicePorts;
  readonly path: string;
  readonly source: Source;
  readonly signal: AbortSignal;
  /** One time for both passes. */
  readonly now: number;
  readonly writer: string;
}

export interface ImportPlan {
  readonly tally: ImportTally;
  /** Files to be restored, by path, with the hash of what is sound. */
  readonly files: ReadonlyMap<string, string>;
  readonly remarks: readonly string[];
  /** True where everything recorded here is in the source: a restore, which changes nothing and adds no event. */
  readonly isRestore: boolean;
}

/**
 * The first pass over a source: counts, changes nothing. Rejects with `import.unreadable` where nothing of it can be
 * read.
 */
export async function planImport(job: ImportJob): Promise<ImportPlan> {
  const { memory, detectCategory } = job.ports;
  const tally = createImportTally();
  const forgotten = createForgottenFiles(memory.index);
  const ports = { ...job, memory, tally, import: job.writer, detectCategory };
  const before = memory.index.eventCount;
  const isEmpty = holdsNothing(memory);
  const take = createTakeIn({ ...ports, isRestore: true });
  const { sound, activations } = await readThrough(job, take, forgotten);
  const isRestore = isJournal(job.source) && (isEmpty || take.knownEvents >= before);
  const last = createTakeIn({ ...ports, isRestore });
  for (const found of activations) await last.found(found);
  const { damaged, remarks, refused } = tally.report();
  if (damaged && tally.events + tally.known + sound.size === 0)
    throw nothingReadable(job.path, remarks, refused.count);
  const missing = await findMissing(job, sound, isRestore);
  const held = missing.size === 0 ? [] : await findForgotten(job, forgotten, sound);
  const withheld = held.filter((path) => missing.delete(path));
  const told = withheld.length === 0 ? [] : [`${HOLDS_FORGOTTEN} ${withheld.join(', ')}.`];
  for (const text of told) tally.remark(text);
  for (const path of missing.keys()) tally.file(path);
  return { tally, files: missing, remarks: told, isRestore };
}

const HOLDS_FORGOTTEN = 'Left out, as they hold something that was forgotten here:';

interface Seen {
  /** By path, the hash of each file that is sound. */
  readonly sound: ReadonlyMap<string, string>;
  /** Events that would switch the model that answers here. */
  readonly activations: readonly FoundEntry[];
}

async function readThrough(job: ImportJob, take: TakeIn, forgotten: ForgottenFiles): Promise<Seen> {
  const sound = new Map<string, string>();
  const activations: FoundEntry[] = [];
  for await (const found of readSource({ ...job.ports, now: job.now }, job.path, job.source)) {
    job.signal.throwIfAborted();
    if (found.what === 'file') continue;
    if (found.what === 'line') forgotten.takeLine(found.event);
    if (found.what === 'sound') sound.set(found.path, found.sha256);
    else if (isNewActivation(job.ports.memory, found)) activations.push(found);
    else await take.found(found);
  }
  return { sound, activations };
}

/** Files that are not here; beside another memory only those of runs, which have names of their own. */
async function findMissing(
  job: ImportJob,
  sound: ReadonlyMap<string, string>,
  isRestore: boolean,
): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const [path, sha256] of sound)
    if ((isRestore || path.startsWith('runs/')) && !(await exists(job, path))) files.set(path, sha256);
  return files;
}

/** Files of the source that hold something forgotten here: by then all its lines are known. */
async function findForgotten(
  job: ImportJob,
  forgotten: ForgottenFiles,
  sound: ReadonlyMap<string, string>,
): Promise<string[]> {
  if (!forgotten.isNeeded) return [];
  for await (const found of readSource({ ...job.ports, now: job.now }, job.path, job.source)) {
    job.signal.throwIfAborted();
    if (isSoundFile(found, sound)) forgotten.takeFile(found.path, found.content);
  }
  return forgotten.found();
}

export function isSoundFile(
  found: Found,
  sound: ReadonlyMap<string, string>,
): found is Found & { what: 'file' } {
  return found.what === 'file' && sound.get(found.path) === sha256OfBytes(found.content);
}

function nothingReadable(path: string, remarks: readonly string[], refused: number): AppError {
  const rest = refused === 0 ? '' : ` ${countOf(refused, 'entry is', 'entries are')} damaged.`;
  return new AppError('import.unreadable', `Nothing in ${path} can be read.`, {
    why: `${remarks.join(' ')}${rest}`,
    next: 'Import another copy of it.',
  });
}

function isNewActivation(memory: Memory, found: FoundEntry): boolean {
  return found.what === 'line' && isActivation(found.event) && !memory.index.has(found.event.id);
}

/** True for a new folder, and for one that was just reset. */
function holdsNothing({ index }: Memory): boolean {
  const small = [index.versions(), index.runs(), index.rules(), index.states()];
  return index.requests({ limit: 1 }).length === 0 && small.every((events) => events.length === 0);
}

const isJournal = ({ format }: Source): boolean =>
  format === 'folder' || format === 'backup' || format === 'segment';

async function exists({ ports }: ImportJob, path: string): Promise<boolean> {
  try {
    await ports.fs.stat(join(ports.memory.dataFolder, path));
    return true;
  } catch {
    return false;
  }
}
