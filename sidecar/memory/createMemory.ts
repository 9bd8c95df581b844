import { AppError } from '../protocol/errors.ts';
import { type OpenDataFolder, openDataFolder } from './disk/dataFolder.ts';
import { diskError } from './disk/diskError.ts';
import { takeLock } from './disk/exclusiveLock.ts';
import { createFolderHandle } from './disk/folderHandle.ts';
import { createFsPort, type FsPort } from './disk/fsPort.ts';
import type { JournalEvent } from './events.ts';
import {
  carryOutForgetting,
  type Erasure,
  type ForgetKeeperPorts,
  isAboutNoted,
  noteAbout,
} from './forget/forgetKeeper.ts';
import { type ForgetWhat, planForgetting } from './forget/forgetPlan.ts';
import { createForgetting, type Forgetting } from './forget/forgetting.ts';
import { createForgotten } from './forget/forgotten.ts';
import { createMemoryIndex } from './index/createMemoryIndex.ts';
import { createAppendGate, politeReads } from './journal/appendGate.ts';
import { type Append, createAppend } from './journal/appendQueue.ts';
import { type CompactionSchedule, createCompactionSchedule } from './journal/compactionSchedule.ts';
import { compactJournal } from './journal/compactJournal.ts';
import { createJournalFollower } from './journal/journalFollower.ts';
import { createJournalSync, type JournalSync } from './journal/journalSync.ts';
import { segmentHeader } from './journal/segmentHeader.ts';
import { createSegmentWriter, type SegmentWriter } from './journal/segmentWriter.ts';
import { type Verification, verifyJournal } from './journal/verifyJournal.ts';
import { holdWriterLock } from './journal/writerLock.ts';
import { createListeners, type Listeners } from './listeners.ts';
import type { FolderHandle, Forgotten, HeldLock, Memory } from './memory.ts';
import { resetMemory } from './resetMemory.ts';
import { createViewScheduler, type ViewScheduler } from './views/viewScheduler.ts';
import type { ViewWriterPort } from './views/viewWriterPort.ts';

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
  return new DiskMemory(ports, { fs, uid }, folder);
}

interface System {
  readonly fs: FsPort;
  readonly uid: number | undefined;
}

class DiskMemory implements Memory {
  readonly writer: string;
  readonly dataFolder: string;
  readonly index = createMemoryIndex();
  readonly ready: Promise<void>;
  readonly append: Append;
  readonly #ports: MemoryPorts;
  readonly #system: System;
  readonly #folder: OpenDataFolder;
  readonly #events: Listeners<[JournalEvent, boolean]>;
  readonly #notices: Listeners<[Notice]>;
  readonly #cleared: Listeners<[]>;
  readonly #gate = createAppendGate();
  readonly #segments: SegmentWriter;
  readonly #sync: JournalSync;
  readonly #views: ViewScheduler;
  readonly #forgotten = createForgotten(() => this.index.forgets());
  readonly #forgetting: Forgetting;
  readonly #compaction: CompactionSchedule;
  readonly #follower: { stop(): void };
  #disposed = false;
  #alive: Promise<HeldLock> | undefined;

  constructor(ports: MemoryPorts, system: System, folder: OpenDataFolder) {
    const report = (error: unknown): void =>
      ports.log(`memory: ${error instanceof Error ? error.message : String(error)}`);
    this.writer = ports.ids();
    this.dataFolder = folder.path;
    this.#ports = ports;
    this.#system = system;
    this.#folder = folder;
    this.#events = createListeners(report);
    this.#notices = createListeners(report);
    this.#cleared = createListeners(report);
    this.#segments = this.#createSegments();
    this.#sync = this.#createSync();
    this.append = this.#createAppend();
    this.#views = this.#createViews();
    this.#events.add((_, own) => this.#views.changed(own));
    this.#forgetting = this.#createForgetting();
    this.#compaction = this.#createCompaction();
    this.#events.add((event, own) => {
      this.#compaction.recorded();
      if (event.kind === 'forget' && !own) this.#forgetting.follow(false);
    });
    this.ready = this.#sync.refresh().then(async () => {
      const begun = await isAboutNoted({ fs: this.#system.fs, folder: this.#folder });
      if (begun || this.index.forgets().length > 0) this.#forgetting.follow(true);
      this.#compaction.start();
      await this.#views.start();
    });
    this.#follower = this.#createFollower();
  }

  get writable(): boolean {
    return this.#segments.writable;
  }

  async read(id: string): Promise<JournalEvent | undefined> {
    const event = await this.#sync.readEvent(id);
    return event && !this.#forgotten.hides(event) ? event : undefined;
  }

  onEvent(listener: (event: JournalEvent, own: boolean) => void): () => void {
    return this.#events.add(listener);
  }

  onCleared(listener: () => void): () => void {
    return this.#cleared.add(listener);
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    return this.#notices.add(listener);
  }

  folder(part: Parameters<Memory['folder']>[0]): FolderHandle {
    const root = createFolderHandle(this.#system.fs, this.dataFolder);
    return part === 'root' ? root : root.folder(part);
  }

  async lock(name: 'exclusive' | 'training'): Promise<HeldLock | undefined> {
    try {
      return await takeLock(this.#system, this.dataFolder, name);
    } catch (error) {
      throw diskError(error, this.dataFolder);
    }
  }

  refresh(): Promise<void> {
    return this.#sync.refresh();
  }

  flushViews(deadlineMs: number): Promise<void> {
    return this.#views.flush(deadlineMs);
  }

  async reset(): Promise<string> {
    const held = await waitForLock(() => this.lock('exclusive'));
    try {
      // What an earlier process began to forget is not to be kept in quarantine.
      await this.#erase();
      await this.#segments.seal();
      // What is known must follow what is left, also where only a part could be moved.
      const quarantine = await this.#moveAway().finally(() => this.#sync.restart());
      await this.append<'reset'>({ kind: 'reset', quarantine });
      return quarantine;
    } finally {
      await held.release();
    }
  }

  async forget(what: ForgetWhat, why: 'asked' | 'age'): Promise<Forgotten> {
    await this.ready;
    return this.#forgetting.forget(what, why);
  }

  async previewForget(what: ForgetWhat): Promise<Forgotten> {
    await this.ready;
    return this.#forgetting.preview(what);
  }

  async verify(): Promise<Verification> {
    await this.ready;
    return verifyJournal(this.#system.fs, this.#folder.journal);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#follower.stop();
    await this.#forgetting.stop();
    await this.#compaction.stop();
    await this.#segments.seal();
    await this.#sync.stop();
    await this.#views.stop();
    await (await this.#alive?.catch(() => undefined))?.release();
  }

  /** Once: where it fails, what others tidy up is still safe by what each append looks at. */
  async #sayAlive(): Promise<void> {
    if (this.#disposed) return;
    // A folder that is gone must not come back empty by this.
    await this.#system.fs.stat(this.dataFolder);
    this.#alive ??= holdWriterLock(this.#system, this.dataFolder, this.writer);
    await this.#alive.catch((error: unknown) => {
      this.#alive = undefined;
      throw error;
    });
  }

  async #moveAway(): Promise<string> {
    try {
      return await resetMemory(this.#system.fs, this.#folder, this.#ports.clock());
    } catch (error) {
      throw diskError(error, this.dataFolder);
    }
  }

  #createSegments(): SegmentWriter {
    return createSegmentWriter({
      fs: this.#system.fs,
      dataFolder: this.dataFolder,
      journal: this.#folder.journal,
      writer: this.writer,
      header: () => segmentHeader({ ...this.#ports, writer: this.writer }),
      beforeSegment: async () => {
        await this.#folder.settled;
        await this.#sayAlive();
      },
      onMovedAway: () => void this.#sync.restart(),
      onWritable: (error) => {
        if (error)
          this.#notices.emit({ code: error.code, message: `${error.message} ${error.next ?? ''}`.trim() });
      },
    });
  }

  #createSync(): JournalSync {
    return createJournalSync({
      fs: this.#system.fs,
      scanFs: politeReads(this.#system.fs, this.#gate),
      folder: this.#folder,
      index: this.index,
      owns: (segment) => this.#segments.owns(segment),
      onEvent: (event) => this.#events.emit(event, event.writer === this.writer),
      onCleared: () => this.#cleared.emit(),
      onNotice: (notice) => this.#notices.emit(notice),
      log: this.#ports.log,
    });
  }

  #createAppend(): Append {
    return createAppend({
      writer: this.writer,
      clock: this.#ports.clock,
      ids: this.#ports.ids,
      write: (line) => this.#gate.during(this.#segments.append(line)),
      index: this.index,
      read: (id) => this.read(id),
      hides: (body) => this.#forgotten.hides(body),
      refusal: () => refusalOf(this.#disposed, this.#sync.newerVersion),
      onAppended: (event, place) => {
        if (this.index.add(event, event, place)) this.#events.emit(event, true);
      },
    });
  }

  #createForgetting(): Forgetting {
    return createForgetting({
      plan: (what) => planForgetting({ fs: this.#system.fs, folder: this.#folder, index: this.index }, what),
      append: this.append,
      lock: (name) => this.lock(name),
      ids: this.#ports.ids,
      erase: () => this.#erase(),
      noteAbout: (about, event) => noteAbout({ fs: this.#system.fs, folder: this.#folder }, about, event),
      clock: this.#ports.clock,
      log: this.#ports.log,
    });
  }

  #createCompaction(): CompactionSchedule {
    return createCompactionSchedule({
      lock: () => this.lock('exclusive'),
      compact: async (signal) => {
        const result = await compactJournal(this.#keeperPorts(), signal);
        if (result.merged > 0) await this.#sync.refresh();
        return result;
      },
      clock: this.#ports.clock,
      log: this.#ports.log,
    });
  }

  async #erase(): Promise<Erasure> {
    try {
      const erasure = await carryOutForgetting(this.#keeperPorts());
      if (erasure.rewritten > 0) await this.#sync.refresh();
      // What was taken away is written again from what is left.
      if (erasure.files.length > 0) this.#views.changed(true);
      return erasure;
    } catch (error) {
      throw diskError(error, this.dataFolder);
    }
  }

  #keeperPorts(): ForgetKeeperPorts {
    const { clock, ids } = this.#ports;
    return {
      ...this.#system,
      folder: this.#folder,
      writer: this.writer,
      ids,
      clock,
      forgets: () => this.index.forgets(),
      owns: (segment) => this.#segments.owns(segment),
      seal: () => this.#segments.seal(),
    };
  }

  #createViews(): ViewScheduler {
    return createViewScheduler({
      fs: this.#system.fs,
      folder: this.#folder,
      clock: this.#ports.clock,
      writer: this.#ports.viewWriter,
      known: () => ({ asOf: this.index.asOf, events: this.index.eventCount }),
      uncovered: () => this.#sync.bytesRead,
      onNotice: (notice) => this.#notices.emit(notice),
      log: this.#ports.log,
    });
  }

  #createFollower(): { stop(): void } {
    const { pollMs } = this.#ports;
    return createJournalFollower({
      fs: this.#system.fs,
      journal: this.#folder.journal,
      owns: (segment) => this.#segments.owns(segment),
      look: async () => {
        await this.#sync.refresh();
        await this.#views.check();
      },
      ...(pollMs !== undefined && { pollMs }),
    });
  }
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
