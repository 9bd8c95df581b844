import { basename, isAbsolute, join, resolve } from 'node:path';
import { AppError } from '../../protocol/errors.ts';
import type { Params, Result } from '../../protocol/methods.ts';
import { diskError } from '../disk/diskError.ts';
import type { FsPort } from '../disk/fsPort.ts';
import type { Memory } from '../memory.ts';
import type { Found } from './foreignRecord.ts';
import { createImportSegments, type ImportSegments } from './importSegments.ts';
import { createImportTally, type ImportTally } from './importTally.ts';
import { readSource } from './readSource.ts';
import { restoreFile } from './restoreFile.ts';
import { type Source, sourceFormat } from './sourceFormat.ts';
import { createTakeIn, isActivation } from './takeIn.ts';

export interface ImportServicePorts {
  readonly memory: Memory;
  readonly fs: FsPort;
  readonly ids: () => string;
  readonly clock: () => number;
  /** The bytes of `sql-wasm.wasm`. */
  readonly wasm: () => Promise<Uint8Array>;
}

export interface ImportService {
  /**
   * Looks through a source and, unless it is a preview, takes in what is new. Rejects with `import.*`,
   * `input.tooLarge`, `memory.*`, and with the signal's reason. What was taken in before a failure stays; trying
   * again takes the rest.
   */
  run(params: Params<'import.run'>, signal: AbortSignal): Promise<Result<'import.run'>>;
}

export function createImportService(ports: ImportServicePorts): ImportService {
  return {
    run: async ({ path, preview }, signal) => {
      await ports.memory.ready;
      const job = await openJob(ports, path, signal);
      const plan = await look(job);
      const result = { format: job.source.format, path: job.path, preview };
      if (preview || (plan.tally.events === 0 && plan.files.length === 0)) {
        return { ...result, ...plan.tally.report() };
      }
      return { ...result, ...(await takeIn(job, plan)) };
    },
  };
}

interface Job {
  readonly ports: ImportServicePorts;
  readonly path: string;
  readonly source: Source;
  readonly signal: AbortSignal;
  /** One time for both passes. */
  readonly now: number;
  readonly writer: string;
}

interface Plan {
  readonly tally: ImportTally;
  readonly files: readonly string[];
  /** True where everything recorded here is in the source: a restore, which changes nothing and adds no event. */
  readonly isRestore: boolean;
}

async function openJob(ports: ImportServicePorts, path: string, signal: AbortSignal): Promise<Job> {
  if (!isAbsolute(path)) {
    throw new AppError('import.unreadable', `${path} is not a whole path.`, {
      next: 'Give the path from its root.',
    });
  }
  if (resolve(path) === resolve(ports.memory.dataFolder)) {
    throw new AppError('import.unreadable', 'This is the data folder itself.', {
      why: 'What it holds is here already.',
      next: 'Name another folder or file.',
    });
  }
  const source = await sourceFormat(ports.fs, path);
  return { ports, path, source, signal, now: ports.clock(), writer: ports.ids() };
}

/** The first pass: counts, changes nothing. */
async function look(job: Job): Promise<Plan> {
  const { memory } = job.ports;
  const tally = createImportTally();
  const files: string[] = [];
  const activations: Exclude<Found, { what: 'file' }>[] = [];
  const ports = { ...job, memory, tally, import: job.writer };
  const take = createTakeIn({ ...ports, isRestore: true });
  const before = memory.index.eventCount;
  const isEmpty = holdsNothing(memory);
  for await (const found of readSource({ ...job.ports, now: job.now }, job.path, job.source)) {
    job.signal.throwIfAborted();
    if (found.what === 'file') files.push(found.path);
    else if (isNewActivation(memory, found)) activations.push(found);
    else await take.found(found);
  }
  const isRestore = isJournal(job.source) && (isEmpty || take.knownEvents >= before);
  const last = createTakeIn({ ...ports, isRestore });
  for (const found of activations) await last.found(found);
  const missing: string[] = [];
  for (const path of files) {
    if ((isRestore || path.startsWith('runs/')) && !(await exists(job, path))) missing.push(path);
  }
  for (const path of missing) tally.file(path);
  return { tally, files: missing, isRestore };
}

function isNewActivation(memory: Memory, found: Found): boolean {
  return found.what === 'line' && isActivation(found.event) && !memory.index.has(found.event.id);
}

/** True for a new folder, and for one that was just reset. */
function holdsNothing({ index }: Memory): boolean {
  const small = [index.versions(), index.runs(), index.rules(), index.states()];
  return index.requests({ limit: 1 }).length === 0 && small.every((events) => events.length === 0);
}

const isJournal = ({ format }: Source): boolean =>
  format === 'folder' || format === 'backup' || format === 'segment';

/** The second pass: the `import` event first, then the events, then files. */
async function takeIn(
  job: Job,
  plan: Plan,
): Promise<Omit<Result<'import.run'>, 'format' | 'path' | 'preview'>> {
  const { memory, fs, ids, clock } = job.ports;
  const isTold = !plan.isRestore && plan.tally.events > 0;
  const id = isTold ? await tellImport(job, plan.tally.report().taken) : undefined;
  const tally = createImportTally();
  const segments = createImportSegments({
    fs,
    journal: join(memory.dataFolder, 'journal'),
    writer: job.writer,
    ids,
    clock,
  });
  const wanted = new Set(plan.files);
  const take = createTakeIn({ ...job, memory, tally, isRestore: plan.isRestore, import: id ?? job.writer });
  try {
    for await (const found of readSource({ ...job.ports, now: job.now }, job.path, job.source)) {
      job.signal.throwIfAborted();
      if (found.what !== 'file') await writeLines(segments, await take.found(found));
      else if (wanted.has(found.path)) await restoreFile(memory, found.path, found.content, tally);
    }
    await segments.finish();
  } catch (error) {
    if (AppError.is(error) || job.signal.aborted) throw error;
    throw diskError(error, memory.dataFolder);
  } finally {
    await memory.refresh();
  }
  return { ...tally.report(), ...(id !== undefined && { import: id }) };
}

async function writeLines(segments: ImportSegments, lines: readonly Buffer[]): Promise<void> {
  for (const line of lines) await segments.add(line);
}

async function tellImport(job: Job, taken: readonly { kind: string; count: number }[]): Promise<string> {
  const { id } = await job.ports.memory.append<'import'>({
    kind: 'import',
    format: job.source.format,
    source: basename(job.path).slice(0, 1_000),
    taken: Object.fromEntries(taken.map(({ kind, count }) => [kind, count])),
  });
  return id;
}

async function exists({ ports }: Job, path: string): Promise<boolean> {
  try {
    await ports.fs.stat(join(ports.memory.dataFolder, path));
    return true;
  } catch {
    return false;
  }
}
