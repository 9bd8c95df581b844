import { join } from 'node:path';
import { isUlid } from '../../protocol/ids.ts';
import { errnoOf } from '../disk/diskError.ts';
import type { FsPort } from '../disk/fsPort.ts';
import { listSegments } from '../journal/journalReader.ts';
import { decodeLine, MAX_LINE_BYTES } from '../journal/lineCodec.ts';
import { SEGMENT_KIND } from '../journal/segmentHeader.ts';
import { byteLines } from './byteLines.ts';
import type { Found } from './foreignRecord.ts';
import { sha256OfBytes } from './sha256OfBytes.ts';
import { fileBytes } from './textBytes.ts';

/** Most bytes of one file beside the journal that are taken over. */
export const MAX_KEPT_FILE = 16 * 1024 * 1024;
/** Files at the top of a data folder that are neither journal nor view. */
export const KEPT_FILES = ['Modelfile.trained', 'training_log.md', 'preference_prior.json'] as const;
const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** True for a path below a data folder that is taken over where it is missing: training files and runs. */
export function isKeptFile(path: string): boolean {
  const parts = path.split('/');
  const [first = '', second = '', third = ''] = parts;
  if (parts.length === 1) return KEPT_FILES.some((name) => name === first);
  if (first !== 'runs') return false;
  if (parts.length === 2) return /^latest-[A-Za-z]{1,30}$/.test(second);
  return parts.length === 3 && isUlid(second) && PLAIN_NAME.test(third);
}

/** The events of one segment with every checksum checked; `place` names it in what is refused. */
export async function* readSegment(bytes: AsyncIterable<Buffer>, place: string): AsyncGenerator<Found> {
  for await (const { number, bytes: line, ended } of byteLines(bytes)) {
    const at = `${place} line ${number}`;
    // What has no line end was never acknowledged.
    if (!ended) continue;
    if (!line || line.length >= MAX_LINE_BYTES) {
      yield { what: 'refused', place: at, reason: 'it is longer than a line of the journal can be' };
      continue;
    }
    const decoded = decodeLine(line);
    if (!decoded.ok) yield { what: 'refused', place: at, reason: 'its checksum does not fit, it is damaged' };
    else if (decoded.event.kind !== SEGMENT_KIND) yield { what: 'line', place: at, event: decoded.event };
  }
}

/**
 * The events of all segments; some come twice. A segment that is replaced by another meanwhile is looked for again:
 * its events are in one that has appeared.
 */
export async function* readSegments(fs: FsPort, journal: string): AsyncGenerator<Found> {
  const done = new Set<string>();
  for (;;) {
    const names = (await listSegments(fs, journal)).filter((name) => !done.has(name));
    if (names.length === 0) return;
    for (const name of names) {
      done.add(name);
      if (await isFile(fs, join(journal, name))) yield* readUnlessGone(fs, journal, name);
    }
  }
}

async function* readUnlessGone(fs: FsPort, journal: string, name: string): AsyncGenerator<Found> {
  try {
    yield* readSegment(fileBytes(fs, join(journal, name)), name);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

/** Another data folder: the events of all its segments, then its training files and runs. */
export async function* readFolder(fs: FsPort, path: string): AsyncGenerator<Found> {
  yield* readSegments(fs, join(path, 'journal'));
  for await (const name of keptFiles(fs, path)) {
    const content = await wholeFile(fs, join(path, name));
    if (content) {
      yield { what: 'file', path: name, content };
      yield { what: 'sound', path: name, sha256: sha256OfBytes(content) };
    } else {
      const text = `${name} is larger than ${MAX_KEPT_FILE / 1_048_576} MB and stays behind.`;
      yield { what: 'remark', text };
    }
  }
}

/** Paths below a data folder that `isKeptFile` and that are there. */
export async function* keptFiles(fs: FsPort, folder: string): AsyncGenerator<string> {
  for (const name of KEPT_FILES) if (await isFile(fs, join(folder, name))) yield name;
  for (const run of await namesIn(fs, join(folder, 'runs'))) {
    const path = `runs/${run}`;
    if (isKeptFile(path) && (await isFile(fs, join(folder, path)))) yield path;
    if (!isUlid(run)) continue;
    for (const name of await namesIn(fs, join(folder, path))) {
      const file = `${path}/${name}`;
      if (isKeptFile(file) && (await isFile(fs, join(folder, file)))) yield file;
    }
  }
}

/** The file's bytes; undefined where it is larger than what is taken over. */
export async function wholeFile(fs: FsPort, path: string): Promise<Buffer | undefined> {
  if ((await fs.stat(path)).size > MAX_KEPT_FILE) return undefined;
  const parts: Buffer[] = [];
  for await (const chunk of fileBytes(fs, path)) parts.push(chunk);
  return Buffer.concat(parts);
}

async function namesIn(fs: FsPort, folder: string): Promise<string[]> {
  try {
    return (await fs.list(folder)).sort();
  } catch {
    return [];
  }
}

/** Links are not followed. */
async function isFile(fs: FsPort, path: string): Promise<boolean> {
  try {
    return (await fs.stat(path)).kind === 'file';
  } catch {
    return false;
  }
}
