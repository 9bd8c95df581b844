import { join } from 'node:path';
import { errnoOf } from '../disk/diskError.ts';
import type { FsPort, FsStat } from '../disk/fsPort.ts';
import { readFully } from '../disk/readFully.ts';
import { statIfThere } from '../disk/statIfThere.ts';
import type { Envelope } from '../events.ts';
import { decodeWholeLine } from './lineCodec.ts';
import type { Place } from './place.ts';
import type { DamagedLine } from './quarantineLine.ts';
import { type SegmentVisitor, scanSegment } from './scanSegment.ts';
import { NO_LINE_FEED } from './segmentPieces.ts';

export interface JournalReaderPorts {
  readonly fs: FsPort;
  /** Reads what is new, where that is not to be in the way of other work; `fs` otherwise. */
  readonly scanFs?: FsPort;
  /** The journal folder. */
  readonly journal: string;
  readonly onLine: (event: Envelope, place: Place) => void;
  readonly onDamaged: (line: DamagedLine) => void;
  /** A segment that was read is gone, or another file has its name: what was read of it no longer holds. */
  readonly onLost?: (segment: string) => void;
  /** Names of the segments that events are known to lie in. */
  readonly inUse?: () => Iterable<string>;
  /** Segments not to be read: this process wrote them and knows them already. */
  readonly skip?: (segment: string) => boolean;
  readonly platform?: NodeJS.Platform;
}

/** A line by which a segment is known again. */
export interface LineMark {
  readonly offset: number;
  readonly length: number;
  /** Its event; empty for a damaged line. */
  readonly id: string;
}

/** How far a segment was read. */
export interface SegmentState {
  readonly name: string;
  readonly ino: number;
  /** Behind the last whole line. */
  readonly offset: number;
  readonly last?: LineMark | undefined;
}

interface Seen extends Omit<SegmentState, 'name'> {
  /** Of the file when it was last read; it ends in a torn line where this is larger than `offset`. */
  readonly size: number;
}

export interface JournalReader {
  /** Bytes of all segments at the last scan. */
  readonly bytes: number;
  /** Bytes of lines read so far. */
  readonly bytesRead: number;
  /** Reads what is new. */
  scan(): Promise<void>;
  /** Begins anew at the next scan, own segments included. */
  forget(): void;
  /** How far each segment was read. */
  states(): SegmentState[];
  /** Goes on from there; each segment is first checked to be the one that was read. */
  restore(states: readonly SegmentState[]): void;
  read(place: Place): Promise<Envelope | undefined>;
}

/** Reads the segments of all writers, each from where it was left. */
export function createJournalReader(ports: JournalReaderPorts): JournalReader {
  return new SegmentsReader(ports);
}

/** Unlike any size: the segment is looked into at the next scan. */
const UNKNOWN_SIZE = -1;

class SegmentsReader implements JournalReader {
  readonly #ports: JournalReaderPorts;
  readonly #seen = new Map<string, Seen>();
  /** Own segments that are to be read once all the same. */
  readonly #reread = new Set<string>();
  #rereadAll = false;
  bytes = 0;
  bytesRead = 0;

  constructor(ports: JournalReaderPorts) {
    this.#ports = ports;
  }

  async scan(): Promise<void> {
    const { fs, journal } = this.#ports;
    const names = await listSegments(fs, journal);
    const present = new Set(names);
    for (const name of this.#seen.keys()) if (!present.has(name)) this.#lose(name);
    await this.#missOwn(present);
    let total = 0;
    for (const name of names) {
      const stat = await statIfThere(fs, join(journal, name));
      if (stat) await this.#scanOne(name, stat);
      else this.#lose(name);
      total += stat?.size ?? 0;
    }
    this.#rereadAll = false;
    this.bytes = total;
  }

  forget(): void {
    this.#seen.clear();
    this.#rereadAll = true;
  }

  states(): SegmentState[] {
    return [...this.#seen].map(([name, { ino, offset, last }]) => ({ name, ino, offset, last }));
  }

  restore(states: readonly SegmentState[]): void {
    for (const { name, ...state } of states) this.#seen.set(name, { ...state, size: UNKNOWN_SIZE });
  }

  read(place: Place): Promise<Envelope | undefined> {
    return readPlace(this.#ports.fs, this.#ports.journal, place);
  }

  /** An own segment can be gone before it was ever looked at. */
  async #missOwn(present: ReadonlySet<string>): Promise<void> {
    const { fs, journal, inUse } = this.#ports;
    for (const name of inUse?.() ?? []) {
      if (present.has(name) || (await statIfThere(fs, join(journal, name)))) continue;
      this.#lose(name);
    }
  }

  #lose(name: string): void {
    this.#seen.delete(name);
    this.#reread.add(name);
    this.#ports.onLost?.(name);
  }

  async #scanOne(name: string, stat: FsStat): Promise<void> {
    const { ino, size } = stat;
    const known = this.#seen.get(name);
    if (known && (!this.#isSame(known, stat) || size < known.offset)) {
      this.#lose(name);
      return this.#scanOne(name, stat);
    }
    if (known?.size === size) return;
    const own = this.#ports.skip?.(name) === true && !this.#rereadAll && !this.#reread.has(name);
    if (own) {
      this.#seen.set(name, { ino, size: 0, offset: 0 });
      return;
    }
    const read = await this.#readFrom(name, known);
    if (read === 'gone') return this.#lose(name);
    if (read === 'other') {
      this.#lose(name);
      return this.#scanOne(name, stat);
    }
    this.#reread.delete(name);
    this.#seen.set(name, { ...read, ino, size });
  }

  /** `other` where the line at which reading goes on is not the one that was last read. */
  async #readFrom(
    name: string,
    known: Seen | undefined,
  ): Promise<Omit<Seen, 'ino' | 'size'> | 'gone' | 'other'> {
    const { onLine, onDamaged } = this.#ports;
    let expected = known?.last;
    let other = false;
    let last = known?.last;
    const isNew = (mark: LineMark): boolean => {
      if (expected) {
        other = mark.offset !== expected.offset || mark.length !== expected.length || mark.id !== expected.id;
        expected = undefined;
        return false;
      }
      last = mark;
      if (!other) this.bytesRead += mark.length;
      return !other;
    };
    const offset = await this.#scan(name, expected?.offset ?? known?.offset ?? 0, {
      line: (event, at, length) => {
        if (isNew({ offset: at, length, id: event.id })) onLine(event, { segment: name, offset: at, length });
      },
      damaged: (line, at, reason) => {
        if (isNew({ offset: at, length: line.length, id: '' }))
          onDamaged({ segment: name, offset: at, reason, bytes: Buffer.from(line) });
        // Where such a piece ends depends on where reading began.
        if (reason === NO_LINE_FEED) last = undefined;
      },
    });
    if (offset === undefined) return 'gone';
    return other || expected ? 'other' : { offset, last };
  }

  async #scan(name: string, from: number, visitor: SegmentVisitor): Promise<number | undefined> {
    const { fs, scanFs, journal } = this.#ports;
    try {
      return await scanSegment(scanFs ?? fs, join(journal, name), from, visitor);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Inode numbers are not reliable on Windows; there the last line that was read has to do. */
  #isSame(known: Seen, stat: FsStat): boolean {
    return (this.#ports.platform ?? process.platform) === 'win32' || known.ino === stat.ino;
  }
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

async function readPlace(fs: FsPort, journal: string, place: Place): Promise<Envelope | undefined> {
  const bytes = Buffer.alloc(place.length);
  try {
    const file = await fs.open(join(journal, place.segment), 'read');
    try {
      if ((await readFully(file, bytes, place.offset)) < bytes.length) return undefined;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  return decodeWholeLine(bytes);
}
