import { join } from 'node:path';
import type { DataFolder } from '../disk/dataFolder.ts';
import { errnoOf } from '../disk/diskError.ts';
import type { FsPort } from '../disk/fsPort.ts';
import type { Envelope, JournalEvent } from '../events.ts';
import { createForgotten } from '../forget/forgotten.ts';
import { createMemoryIndex, type JournalIndex } from '../index/createMemoryIndex.ts';
import { createIdTable } from '../index/idTable.ts';
import { createBlockCache } from '../journal/blockCache.ts';
import { listSegments } from '../journal/journalReader.ts';
import { createJournalSync, type JournalSync } from '../journal/journalSync.ts';
import { decodeWholeLine } from '../journal/lineCodec.ts';
import { parseEvent } from '../journal/parseEvent.ts';
import type { Place } from '../journal/place.ts';
import { scanSegment } from '../journal/scanSegment.ts';
import type { EventSource } from './eventSource.ts';

export interface DiskEventSource extends EventSource {
  /** Bytes of the journal, and how many of them no checkpoint covered. */
  readonly bytes: { readonly all: number; readonly read: number };
  /** What reading found that a person should know. */
  readonly notices: readonly { readonly code: string; readonly message: string }[];
  saveCheckpoint(): Promise<void>;
}

/** Reads what no checkpoint covers into an index and then serves the events, few of them in memory at a time. */
export async function createDiskEventSource(fs: FsPort, folder: DataFolder): Promise<DiskEventSource> {
  const index = createMemoryIndex();
  const notices: { code: string; message: string }[] = [];
  const sync = createJournalSync({
    fs,
    folder,
    index,
    owns: () => false,
    onEvent: () => undefined,
    onCleared: () => undefined,
    onNotice: (notice) => notices.push({ ...notice }),
    log: () => undefined,
  });
  await sync.refresh();
  const failed = notices.find(({ code }) => code === 'memory.failed');
  if (failed) throw new Error(failed.message);
  const read = createBlockCache(fs, folder.journal);
  return {
    index,
    bytes: { all: sync.bytes, read: sync.bytesRead },
    notices,
    saveCheckpoint: () => sync.saveCheckpoint(),
    events: () => eachEvent(fs, folder, index, sync),
    read: async (id) => {
      const place = index.place(id);
      const bytes = place && (await read(place));
      const line = bytes && decodeWholeLine(bytes);
      return line?.id === id ? parseEvent(line) : sync.readEvent(id);
    },
  };
}

/** Every event of the index once, segment by segment; what was appended since is left out. */
async function* eachEvent(
  fs: FsPort,
  { journal }: DataFolder,
  index: JournalIndex,
  sync: JournalSync,
): AsyncGenerator<JournalEvent> {
  const given = createIdTable();
  const forgotten = createForgotten(() => index.forgets());
  const done = new Set<string>();
  for (;;) {
    const name = (await listSegments(fs, journal)).find((each) => !done.has(each));
    if (name === undefined) return;
    done.add(name);
    const found: JournalEvent[] = [];
    const visit = (line: Envelope, place: Place): void => {
      const known = index.place(line.id);
      // A second copy of an event is not the one that counts.
      if (known?.segment !== place.segment || known.offset !== place.offset) return;
      const before = given.rows;
      const event = given.add(line.id) === before ? parseEvent(line) : undefined;
      if (event && !forgotten.hides(event)) found.push(event);
    };
    const there = await scanIfThere(fs, join(journal, name), (line, offset, length) =>
      visit(line, { segment: name, offset, length }),
    );
    yield* found;
    // Its events lie in a segment that is listed next.
    if (!there) await sync.refresh();
  }
}

async function scanIfThere(
  fs: FsPort,
  path: string,
  line: (event: Envelope, offset: number, length: number) => void,
): Promise<boolean> {
  try {
    await scanSegment(fs, path, 0, { line, damaged: () => undefined });
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
