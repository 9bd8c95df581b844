import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { atomicWrite } from '../disk/atomicWrite.ts';
import { readWholeFile } from '../disk/readWholeFile.ts';
import { statIfThere } from '../disk/statIfThere.ts';
import type { EventOf } from '../events.ts';
import { type CompactPorts, isLeftBehind } from '../journal/compactJournal.ts';
import { listSegments } from '../journal/journalReader.ts';
import { rewriteSegments } from '../journal/rewriteSegment.ts';
import { recoverRetired } from '../journal/rewriteSegmentRetire.ts';
import { segmentPieces } from '../journal/segmentPieces.ts';
import { ABOUT_FILE, forgetInFiles } from './forgetFiles.ts';
import { resetJournals } from './forgetPlan.ts';
import { afterForgetting } from './forgetRules.ts';
import { createTraces, holdsTrace, type TraceCollector } from './forgetTraces.ts';
import { forgottenBy } from './forgotten.ts';

export interface ForgetKeeperPorts extends CompactPorts {
  readonly forgets: () => readonly EventOf<'forget'>[];
  readonly owns: (segment: string) => boolean;
  /** Closes this process's own segment; what is appended later goes into a new one. */
  readonly seal: () => Promise<void>;
}

export interface Erasure {
  /** Segments of other processes that are alive and hold something still: they see to it themselves. */
  readonly waiting: readonly string[];
  /** Segments that were rewritten. */
  readonly rewritten: number;
  /** Other files that changed or went, relative to the data folder. */
  readonly files: readonly string[];
}

interface Holding {
  readonly journal: string;
  readonly segment: string;
}

/**
 * Takes every text that was forgotten out of the files: this process's segments, those that ended processes left, and
 * all that was made from them. The caller holds the exclusive lock. Killed at any moment, the next call goes on: copies
 * go first, then the lines by which they are known. Rejects with the disk's own error.
 */
export async function carryOutForgetting(ports: ForgetKeeperPorts): Promise<Erasure> {
  const { fs, folder } = ports;
  const about = await readAbout(ports);
  const ids = new Set(ports.forgets().flatMap(forgottenBy));
  if (ids.size === 0 && about === undefined) return { waiting: [], rewritten: 0, files: [] };
  await recoverRetired(fs, folder.journal);
  const mark = createHash('sha256')
    .update([...ids].sort().join())
    .digest('hex');
  const clean = await readClean(ports, mark);
  const traces = createTraces(ids);
  if (about !== undefined) traces.takeAbout(about);
  const { holding, waiting } = await findHolding(ports, traces, clean);
  const some = about !== undefined || holding.length + waiting.length > 0;
  const files = some ? await forgetInFiles(ports, traces) : [];
  if (holding.some(({ segment }) => ports.owns(segment))) await ports.seal();
  for (const { journal, segment } of holding) {
    const made = await eraseIn(ports, journal, segment, traces);
    const size = made === undefined ? undefined : (await statIfThere(fs, made))?.size;
    if (made !== undefined && size !== undefined) clean.set(made, size);
  }
  await writeClean(ports, mark, clean);
  if (about !== undefined) await fs.remove(join(folder.index, ABOUT_FILE));
  return { waiting, rewritten: holding.length, files };
}

/** The path of what took the segment's place. */
async function eraseIn(
  ports: ForgetKeeperPorts,
  journal: string,
  segment: string,
  traces: TraceCollector,
): Promise<string | undefined> {
  const result = await rewriteSegments(ports, {
    sources: [segment],
    journal,
    change: (line) => afterForgetting(line, traces.ids),
    drops: (damaged) => holdsTrace(damaged.toString('utf8'), traces),
  });
  return result.status === 'done' && result.segment !== undefined ? join(journal, result.segment) : undefined;
}

interface Search {
  readonly holding: readonly Holding[];
  readonly waiting: readonly string[];
}

/** Looks into every segment that is not known to be clean, and takes note of those that turn out to be. */
async function findHolding(
  ports: ForgetKeeperPorts,
  traces: TraceCollector,
  clean: Map<string, number>,
): Promise<Search> {
  const { fs, folder } = ports;
  const holding: Holding[] = [];
  const waiting: string[] = [];
  for (const journal of [folder.journal, ...(await resetJournals(fs, folder))]) {
    for (const segment of await listSegments(fs, journal)) {
      const path = join(journal, segment);
      const size = (await statIfThere(fs, path))?.size;
      if (size === undefined || clean.get(path) === size) continue;
      clean.delete(path);
      const main = journal === folder.journal;
      const left = !main || (await isLeftBehind(ports, segment));
      // The texts of others' lines are traces too: what was made from them goes now.
      if (!(await holds(ports, path, traces))) {
        // A writer that is alive may add a line at any time.
        if (left) clean.set(path, size);
      } else if (left || ports.owns(segment)) holding.push({ journal, segment });
      else waiting.push(segment);
    }
  }
  return { holding, waiting };
}

/** Takes every line that has to change into the traces; a damaged line counts where it shows one of the ids. */
async function holds({ fs }: ForgetKeeperPorts, path: string, traces: TraceCollector): Promise<boolean> {
  let found = false;
  for await (const pieces of segmentPieces(fs, path)) {
    for (const piece of pieces) {
      if (piece.kind === 'line') found = traces.take(piece.event) || found;
      else found = holdsTrace(piece.bytes.toString('utf8'), traces) || found;
    }
  }
  return found;
}

const aboutSchema = z.object({ about: z.string(), event: z.string().optional() });

/**
 * Keeps the text that was asked for until it is out of all files, so that who comes after a kill knows it; `event` is
 * the `forget` event to come, if there is to be one. The caller holds the exclusive lock.
 */
export async function noteAbout(
  { fs, folder }: Pick<ForgetKeeperPorts, 'fs' | 'folder'>,
  about: string,
  event: string | undefined,
): Promise<void> {
  await fs.makeFolder(folder.index);
  await atomicWrite({ fs }, join(folder.index, ABOUT_FILE), `${JSON.stringify({ about, event })}\n`);
}

/** True where forgetting was begun and not finished. */
export async function isAboutNoted({
  fs,
  folder,
}: Pick<ForgetKeeperPorts, 'fs' | 'folder'>): Promise<boolean> {
  const stat = await fs.stat(join(folder.index, ABOUT_FILE)).catch(() => undefined);
  return stat !== undefined;
}

/** Undefined where there is none, or where it never came to forgetting. */
async function readAbout({ fs, folder, forgets }: ForgetKeeperPorts): Promise<string | undefined> {
  const path = join(folder.index, ABOUT_FILE);
  const bytes = await readWholeFile(fs, path);
  if (!bytes) return undefined;
  const noted = parseAbout(bytes.toString('utf8'));
  if (noted && (noted.event === undefined || forgets().some(({ id }) => id === noted.event)))
    return noted.about;
  await fs.remove(path);
  return undefined;
}

function parseAbout(text: string): z.infer<typeof aboutSchema> | undefined {
  try {
    return aboutSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Segments that hold nothing forgotten, by path, with their size then. Only a hint: without it all are read again. */
const cleanSchema = z.object({ mark: z.string(), clean: z.record(z.string(), z.number()) });

const cleanPath = ({ folder }: ForgetKeeperPorts): string => join(folder.index, 'forgotten.json');

async function readClean(ports: ForgetKeeperPorts, mark: string): Promise<Map<string, number>> {
  const bytes = await readWholeFile(ports.fs, cleanPath(ports));
  try {
    const known = cleanSchema.parse(JSON.parse(bytes?.toString('utf8') ?? ''));
    return new Map(known.mark === mark ? Object.entries(known.clean) : []);
  } catch {
    return new Map();
  }
}

async function writeClean(
  ports: ForgetKeeperPorts,
  mark: string,
  clean: ReadonlyMap<string, number>,
): Promise<void> {
  const { fs, folder } = ports;
  const still: Record<string, number> = {};
  for (const [path, size] of clean) if ((await statIfThere(fs, path))?.size === size) still[path] = size;
  await fs.makeFolder(folder.index);
  await atomicWrite({ fs }, cleanPath(ports), `${JSON.stringify({ mark, clean: still })}\n`);
}
