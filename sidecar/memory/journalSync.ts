import { join } from 'node:path';
import type { WritableMemoryIndex } from './createMemoryIndex.ts';
import type { DataFolder } from './dataFolder.ts';
import { type Envelope, JOURNAL_VERSION, type JournalEvent } from './events.ts';
import type { FsPort } from './fsPort.ts';
import { createJournalReader } from './journalReader.ts';
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
  const { fs, folder, index } = ports;
  const damagedLines: DamagedLine[] = [];
  const told = new Set<string>();
  let newerVersion = false;
  let stopped = false;
  let failed = '';
  let turn: Promise<void> = Promise.resolve();

  const reader = createJournalReader({
    fs,
    journal: folder.journal,
    skip: ports.owns,
    onLine: (line, place) => {
      if (line.v > JOURNAL_VERSION) newerVersion = true;
      if (line.kind === SEGMENT_KIND) return;
      const event = parseEvent(line);
      if (index.add(line, event, place) && event) ports.onEvent(event);
    },
    onDamaged: (line) => damagedLines.push(line),
  });

  async function look(): Promise<void> {
    if (stopped) return;
    try {
      for (let attempt = 0; attempt < 5 && !(await reader.scan()); attempt += 1) clear();
      await tellDamaged();
      failed = '';
    } catch (error) {
      tellFailure(error);
    }
  }

  function clear(): void {
    reader.forget();
    index.clear();
    newerVersion = false;
    ports.onCleared();
  }

  function tellFailure(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    ports.log(`memory: reading the journal failed: ${message}`);
    if (failed === message) return;
    failed = message;
    ports.onNotice({
      code: 'memory.failed',
      message: `The journal in ${folder.path} can't be read: ${message}`,
    });
  }

  async function tellDamaged(): Promise<void> {
    let fresh = 0;
    for (const line of damagedLines.splice(0)) if (await setAside(line)) fresh += 1;
    if (fresh === 0) return;
    const lines = fresh === 1 ? 'One damaged line' : `${fresh} damaged lines`;
    ports.onNotice({
      code: 'memory.damaged',
      message: `${lines} in the journal could not be read and went to quarantine. Everything else is in use.`,
    });
  }

  async function setAside(line: DamagedLine): Promise<boolean> {
    const key = `${line.segment}-${line.offset}`;
    if (told.has(key)) return false;
    told.add(key);
    try {
      return await quarantineLine(fs, join(folder.quarantine, 'lines'), line);
    } catch (error) {
      ports.log(`memory: quarantine failed: ${error instanceof Error ? error.message : String(error)}`);
      return true;
    }
  }

  function inTurn(work: () => Promise<void>): Promise<void> {
    turn = turn.then(work);
    return turn;
  }

  return {
    get bytes() {
      return reader.bytes;
    },
    get newerVersion() {
      return newerVersion;
    },
    refresh: () => inTurn(look),
    restart: () =>
      inTurn(async () => {
        clear();
        await look();
      }),
    read: (place) => reader.read(place),
    stop: () =>
      inTurn(async () => {
        stopped = true;
      }),
  };
}
