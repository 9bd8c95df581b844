import { join } from 'node:path';
import type { DataFolder } from '../disk/dataFolder.ts';
import type { FsPort } from '../disk/fsPort.ts';
import { readFully } from '../disk/readFully.ts';
import type { SegmentState } from '../journal/journalReader.ts';
import { parseEvent } from '../journal/parseEvent.ts';
import type { Place } from '../journal/place.ts';
import type { DamagedLine } from '../journal/quarantineLine.ts';
import { readPlaces } from '../journal/readPlaces.ts';
import { loadCheckpoint } from './indexCheckpoint.ts';
import { type IndexTables, ROW_KINDS } from './indexTables.ts';

/** The index as a checkpoint left it, and from where the journal is to be read on. */
export interface RestoredIndex {
  readonly tables: IndexTables;
  readonly segments: readonly SegmentState[];
  /** With their bytes as they are now. */
  readonly damaged: readonly DamagedLine[];
  readonly newerVersion: boolean;
}

/**
 * Loads the checkpoint. Events that the index keeps whole are not in it (it holds no text) and are read from the
 * journal. Undefined where anything is not as the checkpoint says; the journal is then read whole.
 */
export async function restoreIndex(fs: FsPort, folder: DataFolder): Promise<RestoredIndex | undefined> {
  const found = await loadCheckpoint(fs, folder);
  if (!found || !(await readKept(fs, folder, found.tables))) return undefined;
  const damaged: DamagedLine[] = [];
  for (const { segment, offset, length, reason } of found.damaged) {
    const bytes = await bytesAt(fs, join(folder.journal, segment), offset, length);
    if (bytes) damaged.push({ segment, offset, reason, bytes });
  }
  return { ...found, damaged };
}

async function readKept(fs: FsPort, folder: DataFolder, tables: IndexTables): Promise<boolean> {
  const { events, segments } = tables;
  const places: Place[] = [];
  const ids = new Set<string>();
  for (let row = 0; row < events.ids.rows; row += 1) {
    if (events.kind.at(row) !== ROW_KINDS.kept) continue;
    const segment = segments.name(events.segment.at(row));
    if (segment === undefined) return false;
    places.push({ segment, offset: events.offset.at(row), length: events.length.at(row) });
    ids.add(events.ids.id(row));
  }
  for await (const line of readPlaces(fs, folder.journal, places)) {
    const event = line && parseEvent(line);
    if (!event || !ids.delete(event.id) || !tables.small.add(event)) return false;
  }
  return true;
}

async function bytesAt(
  fs: FsPort,
  path: string,
  offset: number,
  length: number,
): Promise<Buffer | undefined> {
  const file = await fs.open(path, 'read').catch(() => undefined);
  if (!file) return undefined;
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, await readFully(file, bytes, offset));
  } finally {
    await file.close();
  }
}
