import { join } from 'node:path';
import { AppError } from '../../protocol/errors.ts';
import { diskError, errnoOf } from '../disk/diskError.ts';
import type { FsFile, FsPort } from '../disk/fsPort.ts';
import { writeAll } from '../disk/writeAll.ts';
import type { Place } from './place.ts';
import { writtenSegmentName } from './segmentName.ts';

/** A new segment is begun when the current one has this many bytes. */
export const ROTATE_BYTES = 4 * 1024 * 1024;
/** Most bytes that one write and fdatasync carry. */
const BATCH_BYTES = 1024 * 1024;

export interface SegmentWriterPorts {
  readonly fs: FsPort;
  /** The data folder, named in errors. */
  readonly dataFolder: string;
  readonly journal: string;
  readonly writer: string;
  /** The first line of the n-th segment. */
  readonly header: () => Buffer;
  /** Called before a segment is begun; what it rejects with is of no consequence. */
  readonly beforeSegment?: () => Promise<void>;
  /** Another process moved the segment away that was being written: what was known from it may no longer hold. */
  readonly onMovedAway?: () => void;
  readonly onWritable?: (error: AppError | undefined) => void;
  readonly platform?: NodeJS.Platform;
}

export interface SegmentWriter {
  readonly writable: boolean;
  /** Resolves when the line is on disk (fdatasync, and fsync of the folder for a new segment). */
  append(line: Buffer): Promise<Place>;
  /** True for the name of a segment that this writer made. */
  owns(segment: string): boolean;
  /** Waits for what is queued and closes the segment; a later append begins a new one. */
  seal(): Promise<void>;
}

interface Waiting {
  readonly line: Buffer;
  readonly resolve: (place: Place) => void;
  readonly reject: (error: AppError) => void;
}

interface OpenSegment {
  readonly file: FsFile;
  readonly name: string;
  readonly ino: number;
  /** Bytes known to be good; everything behind is cut off after a failed write. */
  good: number;
  entryDurable: boolean;
}

/** fdatasync failed: what the kernel holds of this file can no longer be trusted. */
class SyncFailed extends Error {}

/** Appends lines to this writer's own segments; lines that wait together share one write and one fdatasync. */
export function createSegmentWriter(ports: SegmentWriterPorts): SegmentWriter {
  return new JournalSegmentWriter(ports);
}

class JournalSegmentWriter implements SegmentWriter {
  readonly #ports: SegmentWriterPorts;
  readonly #queue: Waiting[] = [];
  readonly #names = new Set<string>();
  #segment: OpenSegment | undefined;
  #running: Promise<void> | undefined;
  #failure: AppError | undefined;

  constructor(ports: SegmentWriterPorts) {
    this.#ports = ports;
  }

  get writable(): boolean {
    return this.#failure === undefined;
  }

  append(line: Buffer): Promise<Place> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ line, resolve, reject });
      this.#start();
    });
  }

  owns(name: string): boolean {
    return this.#names.has(name);
  }

  async seal(): Promise<void> {
    while (this.#running) await this.#running;
    await this.#abandon();
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = takeBatch(this.#queue);
      try {
        const places = await this.#commit(batch);
        this.#setFailure(undefined);
        batch.forEach((waiting, index) => {
          const place = places[index];
          if (place) waiting.resolve(place);
        });
      } catch (error) {
        const typed = diskError(error, this.#ports.dataFolder);
        this.#setFailure(typed);
        for (const waiting of batch) waiting.reject(typed);
      }
    }
  }

  /** Writes the batch; a segment that was moved away or could not be synced is replaced once. */
  async #commit(batch: readonly Waiting[]): Promise<Place[]> {
    const lines = batch.map((waiting) => waiting.line);
    for (let attempt = 0; ; attempt += 1) {
      const current = await this.#ensureSegment();
      try {
        const places = await this.#writeLines(current, lines);
        if (places) return places;
        await this.#abandon();
        this.#ports.onMovedAway?.();
        if (attempt > 0)
          throw new AppError('memory.failed', 'The journal was moved away while it was written.');
      } catch (error) {
        if (!(error instanceof SyncFailed)) throw error;
        await this.#abandon();
        if (attempt > 0) throw error.cause;
      }
    }
  }

  /** Resolves when the lines are on disk; undefined where the segment was moved away before they were in it. */
  async #writeLines(current: OpenSegment, lines: readonly Buffer[]): Promise<Place[] | undefined> {
    const header = current.good === 0 ? [this.#ports.header()] : [];
    const pieces = [...header, ...lines];
    const bytes = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
    const start = current.good + (header[0]?.length ?? 0);
    try {
      await writeAll(current.file, bytes);
    } catch (error) {
      await this.#cutBack(current);
      throw error;
    }
    // Who moves a segment away takes along what is in it by then, so it is enough to look after the write; where the
    // segment is new, only when its entry is durable too.
    const synced = this.#syncSegment(current);
    const there = current.entryDurable ? this.#stillThere(current) : undefined;
    there?.catch(() => undefined);
    await synced;
    current.good += bytes.length;
    if (!(await (there ?? this.#stillThere(current)))) return undefined;
    let offset = start;
    return lines.map((line) => {
      const place = { segment: current.name, offset, length: line.length };
      offset += line.length;
      return place;
    });
  }

  async #syncSegment(current: OpenSegment): Promise<void> {
    try {
      await current.file.datasync();
      if (current.entryDurable) return;
      await this.#ports.fs.syncFolder(this.#ports.journal);
      current.entryDurable = true;
    } catch (error) {
      throw new SyncFailed('fdatasync', { cause: error });
    }
  }

  async #cutBack(current: OpenSegment): Promise<void> {
    try {
      await current.file.truncate(current.good);
    } catch {
      // A torn line may now be at its end; nothing may be appended behind it.
      await this.#abandon();
    }
  }

  async #ensureSegment(): Promise<OpenSegment> {
    if (this.#segment && this.#segment.good >= ROTATE_BYTES) await this.#abandon();
    this.#segment ??= await this.#openSegment();
    return this.#segment;
  }

  async #openSegment(): Promise<OpenSegment> {
    await this.#ports.beforeSegment?.().catch(() => undefined);
    for (;;) {
      const name = writtenSegmentName(this.#ports.writer, this.#names.size);
      this.#names.add(name);
      try {
        const file = await this.#openNew(name);
        const { ino } = await file.stat();
        return { file, name, ino, good: 0, entryDurable: false };
      } catch (error) {
        if (errnoOf(error) === 'EEXIST') continue;
        this.#names.delete(name);
        throw error;
      }
    }
  }

  async #openNew(name: string): Promise<FsFile> {
    const path = join(this.#ports.journal, name);
    try {
      return await this.#ports.fs.open(path, 'appendNew');
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      // The journal folder can vanish (reset by another window), the data folder may not.
      await this.#ports.fs.stat(this.#ports.dataFolder);
      await this.#ports.fs.makeFolder(this.#ports.journal);
      return this.#ports.fs.open(path, 'appendNew');
    }
  }

  /** False where another process moved the segment away, so that no reader would find the lines. */
  async #stillThere(current: OpenSegment): Promise<boolean> {
    // Inode numbers are not reliable on Windows, where an open segment can't be moved away either.
    if ((this.#ports.platform ?? process.platform) === 'win32') return true;
    try {
      return (await this.#ports.fs.stat(join(this.#ports.journal, current.name))).ino === current.ino;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return false;
      throw error;
    }
  }

  async #abandon(): Promise<void> {
    const old = this.#segment;
    this.#segment = undefined;
    await old?.file.close().catch(() => undefined);
  }

  #setFailure(error: AppError | undefined): void {
    const changed = this.#failure?.code !== error?.code;
    this.#failure = error;
    if (changed) this.#ports.onWritable?.(error);
  }

  #start(): void {
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
      if (this.#queue.length > 0) this.#start();
    });
  }
}

function takeBatch(queue: Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const waiting of queue) {
    bytes += waiting.line.length;
    if (count > 0 && bytes > BATCH_BYTES) break;
    count += 1;
  }
  return queue.splice(0, count);
}
