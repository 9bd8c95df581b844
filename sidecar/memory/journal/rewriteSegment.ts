import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AppError } from '../../protocol/errors.ts';
import { type AtomicFile, createAtomicFile } from '../disk/atomicFile.ts';
import type { DataFolder } from '../disk/dataFolder.ts';
import type { FsPort } from '../disk/fsPort.ts';
import { forEachChunk, readWholeFile } from '../disk/readWholeFile.ts';
import { type Envelope, EVENT_KINDS, JOURNAL_VERSION } from '../events.ts';
import { encodeLine } from './lineCodec.ts';
import { quarantineLine } from './quarantineLine.ts';
import { retireSegment } from './rewriteSegmentRetire.ts';
import { SEGMENT_KIND, segmentHeader } from './segmentHeader.ts';
import { rewrittenSegmentName } from './segmentName.ts';
import { type SegmentPiece, segmentPieces } from './segmentPieces.ts';

export interface RewritePorts {
  readonly fs: FsPort;
  readonly folder: DataFolder;
  /** Who rewrites; stands in the new segment's first line. */
  readonly writer: string;
  readonly ids: () => string;
  readonly clock: () => number;
}

export interface Rewrite {
  /** Names of segments of one folder, to which nobody appends any more; oldest first. */
  readonly sources: readonly string[];
  /** Where they are; the journal where it is not given. */
  readonly journal?: string;
  /** What stands in the place of a line; the very line where nothing has to change. */
  readonly change?: (line: Envelope) => Envelope;
  /** True for damaged bytes that are not to be kept in quarantine either. */
  readonly drops?: (damaged: Buffer) => boolean;
  readonly signal?: AbortSignal;
}

export type Rewritten =
  | {
      readonly status: 'done';
      /** The new segment; undefined where no line was left. */
      readonly segment: string | undefined;
      /** Sources that are still there, because they grew meanwhile or could not be removed. */
      readonly kept: readonly string[];
      readonly damaged: number;
    }
  /** Written by a newer major version; left as it was. */
  | { readonly status: 'newer' };

/** Bytes gathered for one write. */
const WRITE_BYTES = 256 * 1024;

/**
 * Puts one segment in the place of others, holding the same events, each once. The caller holds the exclusive lock.
 *
 * The new segment is complete, synced and read back before the first old one goes, and an event in two segments counts
 * once: at every moment, also after a kill or a power loss, each event is in a segment that readers look at. What
 * can't be read goes to quarantine first. Rejects with the disk's own error or `rpc.cancelled`; nothing has changed then.
 */
export async function rewriteSegments(ports: RewritePorts, rewrite: Rewrite): Promise<Rewritten> {
  const journal = rewrite.journal ?? ports.folder.journal;
  const paths = rewrite.sources.map((name) => join(journal, name));
  const survey = await surveySources(ports, rewrite, paths);
  if (survey.newer) return { status: 'newer' };
  await setAside(ports, rewrite, survey);
  const segment = survey.lines > 0 ? await writeMerged(ports, rewrite, journal, paths, survey) : undefined;
  const kept: string[] = [];
  for (const [index, name] of rewrite.sources.entries()) {
    const gone = await retireSegment(ports.fs, journal, name, survey.sizes[index] ?? 0);
    if (!gone) kept.push(name);
  }
  await ports.fs.syncFolder(journal);
  return { status: 'done', segment, kept, damaged: survey.damaged.length };
}

interface DamagedPiece {
  readonly segment: string;
  readonly offset: number;
  readonly reason: string;
  readonly bytes: Buffer;
}

interface Survey {
  /** Bytes of each source as it was read. */
  readonly sizes: number[];
  /** By event id and kind, the copy that counts: the earliest. */
  readonly winners: Map<string, { readonly at: string; readonly place: string }>;
  readonly damaged: DamagedPiece[];
  lines: number;
  newer: boolean;
}

const placeOf = (source: number, offset: number): string => `${source}:${offset}`;

/** An event of a kind known here is the same by its id; of other kinds only equal bytes are. */
function identityOf(piece: Extract<SegmentPiece, { kind: 'line' }>): string {
  const { event, bytes } = piece;
  if (EVENT_KINDS.has(event.kind)) return `${event.id} ${event.kind}`;
  return `${event.id} ${createHash('sha256').update(bytes).digest('base64')}`;
}

async function surveySources(
  ports: RewritePorts,
  rewrite: Rewrite,
  paths: readonly string[],
): Promise<Survey> {
  const survey: Survey = { sizes: [], winners: new Map(), damaged: [], lines: 0, newer: false };
  for (const [source, path] of paths.entries()) {
    let size = 0;
    for await (const pieces of segmentPieces(ports.fs, path)) {
      stopIfAborted(rewrite.signal);
      for (const piece of pieces) {
        size += piece.bytes.length;
        surveyPiece(survey, piece, source, rewrite.sources[source] ?? '');
      }
    }
    survey.sizes.push(size);
  }
  return survey;
}

function surveyPiece(survey: Survey, piece: SegmentPiece, source: number, segment: string): void {
  if (piece.kind === 'damaged') {
    // Copied: the bytes of a whole chunk would stay in memory with them.
    const { offset, reason } = piece;
    survey.damaged.push({ segment, offset, reason, bytes: Buffer.from(piece.bytes) });
    return;
  }
  if (piece.event.v > JOURNAL_VERSION) survey.newer = true;
  if (piece.event.kind === SEGMENT_KIND) return;
  const identity = identityOf(piece);
  const known = survey.winners.get(identity);
  if (!known) survey.lines += 1;
  if (known && known.at <= piece.event.at) return;
  survey.winners.set(identity, { at: piece.event.at, place: placeOf(source, piece.offset) });
}

/** Keeps what can't be read, durably, before its segment goes. */
async function setAside(ports: RewritePorts, rewrite: Rewrite, survey: Survey): Promise<void> {
  const lines = survey.damaged.filter(({ bytes }) => bytes.some(isSomething) && !rewrite.drops?.(bytes));
  if (lines.length === 0) return;
  const { fs, folder } = ports;
  const target = join(folder.quarantine, 'lines');
  for (const line of lines) {
    if (await quarantineLine(fs, target, line)) continue;
    // There already; but a copy that a kill cut short is none.
    const known = await readWholeFile(fs, join(target, `${line.segment}-${line.offset}.line`));
    if (known?.equals(line.bytes)) continue;
    await quarantineLine(fs, target, { ...line, segment: `${line.segment}-${ports.ids()}` });
  }
  for (const each of [target, folder.quarantine, folder.path]) await fs.syncFolder(each);
}

/** File systems leave zeros where a write was lost: nothing to keep. */
const isSomething = (byte: number): boolean => byte !== 0;

async function writeMerged(
  ports: RewritePorts,
  rewrite: Rewrite,
  journal: string,
  paths: readonly string[],
  survey: Survey,
): Promise<string> {
  const name = rewrittenSegmentName(rewrite.sources[0] ?? '', ports.ids());
  const file = await createAtomicFile({ fs: ports.fs }, join(journal, name));
  try {
    const sha256 = await fill(ports, rewrite, paths, survey, file);
    await file.finish();
    stopIfAborted(rewrite.signal);
    await readBack(ports, file.temp, sha256);
    await file.publish();
    return name;
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

/** Writes the first line and every winning line; returns the hash of it all. */
async function fill(
  ports: RewritePorts,
  rewrite: Rewrite,
  paths: readonly string[],
  { winners }: Survey,
  file: AtomicFile,
): Promise<string> {
  const hash = createHash('sha256');
  let gathered: Buffer[] = [segmentHeader(ports)];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    const block = Buffer.concat(gathered);
    gathered = [];
    bytes = 0;
    hash.update(block);
    await file.write(block);
  };
  for (const [source, path] of paths.entries()) {
    for await (const pieces of segmentPieces(ports.fs, path)) {
      stopIfAborted(rewrite.signal);
      for (const piece of pieces) {
        if (piece.kind !== 'line' || piece.event.kind === SEGMENT_KIND) continue;
        if (winners.get(identityOf(piece))?.place !== placeOf(source, piece.offset)) continue;
        const line = lineOf(piece, rewrite);
        gathered.push(line);
        bytes += line.length;
      }
      if (bytes >= WRITE_BYTES) await flush();
    }
  }
  await flush();
  return hash.digest('hex');
}

/** The very bytes, so that what a newer version wrote stays as it was. */
function lineOf(piece: Extract<SegmentPiece, { kind: 'line' }>, rewrite: Rewrite): Buffer {
  const changed = rewrite.change?.(piece.event) ?? piece.event;
  return changed === piece.event ? piece.bytes : encodeLine(changed);
}

async function readBack({ fs }: RewritePorts, path: string, sha256: string): Promise<void> {
  const hash = createHash('sha256');
  await forEachChunk(fs, path, (chunk) => hash.update(chunk));
  if (hash.digest('hex') === sha256) return;
  throw new AppError('memory.failed', 'The disk gave back something else than was written.', {
    why: 'A rewritten journal segment was read back and differs. The old ones stay.',
    next: 'Check the disk.',
  });
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AppError('rpc.cancelled', 'The work on the journal was stopped.');
}
