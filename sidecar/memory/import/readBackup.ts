import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import * as z from 'zod';
import { AppError } from '../../protocol/errors.ts';
import type { FsPort } from '../disk/fsPort.ts';
import { readTar } from '../export/tarFormat.ts';
import type { Found } from './foreignRecord.ts';
import { isKeptFile, MAX_KEPT_FILE, readSegment } from './readJournal.ts';
import { parseJson } from './readRows.ts';
import { fileBytes } from './textBytes.ts';

export const BACKUP_VERSION = 1;
export const MANIFEST = 'manifest.json';
const MAX_SEGMENT = 128 * 1024 * 1024;
/** Most bytes that an archive may unpack to, so that a small file can't keep the program busy for ever. */
const MAX_UNPACKED = 64 * 1024 * 1024 * 1024;
const SEGMENT = /^(?:[^/]+\/)?journal\/([^/]+\.jsonl)$/;

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
  const segment = SEGMENT.exec(plain)?.[1];
  if (segment !== undefined) return `journal/${segment}`;
  if (plain === MANIFEST || isKeptFile(plain)) return plain;
  const below = plain.slice(plain.indexOf('/') + 1);
  return isKeptFile(below) && !plain.startsWith('runs/') ? below : undefined;
}

/** A backup of `whetstone export --all`, or a data folder packed by hand. */
export async function* readBackup(fs: FsPort, path: string, isGzip: boolean): AsyncGenerator<Found> {
  const hashes = new Map<string, string>();
  let manifest: Manifest | undefined;
  const wanted = (name: string): boolean => innerPath(name) !== undefined;
  try {
    for await (const file of readTar(unpacked(fs, path, isGzip), { wanted, maxBytes: MAX_SEGMENT })) {
      const inner = innerPath(file.path);
      if (inner === undefined) continue;
      if (!file.content) yield { what: 'refused', place: inner, reason: 'it is too large' };
      else if (inner === MANIFEST) manifest = readManifest(file.content);
      else {
        hashes.set(inner, createHash('sha256').update(file.content).digest('hex'));
        yield* contentOf(inner, file.content);
      }
    }
  } catch (error) {
    if (AppError.is(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    yield {
      what: 'remark',
      text: `The backup is cut off or damaged (${why}); what is whole before that is read.`,
    };
    return;
  }
  yield* compare(manifest, hashes);
}

async function* contentOf(inner: string, content: Buffer): AsyncGenerator<Found> {
  if (inner.startsWith('journal/')) yield* readSegment(once(content), inner);
  else if (content.length > MAX_KEPT_FILE) yield { what: 'refused', place: inner, reason: 'it is too large' };
  else yield { what: 'file', path: inner, content: Buffer.from(content) };
}

function* compare(manifest: Manifest | undefined, hashes: ReadonlyMap<string, string>): Generator<Found> {
  if (!manifest) {
    if (hashes.size > 0)
      yield { what: 'remark', text: 'It has no list of its files: made by hand, or cut off.' };
    return;
  }
  for (const { path, sha256 } of manifest.files) {
    const found = hashes.get(path);
    if (found === undefined) yield { what: 'refused', place: path, reason: 'it is missing in the backup' };
    else if (found !== sha256)
      yield { what: 'remark', text: `${path} is not as it was when the backup was made.` };
  }
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

async function* unpacked(fs: FsPort, path: string, isGzip: boolean): AsyncGenerator<Buffer> {
  const packed = fileBytes(fs, path);
  if (!isGzip) return yield* packed;
  // Whichever side ends first, the other is closed; errors come through the iteration.
  const stream = pipeline(Readable.from(packed), createGunzip(), () => undefined);
  let length = 0;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > MAX_UNPACKED) throw new Error('it unpacks to more than 64 GB');
    yield chunk;
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
