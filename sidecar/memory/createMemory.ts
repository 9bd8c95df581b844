import { AppError } from '../protocol/errors.ts';
import { createAppend } from './appendQueue.ts';
import { createMemoryIndex } from './createMemoryIndex.ts';
import { openDataFolder } from './dataFolder.ts';
import { diskError } from './diskError.ts';
import { JOURNAL_VERSION, type JournalEvent } from './events.ts';
import { takeLock } from './exclusiveLock.ts';
import { createFolderHandle } from './folderHandle.ts';
import { createFsPort, type FsPort } from './fsPort.ts';
import { createJournalFollower } from './journalFollower.ts';
import { createJournalSync } from './journalSync.ts';
import { encodeLine } from './lineCodec.ts';
import { createListeners } from './listeners.ts';
import type { HeldLock, Memory } from './memory.ts';
import { parseEvent } from './parseEvent.ts';
import { resetMemory } from './resetMemory.ts';
import { createSegmentWriter } from './segmentWriter.ts';
import { SEGMENT_KIND, verifyJournal } from './verifyJournal.ts';
import { createViewScheduler } from './viewScheduler.ts';
import type { ViewWriterPort } from './viewWriterPort.ts';

export interface MemoryPorts {
  /** Absolute path; made where it is missing. */
  readonly dataFolder: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** ULIDs, each greater than the one before. */
  readonly ids: () => string;
  readonly log: (message: string) => void;
  /** Runs the view writer; without it no views are written. */
  readonly viewWriter?: ViewWriterPort;
  readonly fs?: FsPort;
  /** This user's id; read from the process where it is not given. */
  readonly uid?: number;
  /** How often other writers' segments are looked at, in milliseconds. */
  readonly pollMs?: number;
}

type Notice = { readonly code: string; readonly message: string };

/** Another window's view writer or compaction may hold the lock for a moment. */
const RESET_WAIT_MS = 5_000;

/**
 * Opens the memory of a data folder. Appending works at once; reading what is there goes on in the background until
 * `ready`. Rejects with `memory.folderUnsafe`, `memory.readOnly`, `memory.diskFull` or `memory.failed`.
 */
export async function createMemory(ports: MemoryPorts): Promise<Memory> {
  const fs = ports.fs ?? createFsPort();
  const uid = ports.uid ?? process.getuid?.();
  const folder = await openDataFolder({ fs, uid }, ports.dataFolder);
  const writer = ports.ids();
  const report = (error: unknown): void =>
    ports.log(`memory: ${error instanceof Error ? error.message : String(error)}`);
  const events = createListeners<[JournalEvent, boolean]>(report);
  const notices = createListeners<[Notice]>(report);
  const cleared = createListeners<[]>(report);
  const index = createMemoryIndex();
  let disposed = false;

  const segments = createSegmentWriter({
    fs,
    dataFolder: folder.path,
    journal: folder.journal,
    writer,
    header: () => encodeLine(headerLine(writer, ports)),
    onWritable: (error) => {
      if (error) notices.emit({ code: error.code, message: `${error.message} ${error.next ?? ''}`.trim() });
    },
  });
  const sync = createJournalSync({
    fs,
    folder,
    index,
    owns: (segment) => segments.owns(segment),
    onEvent: (event) => events.emit(event, event.writer === writer),
    onCleared: () => cleared.emit(),
    onNotice: (notice) => notices.emit(notice),
    log: ports.log,
  });
  const readEvent = async (id: string): Promise<JournalEvent | undefined> => {
    const place = index.place(id);
    const line = place && (await sync.read(place));
    return line && parseEvent(line);
  };
  const append = createAppend({
    writer,
    clock: ports.clock,
    ids: ports.ids,
    segments,
    index,
    read: readEvent,
    refusal: () => refusalOf(disposed, sync.newerVersion),
    onAppended: (event, place) => {
      const fresh = index.add(event, event, place);
      if (fresh) events.emit(event, true);
    },
  });
  const lock = (name: string): Promise<HeldLock | undefined> =>
    takeLock({ fs, uid }, folder.path, name).catch((error: unknown) => {
      throw diskError(error, folder.path);
    });
  const views = createViewScheduler({
    fs,
    folder,
    clock: ports.clock,
    writer: ports.viewWriter,
    known: () => ({ asOf: index.asOf, events: index.eventCount, bytes: sync.bytes }),
    onNotice: (notice) => notices.emit(notice),
    log: ports.log,
  });

  const ready = sync.refresh().then(() => views.start());
  const follower = createJournalFollower({
    fs,
    journal: folder.journal,
    look: async () => {
      await sync.refresh();
      await views.check();
    },
    ...(ports.pollMs !== undefined && { pollMs: ports.pollMs }),
  });
  events.add((_, own) => views.changed(own));

  return {
    writer,
    dataFolder: folder.path,
    index,
    ready,
    get writable() {
      return segments.writable;
    },
    append,
    read: readEvent,
    onEvent: (listener) => events.add(listener),
    onCleared: (listener) => cleared.add(listener),
    onNotice: (listener) => notices.add(listener),
    folder: (part) => {
      const root = createFolderHandle(fs, folder.path);
      return part === 'root' ? root : root.folder(part);
    },
    lock,
    refresh: () => sync.refresh(),
    flushViews: (deadlineMs) => views.flush(deadlineMs),
    reset: async () => {
      const held = await waitForLock(() => lock('exclusive'));
      try {
        await segments.seal();
        const name = await resetMemory(fs, folder, ports.clock()).catch((error: unknown) => {
          throw diskError(error, folder.path);
        });
        await sync.restart();
        await append<'reset'>({ kind: 'reset', quarantine: name });
        return name;
      } finally {
        await held.release();
      }
    },
    verify: async () => {
      await ready;
      return verifyJournal(fs, folder.journal);
    },
    dispose: async () => {
      disposed = true;
      follower.stop();
      await segments.seal();
      await sync.stop();
      await views.stop();
    },
  };
}

function headerLine(writer: string, ports: MemoryPorts) {
  const at = new Date(ports.clock()).toISOString();
  return { v: JOURNAL_VERSION, id: ports.ids(), at, writer, kind: SEGMENT_KIND };
}

function refusalOf(disposed: boolean, newerVersion: boolean): AppError | undefined {
  if (disposed) return new AppError('memory.failed', 'The memory is closed.', { next: 'Reload the window.' });
  if (!newerVersion) return undefined;
  return new AppError('memory.newerVersion', 'A newer Whetstone has written to this data folder.', {
    why: 'This version could misread what the newer one recorded.',
    next: 'Reload the window to use the newer version.',
  });
}

async function waitForLock(take: () => Promise<HeldLock | undefined>): Promise<HeldLock> {
  const deadline = Date.now() + RESET_WAIT_MS;
  for (;;) {
    const held = await take();
    if (held) return held;
    if (Date.now() >= deadline) {
      throw new AppError('memory.locked', 'Another Whetstone process is working on the data folder.', {
        next: 'Wait until it has finished, then try again.',
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
