import { join } from 'node:path';
import type { WritableMemoryIndex } from './createMemoryIndex.ts';
import type { DataFolder } from './dataFolder.ts';
import { type Envelope, JOURNAL_VERSION, type JournalEvent } from './events.ts';
import type { FsPort } from './fsPort.ts';
import { createJournalReader, type JournalReader } from './journalReader.ts';
import { parseEvent } from './parseEvent.ts';
import type { Place } from './place.ts';
import { type DamagedLine, quarantineLine } from './quarantineLine.ts';
import { SEGMENT_KIND } from './verifyJournal.ts';

export interface JournalSyncPorts {
  readonly fs: FsPort;
  readonly folder: DataFolder;
  readonly index: WritableMemoryIndex;
  readonly owns: (segment: string) => boolean;
  readonly onEvent: (event: JournalEvent) => void;
  readonly onCleared: () => void;
  readonly onNotice: (notice: { readonly code: string; readonly message: string }) => void;
  readonly log: (message: string) => void;
}

export interface JournalSync {
  /** Bytes in the journal at the last look. */
  readonly bytes: number;
  /** True where a line of a newer major version was seen. */
  readonly newerVersion: boolean;
  /** Reads what is new; never rejects. One look at a time, a second call waits for a look of its own. */
  refresh(): Promise<void>;
  /** Forgets everything and reads anew. */
  restart(): Promise<void>;
  read(place: Place): Promise<Envelope | undefined>;
  /** Waits for a look that is going on; later ones do nothing. */
  stop(): Promise<void>;
}

/** Keeps the index in step with the segments of all writers. */
export function createJournalSync(ports: JournalSyncPorts): JournalSync {
  return new SegmentsSync(ports);
}

class SegmentsSync implements JournalSync {
  readonly #ports: JournalSyncPorts;
  readonly #reader: JournalReader;
  readonly #damagedLines: DamagedLine[] = [];
  readonly #told = new Set<string>();
  #newerVersion = false;
  #stopped = false;
  #failed = '';
  #turn: Promise<void> = Promise.resolve();

  constructor(ports: JournalSyncPorts) {
    this.#ports = ports;
    this.#reader = createJournalReader({
      fs: ports.fs,
      journal: ports.folder.journal,
      skip: ports.owns,
      onLine: (line, place) => this.#take(line, place),
      onDamaged: (line) => this.#damagedLines.push(line),
    });
  }

  get bytes(): number {
    return this.#reader.bytes;
  }

  get newerVersion(): boolean {
    return this.#newerVersion;
  }

  refresh(): Promise<void> {
    return this.#inTurn(() => this.#look());
  }

  restart(): Promise<void> {
    return this.#inTurn(async () => {
      this.#clear();
      await this.#look();
    });
  }

  read(place: Place): Promise<Envelope | undefined> {
    return this.#reader.read(place);
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
    if (this.#ports.index.add(line, event, place) && event) this.#ports.onEvent(event);
  }

  async #look(): Promise<void> {
    if (this.#stopped) return;
    try {
      for (let attempt = 0; attempt < 5 && !(await this.#reader.scan()); attempt += 1) this.#clear();
      await this.#tellDamaged();
      this.#failed = '';
    } catch (error) {
      this.#tellFailure(error);
    }
  }

  #clear(): void {
    this.#reader.forget();
    this.#ports.index.clear();
    this.#newerVersion = false;
    this.#ports.onCleared();
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
