import { join } from 'node:path';
import { AppError } from '../protocol/errors.ts';
import { diskError, errnoOf } from './diskError.ts';
import type { FsFile, FsPort } from './fsPort.ts';
import type { Place } from './place.ts';

/** A new segment is begun when the current one has this many bytes. */
const ROTATE_BYTES = 4 * 1024 * 1024;
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
  const { fs, journal } = ports;
  const queue: Waiting[] = [];
  const names = new Set<string>();
  let segment: OpenSegment | undefined;
  let running: Promise<void> | undefined;
  let failure: AppError | undefined;

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const batch = takeBatch(queue);
      try {
        const places = await commit(batch);
        setFailure(undefined);
        batch.forEach((waiting, index) => {
          const place = places[index];
          if (place) waiting.resolve(place);
        });
      } catch (error) {
        const typed = diskError(error, ports.dataFolder);
        setFailure(typed);
        for (const waiting of batch) waiting.reject(typed);
      }
    }
  }

  /** Writes the batch; a segment that was moved away or could not be synced is replaced once. */
  async function commit(batch: readonly Waiting[]): Promise<Place[]> {
    const lines = batch.map((waiting) => waiting.line);
    for (let attempt = 0; ; attempt += 1) {
      const current = await ensureSegment();
      try {
        const places = await writeLines(current, lines);
        if (await stillThere(current)) return places;
        await abandon();
        if (attempt > 0)
          throw new AppError('memory.failed', 'The journal was moved away while it was written.');
      } catch (error) {
        if (!(error instanceof SyncFailed)) throw error;
        await abandon();
        if (attempt > 0) throw error.cause;
      }
    }
  }

  async function writeLines(current: OpenSegment, lines: readonly Buffer[]): Promise<Place[]> {
    const header = current.good === 0 ? [ports.header()] : [];
    const bytes = Buffer.concat([...header, ...lines]);
    const start = current.good + (header[0]?.length ?? 0);
    try {
      await writeAll(current.file, bytes);
    } catch (error) {
      await cutBack(current);
      throw error;
    }
    await syncSegment(current);
    current.good += bytes.length;
    let offset = start;
    return lines.map((line) => {
      const place = { segment: current.name, offset, length: line.length };
      offset += line.length;
      return place;
    });
  }

  async function syncSegment(current: OpenSegment): Promise<void> {
    try {
      await current.file.datasync();
      if (current.entryDurable) return;
      await fs.syncFolder(journal);
      current.entryDurable = true;
    } catch (error) {
      throw new SyncFailed('fdatasync', { cause: error });
    }
  }

  async function cutBack(current: OpenSegment): Promise<void> {
    try {
      await current.file.truncate(current.good);
    } catch {
      // A torn line may now be at its end; nothing may be appended behind it.
      await abandon();
    }
  }

  async function ensureSegment(): Promise<OpenSegment> {
    if (segment && segment.good >= ROTATE_BYTES) await abandon();
    segment ??= await openSegment();
    return segment;
  }

  async function openSegment(): Promise<OpenSegment> {
    for (;;) {
      const name = segmentName(ports.writer, names.size);
      names.add(name);
      try {
        const file = await openNew(name);
        const { ino } = await file.stat();
        return { file, name, ino, good: 0, entryDurable: false };
      } catch (error) {
        if (errnoOf(error) === 'EEXIST') continue;
        names.delete(name);
        throw error;
      }
    }
  }

  async function openNew(name: string): Promise<FsFile> {
    const path = join(journal, name);
    try {
      return await fs.open(path, 'appendNew');
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      // The journal folder can vanish (reset by another window), the data folder may not.
      await fs.stat(ports.dataFolder);
      await fs.makeFolder(journal);
      return fs.open(path, 'appendNew');
    }
  }

  /** False where another process moved the segment away, so that no reader would find the lines. */
  async function stillThere(current: OpenSegment): Promise<boolean> {
    // Inode numbers are not reliable on Windows, where an open segment can't be moved away either.
    if ((ports.platform ?? process.platform) === 'win32') return true;
    try {
      return (await fs.stat(join(journal, current.name))).ino === current.ino;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return false;
      throw error;
    }
  }

  async function abandon(): Promise<void> {
    const old = segment;
    segment = undefined;
    await old?.file.close().catch(() => undefined);
  }

  function setFailure(error: AppError | undefined): void {
    const changed = failure?.code !== error?.code;
    failure = error;
    if (changed) ports.onWritable?.(error);
  }

  function start(): void {
    running ??= drain().finally(() => {
      running = undefined;
      if (queue.length > 0) start();
    });
  }

  return {
    get writable() {
      return failure === undefined;
    },
    append: (line) =>
      new Promise((resolve, reject) => {
        queue.push({ line, resolve, reject });
        start();
      }),
    owns: (name) => names.has(name),
    seal: async () => {
      while (running) await running;
      await abandon();
    },
  };
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

/** Writes every byte, however few each call takes. */
export async function writeAll(file: FsFile, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const written = await file.write(bytes, done, bytes.length - done);
    if (written <= 0) throw new Error('The disk took no bytes.');
    done += written;
  }
}

function segmentName(writer: string, index: number): string {
  return index === 0 ? `${writer}.jsonl` : `${writer}-${String(index + 1).padStart(4, '0')}.jsonl`;
}
