import { join } from 'node:path';
import { AppError } from '../../protocol/errors.ts';
import type { LockPorts } from '../disk/exclusiveLock.ts';
import { statIfThere } from '../disk/statIfThere.ts';
import { listSegments } from './journalReader.ts';
import { type RewritePorts, rewriteSegments } from './rewriteSegment.ts';
import { recoverRetired } from './rewriteSegmentRetire.ts';
import { segmentOwner } from './segmentName.ts';
import { ROTATE_BYTES } from './segmentWriter.ts';
import { isWriterAlive, removeDeadSockets } from './writerLock.ts';

/** Fewer small segments than this are left: a start opens them in a few milliseconds. */
export const MIN_SMALL_SEGMENTS = 32;
/** A segment of at least half the rotation size gains nothing by being merged, and would be copied again and again. */
export const SMALL_SEGMENT_BYTES = ROTATE_BYTES / 2;
/** What was written within this time is left: a program without a lock of its own may still be at work on it. */
export const MIN_AGE_MS = 10 * 60 * 1_000;

export interface CompactPorts extends RewritePorts {
  readonly uid: number | undefined;
  readonly platform?: NodeJS.Platform;
  /** Socket folder of last resort. */
  readonly temp?: string;
  readonly thresholds?: {
    readonly minSegments?: number;
    readonly minAgeMs?: number;
    readonly mergedBytes?: number;
  };
}

export interface Compaction {
  /** Segments that were merged and are gone. */
  readonly merged: number;
  /** Segments that took their place. */
  readonly made: number;
  /** Damaged lines that went to quarantine. */
  readonly damaged: number;
}

/**
 * Merges small segments of writers that ended into few. The caller holds the exclusive lock. Rejects with the disk's
 * own error, or `rpc.cancelled`; what was merged until then is merged, the rest is as it was.
 */
export async function compactJournal(ports: CompactPorts, signal?: AbortSignal): Promise<Compaction> {
  const { fs, folder, thresholds = {} } = ports;
  await recoverRetired(fs, folder.journal);
  await removeDeadSockets(lockPorts(ports), folder.path, ports.clock());
  const small = await smallSegments(ports);
  if (small.length < (thresholds.minSegments ?? MIN_SMALL_SEGMENTS))
    return { merged: 0, made: 0, damaged: 0 };
  let [merged, made, damaged] = [0, 0, 0];
  for (const sources of groupsOf(small, thresholds.mergedBytes ?? ROTATE_BYTES)) {
    if (signal?.aborted) throw new AppError('rpc.cancelled', 'Merging the journal was stopped.');
    const result = await rewriteSegments(ports, { sources, ...(signal && { signal }) });
    if (result.status === 'newer') continue;
    merged += sources.length - result.kept.length;
    made += result.segment === undefined ? 0 : 1;
    damaged += result.damaged;
  }
  return { merged, made, damaged };
}

interface SmallSegment {
  readonly name: string;
  readonly size: number;
}

async function smallSegments(ports: CompactPorts): Promise<SmallSegment[]> {
  const { fs, folder, clock, thresholds = {} } = ports;
  const youngest = clock() - (thresholds.minAgeMs ?? MIN_AGE_MS);
  const found: SmallSegment[] = [];
  for (const name of await listSegments(fs, folder.journal)) {
    const stat = await statIfThere(fs, join(folder.journal, name));
    if (stat?.kind !== 'file' || stat.size >= SMALL_SEGMENT_BYTES || stat.mtimeMs > youngest) continue;
    if (await isLeftBehind(ports, name)) found.push({ name, size: stat.size });
  }
  return found;
}

/** True for a segment to which nobody appends any more. */
export async function isLeftBehind(ports: CompactPorts, name: string): Promise<boolean> {
  const owner = segmentOwner(name);
  if (owner.kind !== 'writer') return owner.kind === 'nobody';
  return !(await isWriterAlive(lockPorts(ports), ports.folder.path, owner.writer));
}

/** Neighbours together, up to the size of a rotated segment; a group of one stays as it is. */
function groupsOf(small: readonly SmallSegment[], bytes: number): string[][] {
  const groups: string[][] = [];
  let group: string[] = [];
  let size = 0;
  for (const segment of small) {
    if (group.length > 0 && size + segment.size > bytes) {
      groups.push(group);
      group = [];
      size = 0;
    }
    group.push(segment.name);
    size += segment.size;
  }
  return [...groups, group].filter((each) => each.length > 1);
}

function lockPorts({ fs, uid, platform, temp }: CompactPorts): LockPorts {
  return { fs, uid, ...(platform && { platform }), ...(temp !== undefined && { temp }) };
}
