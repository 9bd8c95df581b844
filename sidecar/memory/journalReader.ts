import { join } from 'node:path';
import { errnoOf } from './diskError.ts';
import type { Envelope } from './events.ts';
import type { FsPort } from './fsPort.ts';
import { decodeLine } from './lineCodec.ts';
import type { Place } from './place.ts';
import type { DamagedLine } from './quarantineLine.ts';
import { scanSegment } from './scanSegment.ts';

export interface JournalReaderPorts {
  readonly fs: FsPort;
  /** The journal folder. */
  readonly journal: string;
  readonly onLine: (event: Envelope, place: Place) => void;
  readonly onDamaged: (line: DamagedLine) => void;
  /** Segments not to be read: this process wrote them and knows them already. */
  readonly skip?: (segment: string) => boolean;
}

interface Seen {
  /** Behind the last whole line. */
  offset: number;
  /** Of the file when it was last read; it ends in a torn line where this is larger than `offset`. */
  size: number;
}

export interface JournalReader {
  /** Bytes of all segments at the last scan. */
  readonly bytes: number;
  readonly segments: number;
  /** Reads what is new. Returns false where a segment vanished or shrank: what was read before no longer holds. */
  scan(): Promise<boolean>;
  /** Begins anew at the next scan, own segments included. */
  forget(): void;
  read(place: Place): Promise<Envelope | undefined>;
}

/** Reads the segments of all writers, each from where it was left. */
export function createJournalReader(ports: JournalReaderPorts): JournalReader {
  const { fs, journal } = ports;
  const seen = new Map<string, Seen>();
  let rereadOwn = false;
  let bytes = 0;

  async function scan(): Promise<boolean> {
    const names = await listSegments(fs, journal);
    const present = new Set(names);
    for (const name of seen.keys()) if (!present.has(name)) return false;
    let total = 0;
    for (const name of names) {
      const size = await sizeOf(fs, join(journal, name));
      if (size === undefined) return false;
      total += size;
      if (!(await scanOne(name, size))) return false;
    }
    rereadOwn = false;
    bytes = total;
    return true;
  }

  async function scanOne(name: string, size: number): Promise<boolean> {
    const known = seen.get(name);
    if (known && size < known.offset) return false;
    if (known?.size === size) return true;
    if (ports.skip?.(name) && !rereadOwn) {
      seen.set(name, { offset: 0, size: 0 });
      return true;
    }
    const offset = await scanSegment(fs, join(journal, name), known?.offset ?? 0, {
      line: (event, at, length) => ports.onLine(event, { segment: name, offset: at, length }),
      damaged: (line, at, reason) =>
        ports.onDamaged({ segment: name, offset: at, reason, bytes: Buffer.from(line) }),
    });
    seen.set(name, { offset, size });
    return true;
  }

  return {
    get bytes() {
      return bytes;
    },
    get segments() {
      return seen.size;
    },
    scan,
    forget: () => {
      seen.clear();
      rereadOwn = true;
    },
    read: (place) => readPlace(fs, journal, place),
  };
}

/** Names of the segments, oldest writer first. */
export async function listSegments(fs: FsPort, journal: string): Promise<string[]> {
  try {
    return (await fs.list(journal)).filter((name) => name.endsWith('.jsonl')).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function sizeOf(fs: FsPort, path: string): Promise<number | undefined> {
  try {
    return (await fs.stat(path)).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function readPlace(fs: FsPort, journal: string, place: Place): Promise<Envelope | undefined> {
  const bytes = Buffer.alloc(place.length);
  try {
    const file = await fs.open(join(journal, place.segment), 'read');
    try {
      let done = 0;
      while (done < bytes.length) {
        const read = await file.read(bytes, done, bytes.length - done, place.offset + done);
        if (read === 0) return undefined;
        done += read;
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const decoded = decodeLine(bytes.subarray(0, bytes.length - 1));
  return decoded.ok ? decoded.event : undefined;
}
