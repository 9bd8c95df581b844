import { join } from 'node:path';
import type { DataFolder } from '../disk/dataFolder.ts';
import type { FsPort } from '../disk/fsPort.ts';
import { type Envelope, JOURNAL_VERSION, type JournalEvent } from '../events.ts';
import { createMemoryIndex, type JournalIndex } from '../index/createMemoryIndex.ts';
import { type DamagedPlace, saveCheckpoint } from '../index/indexCheckpoint.ts';
import { restoreIndex } from '../index/restoreIndex.ts';
import { createJournalReader, type JournalReader } from './journalReader.ts';
import { parseEvent } from './parseEvent.ts';
import type { Place } from './place.ts';
import { type DamagedLine, quarantineLine } from './quarantineLine.ts';
import { SEGMENT_KIND } from './segmentHeader.ts';

export interface JournalSyncPorts {
  readonly fs: FsPort;
  /** Reads what is new and the checkpoint, where that is not to be in the way of other work; `fs` otherwise. */
  readonly scanFs?: FsPort;
  readonly folder: DataFolder;
  readonly index: JournalIndex;
  readonly owns: (segment: string) => boolean;
  readonly onEvent: (event: JournalEvent) => void;
  /** Everything known was replaced by what is on disk. */
  readonly onCleared: () => void;
  readonly onNotice: (notice: { readonly code: string; readonly message: string }) => void;
  readonly log: (message: string) => void;
}

export interface JournalSync {
  /** Bytes in the journal at the last look. */
  readonly bytes: number;
  /** Bytes that had to be read since the start: few where there was a checkpoint. */
  readonly bytesRead: number;
  /** True where a line of a newer major version was seen. */
  readonly newerVersion: boolean;
  /** Reads what is new; never rejects. One look at a time, a second call waits for a look of its own. */
  refresh(): Promise<void>;
  /** Reads everything anew and puts it in the place of what is known. */
  restart(): Promise<void>;
  /** The event from disk, wherever its line is by now; undefined where it is unknown or its line is damaged. */
  readEvent(id: string): Promise<JournalEvent | undefined>;
  /** Writes what is known to disk for the next start. Not for a process that appends: that would change it meanwhile. */
  saveCheckpoint(): Promise<void>;
  /** Waits for a look that is going on; later ones do nothing. */
  stop(): Promise<void>;
}

/** A line can move (merged, rewritten) so many times while it is looked for. */
const READ_TRIES = 5;
/** Segments can go so many times while the journal is read. */
const SCAN_TRIES = 5;

/** Keeps the index in step with the segments of all writers. */
export function createJournalSync(ports: JournalSyncPorts): JournalSync {
  return new SegmentsSync(ports);
}

class SegmentsSync implements JournalSync {
  readonly #ports: JournalSyncPorts;
  readonly #reader: JournalReader;
  readonly #damagedLines: DamagedLine[] = [];
  /** Of all damaged lines read so far, those told before too. */
  #damagedPlaces: DamagedPlace[] = [];
  readonly #told = new Set<string>();
  /** Where lines go: the index itself, or one that is to take its place. */
  #target: JournalIndex;
  #restored = false;
  #newerVersion = false;
  #stopped = false;
  #failed = '';
  #turn: Promise<void> = Promise.resolve();

  constructor(ports: JournalSyncPorts) {
    this.#ports = ports;
    this.#target = ports.index;
    this.#reader = createJournalReader({
      fs: ports.fs,
      ...(ports.scanFs && { scanFs: ports.scanFs }),
      journal: ports.folder.journal,
      skip: ports.owns,
      inUse: () => this.#target.tables.segments.all().flatMap(({ name }) => name ?? []),
      onLine: (line, place) => this.#take(line, place),
      onDamaged: (line) => this.#noteDamaged(line),
      onLost: (segment) => {
        this.#target.dropSegment(segment);
        this.#damagedPlaces = this.#damagedPlaces.filter((each) => each.segment !== segment);
      },
    });
  }

  get bytes(): number {
    return this.#reader.bytes;
  }

  get bytesRead(): number {
    return this.#reader.bytesRead;
  }

  get newerVersion(): boolean {
    return this.#newerVersion;
  }

  refresh(): Promise<void> {
    return this.#inTurn(() => this.#look());
  }

  restart(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#stopped) await this.#guard(() => this.#rebuild());
    });
  }

  async readEvent(id: string): Promise<JournalEvent | undefined> {
    const { index } = this.#ports;
    for (let attempt = 0; attempt < READ_TRIES && index.has(id); attempt += 1) {
      const place = index.place(id);
      const line = place && (await this.#reader.read(place));
      if (line?.id === id) return parseEvent(line);
      await this.refresh();
      if (place && isSame(place, index.place(id))) return undefined;
    }
    return undefined;
  }

  saveCheckpoint(): Promise<void> {
    return this.#inTurn(async () => {
      const { fs, folder, index } = this.#ports;
      if (index.orphans > 0 || this.#failed !== '') return;
      const { tables } = index;
      const [segments, damaged] = [this.#reader.states(), this.#damagedPlaces];
      await saveCheckpoint(fs, folder, { tables, segments, damaged, newerVersion: this.#newerVersion });
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      this.#stopped = true;
    });
  }

  #take(line: Envelope, place: Place): void {
    if (line.v > JOURNAL_VERSION) this.#newerVersion = true;
    if (line.kind === SEGMENT_KIND) return;
    const event = parseEvent(line);
    const fresh = this.#target.add(line, event, place);
    if (fresh && event && this.#target === this.#ports.index) this.#ports.onEvent(event);
  }

  #noteDamaged(line: DamagedLine): void {
    const { segment, offset, reason, bytes } = line;
    this.#damagedLines.push(line);
    this.#damagedPlaces.push({ segment, offset, reason, length: bytes.length });
  }

  async #look(): Promise<void> {
    if (this.#stopped) return;
    await this.#guard(async () => {
      await this.#restore();
      await this.#reader.scan();
      // What lay in a segment that is gone may lie in one that came after the folder was listed.
      if (this.#target.orphans > 0) await this.#reader.scan();
      if (this.#target.orphans > 0) await this.#rebuild();
    });
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      await this.#tellDamaged();
      this.#failed = '';
    } catch (error) {
      this.#tellFailure(error);
    }
  }

  /** Once, at the first look: begins where the checkpoint ends. */
  async #restore(): Promise<void> {
    const { fs, scanFs, folder, index, log } = this.#ports;
    if (this.#restored) return;
    this.#restored = true;
    index.hold();
    try {
      const found = await restoreIndex(scanFs ?? fs, folder);
      if (!found) return;
      index.replace(found.tables);
      this.#reader.restore(found.segments);
      for (const line of found.damaged) this.#noteDamaged(line);
      this.#newerVersion ||= found.newerVersion;
    } catch (error) {
      log(`memory: the checkpoint can't be read: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      index.release();
    }
  }

  /** Reads everything into a new index while the old one still answers, then puts it in its place. */
  async #rebuild(): Promise<void> {
    const { index, onCleared } = this.#ports;
    this.#restored = true;
    this.#newerVersion = false;
    index.hold();
    try {
      for (let attempt = 0; attempt < SCAN_TRIES; attempt += 1) {
        this.#target = createMemoryIndex();
        this.#damagedPlaces = [];
        this.#reader.forget();
        await this.#reader.scan();
        if (this.#target.orphans > 0) await this.#reader.scan();
        if (this.#target.orphans === 0) break;
      }
      index.replace(this.#target.tables);
    } catch (error) {
      // What was read went nowhere.
      this.#reader.forget();
      throw error;
    } finally {
      this.#target = index;
      index.release();
    }
    onCleared();
  }

  #tellFailure(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#ports.log(`memory: reading the journal failed: ${message}`);
    if (this.#failed === message) return;
    this.#failed = message;
    this.#ports.onNotice({
      code: 'memory.failed',
      message: `The journal in ${this.#ports.folder.path} can't be read: ${message}`,
    });
  }

  async #tellDamaged(): Promise<void> {
    let fresh = 0;
    for (const line of this.#damagedLines.splice(0)) if (await this.#setAside(line)) fresh += 1;
    if (fresh === 0) return;
    const lines = fresh === 1 ? 'One damaged line' : `${fresh} damaged lines`;
    this.#ports.onNotice({
      code: 'memory.damaged',
      message: `${lines} in the journal could not be read and went to quarantine. Everything else is in use.`,
    });
  }

  async #setAside(line: DamagedLine): Promise<boolean> {
    const key = `${line.segment}-${line.offset}`;
    if (this.#told.has(key)) return false;
    this.#told.add(key);
    try {
      return await quarantineLine(this.#ports.fs, join(this.#ports.folder.quarantine, 'lines'), line);
    } catch (error) {
      this.#ports.log(`memory: quarantine failed: ${error instanceof Error ? error.message : String(error)}`);
      return true;
    }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work);
    return this.#turn;
  }
}

function isSame(a: Place, b: Place | undefined): boolean {
  return a.segment === b?.segment && a.offset === b.offset && a.length === b.length;
}
