import * as z from 'zod';
import { countOf } from '../../protocol/countOf.ts';
import { AppError } from '../../protocol/errors.ts';
import type { FsPort } from '../disk/fsPort.ts';
import { decodeLine } from '../journal/lineCodec.ts';
import { SEGMENT_KIND } from '../journal/segmentHeader.ts';
import { byteLines } from './byteLines.ts';
import type { Found } from './foreignRecord.ts';
import { gunzipPieces } from './gunzipPieces.ts';
import { isKeptFile, MAX_KEPT_FILE, readSegment } from './readJournal.ts';
import { parseJson } from './readRows.ts';
import { readTar, type TarPart } from './readTar.ts';
import { sha256OfBytes } from './sha256OfBytes.ts';
import { unknownFormat } from './sourceFormat.ts';
import { fileBytes } from './textBytes.ts';

export const BACKUP_VERSION = 1;
export const MANIFEST = 'manifest.json';
const MAX_SEGMENT = 128 * 1024 * 1024;
const SEGMENT = /^journal\/[^/]+\.jsonl$/;

/** What a backup says about itself; it is the archive's last file. */
export const manifestSchema = z.object({
  format: z.literal('whetstone-backup'),
  version: z.number().int().positive(),
  createdAt: z.string(),
  /** Last event in it. */
  asOf: z.string().nullable(),
  events: z.number().int(),
  redacted: z.boolean(),
  files: z.array(z.object({ path: z.string(), bytes: z.number().int(), sha256: z.string() })),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** The part of a path that counts: a backup made by hand may have the data folder's own name in front. */
function innerPath(path: string): string | undefined {
  const plain = path.replace(/^\.\//, '');
  const isOurs = (name: string): boolean => SEGMENT.test(name) || isKeptFile(name);
  if (plain === MANIFEST || isOurs(plain)) return plain;
  const [first = '', ...rest] = plain.split('/');
  const below = rest.join('/');
  return isOurs(below) && !['', '.', '..', 'runs'].includes(first) ? below : undefined;
}

/**
 * A backup of `whetstone export --all`, or a data folder packed by hand. Of a damaged one, every line of the journal
 * that can be read is taken, and every other file that is known to be whole.
 */
export async function* readBackup(fs: FsPort, path: string, isGzip: boolean): AsyncGenerator<Found> {
  const open = (): AsyncGenerator<Buffer> => fileBytes(fs, path);
  const state: BackupState = {
    hashes: new Map(),
    manifest: undefined,
    whys: new Set(),
    events: 0,
    badLines: 0,
  };
  const wanted = (name: string): boolean => innerPath(name) !== undefined;
  for await (const part of readTar(isGzip ? gunzipPieces(open) : open(), { wanted, maxBytes: MAX_SEGMENT })) {
    for await (const found of foundIn(part, state)) {
      if (found.what === 'line') state.events += 1;
      yield found;
    }
  }
  const isOurs = state.manifest !== undefined || state.hashes.size > 0 || state.events > 0;
  if (!isOurs && state.whys.size === 0) throw unknownFormat(path);
  yield* compareFiles(state);
  if (state.whys.size > 0) yield { what: 'damage', text: damageText(state) };
  else if (!state.manifest && state.hashes.size > 0)
    yield { what: 'remark', text: 'It has no list of its files: made by hand, or cut off.' };
}

interface BackupState {
  /** What each file was found to be; more than one hash where its name stands there several times. */
  readonly hashes: Map<string, Set<string>>;
  manifest: Manifest | undefined;
  readonly whys: Set<string>;
  /** Lines of the journal that were read, and those that could not be. */
  events: number;
  badLines: number;
}

async function* foundIn(part: TarPart, state: BackupState): AsyncGenerator<Found> {
  if (part.what === 'damage') state.whys.add(part.why);
  else if (part.what === 'loose') yield* looseLines(part.content, state);
  else {
    const inner = innerPath(part.path);
    if (inner === undefined) return;
    if (!part.content) yield { what: 'refused', place: inner, reason: 'it is too large' };
    else if (part.what === 'cut') yield* cutFile(inner, part.content);
    else if (inner === MANIFEST) state.manifest = readManifest(part.content);
    else {
      const hashes = state.hashes.get(inner) ?? new Set();
      state.hashes.set(inner, hashes.add(sha256OfBytes(part.content)));
      yield* contentOf(inner, part.content);
    }
  }
}

async function* contentOf(inner: string, content: Buffer): AsyncGenerator<Found> {
  if (inner.startsWith('journal/')) yield* readSegment(once(content), inner);
  else if (content.length > MAX_KEPT_FILE) yield { what: 'refused', place: inner, reason: 'it is too large' };
  else yield { what: 'file', path: inner, content: Buffer.from(content) };
}

async function* cutFile(inner: string, content: Buffer): AsyncGenerator<Found> {
  if (inner.startsWith('journal/')) yield* readSegment(once(content), inner);
  else yield { what: 'refused', place: inner, reason: 'the backup ends in it' };
}

/** Lines whose checksum fits are events, wherever they are found. */
async function* looseLines(content: Buffer, state: BackupState): AsyncGenerator<Found> {
  for await (const { number, bytes, ended } of byteLines(once(content))) {
    if (!ended || !bytes || bytes.length === 0) continue;
    const decoded = decodeLine(bytes);
    if (!decoded.ok) state.badLines += 1;
    else if (decoded.event.kind !== SEGMENT_KIND)
      yield { what: 'line', place: `damaged part line ${number}`, event: decoded.event };
  }
}

/** Which of the files beside the journal are what they were when the backup was made. */
function* compareFiles(state: BackupState): Generator<Found> {
  const { manifest, hashes } = state;
  const listed = new Map(manifest?.files.map(({ path, sha256 }) => [path, sha256]));
  for (const [path, found] of hashes) {
    const sha256 = manifest ? listed.get(path) : trustedHash(state, found);
    const isSound = sha256 !== undefined && found.has(sha256);
    if (!path.startsWith('journal/')) {
      if (isSound) yield { what: 'sound', path, sha256 };
      else
        yield { what: 'refused', place: path, reason: unsoundReason(manifest, listed.has(path), found.size) };
    } else if (manifest && !isSound) {
      // Its lines have checksums of their own.
      yield { what: 'damage', text: `${path} is not as it was when the backup was made.` };
    }
  }
  for (const path of listed.keys())
    if (!hashes.has(path)) yield { what: 'refused', place: path, reason: 'it is missing in the backup' };
}

/** A name that stands there twice, or a file that nothing vouches for in a damaged archive, could be anything. */
function trustedHash({ whys }: BackupState, found: ReadonlySet<string>): string | undefined {
  return found.size === 1 && [...whys].every(isCut) ? [...found][0] : undefined;
}

function unsoundReason(manifest: Manifest | undefined, isListed: boolean, found: number): string {
  if (manifest)
    return isListed ? 'it is not as it was when the backup was made' : 'the backup does not list it';
  return found > 1
    ? 'it stands there more than once'
    : 'the backup is damaged, and nothing tells whether it is whole';
}

/** True where what is there is as it was, only not all of it. */
const isCut = (why: string): boolean => /cut off|unexpected end of file/.test(why);

function damageText({ whys, events, manifest, badLines }: BackupState): string {
  const of = manifest ? ` of ${manifest.events}` : '';
  const lines = badLines > 0 ? ` Between its files ${countOf(badLines, 'line')} can't be read.` : '';
  const rest = manifest && events >= manifest.events ? '' : ' What is not among them is lost.';
  return `The backup is damaged or cut off (${[...whys].join('; ')}). Events read: ${events}${of}.${lines}${rest}`;
}

function readManifest(content: Buffer): Manifest | undefined {
  const parsed = parseJson(content);
  const manifest = manifestSchema.safeParse('value' in parsed ? parsed.value : undefined);
  if (!manifest.success) return undefined;
  if (manifest.data.version > BACKUP_VERSION) {
    throw new AppError('memory.newerVersion', 'A newer Whetstone made this backup.', {
      why: 'This version could misread what the newer one recorded.',
      next: 'Update Whetstone, then import it.',
    });
  }
  return manifest.data;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
