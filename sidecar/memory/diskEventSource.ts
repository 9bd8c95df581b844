import { join } from 'node:path';
import { createMemoryIndex } from './createMemoryIndex.ts';
import type { JournalEvent } from './events.ts';
import type { FsPort } from './fsPort.ts';
import { createJournalReader, listSegments } from './journalReader.ts';
import { decodeLine } from './lineCodec.ts';
import { parseEvent } from './parseEvent.ts';
import type { Place } from './place.ts';
import { readWholeFile } from './readWholeFile.ts';
import { scanSegment } from './scanSegment.ts';
import { SEGMENT_KIND } from './verifyJournal.ts';
import type { EventSource } from './views/eventSource.ts';

/** Whole segments kept in memory; a request, its answers and its decision mostly lie in one. */
const KEPT_SEGMENTS = 8;

/** Reads a journal once into an index and then serves its events, a few segments in memory at a time. */
export async function createDiskEventSource(fs: FsPort, journal: string): Promise<EventSource> {
  const index = createMemoryIndex();
  const reader = createJournalReader({
    fs,
    journal,
    onLine: (line, place) => {
      if (line.kind !== SEGMENT_KIND) index.add(line, parseEvent(line), place);
    },
    onDamaged: () => undefined,
  });
  while (!(await reader.scan())) {
    reader.forget();
    index.clear();
  }
  const segments = createSegmentCache(fs, journal);

  async function* events(): AsyncGenerator<JournalEvent> {
    for (const name of await listSegments(fs, journal)) {
      let found: JournalEvent[] = [];
      await scanSegment(fs, join(journal, name), 0, {
        line: (line, offset) => {
          const place = index.place(line.id);
          // What was appended since the index was made, and a second copy of an event, are left out.
          if (place?.segment !== name || place.offset !== offset) return;
          const event = parseEvent(line);
          if (event) found.push(event);
        },
        damaged: () => undefined,
      });
      yield* found;
      found = [];
    }
  }

  return {
    index,
    events,
    read: async (id) => {
      const place = index.place(id);
      const line = place && decodeAt(await segments(place.segment), place);
      return line && parseEvent(line);
    },
  };
}

function decodeAt(segment: Buffer | undefined, { offset, length }: Place) {
  if (!segment || segment.length < offset + length) return undefined;
  const decoded = decodeLine(segment.subarray(offset, offset + length - 1));
  return decoded.ok ? decoded.event : undefined;
}

function createSegmentCache(fs: FsPort, journal: string): (name: string) => Promise<Buffer | undefined> {
  const kept = new Map<string, Buffer>();
  return async (name) => {
    const bytes = kept.get(name) ?? (await readWholeFile(fs, join(journal, name)));
    if (!bytes) return undefined;
    kept.delete(name);
    kept.set(name, bytes);
    const oldest = kept.size > KEPT_SEGMENTS ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return bytes;
  };
}
