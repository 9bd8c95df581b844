import { basename, dirname, join, relative } from 'node:path';
import type { FsFile, FsPort } from '../../../sidecar/memory/disk/fsPort.ts';

/** A change of the disk. It may reach the disk at any time from `start` on; `end` is when the call returned. */
interface Change {
  readonly start: number;
  end: number;
}
export interface DataChange extends Change {
  readonly file: number;
  readonly offset: number;
  /** Undefined for a truncation to `offset`. */
  bytes: Buffer | undefined;
  /** A sync of it failed: the system takes it for written, and no later sync writes it. */
  forsaken?: boolean;
}
/** Entries that change together: one of a new file, two of a rename. */
export interface EntryChange extends Change {
  readonly entries: readonly {
    readonly folder: number;
    readonly name: string;
    readonly node: Node | undefined;
  }[];
}
export interface Sync extends Change {
  /** A file's data, or a folder's entries. */
  readonly node: number;
}
export interface Node {
  readonly id: number;
  readonly kind: 'file' | 'folder';
}
export interface Told {
  readonly at: number;
  readonly what: string;
}

/** Everything that was done to a folder, in order, with the folder as it was before. */
export interface Recording {
  readonly data: DataChange[];
  readonly entries: EntryChange[];
  readonly syncs: Sync[];
  readonly told: Told[];
  /** Everything up to here is on disk for certain. */
  readonly settled: number;
  /** The last moment; a power loss can happen at any. */
  readonly moments: number;
}

interface LiveFolder {
  readonly id: number;
  readonly kind: 'folder';
  readonly children: Map<string, LiveNode>;
}
interface LiveFile {
  readonly id: number;
  readonly kind: 'file';
  size: number;
}
type LiveNode = LiveFolder | LiveFile;

/** Turns of the event loop that a sync takes longer than all other calls. */
const SLOW_TURNS = 20;

export const ROOT: Node = { id: 0, kind: 'folder' };

/** Passes everything on to the real file system and writes down what changes below `root`, which must be empty. */
export class RecordingFs {
  readonly fs: FsPort;
  readonly #real: FsPort;
  readonly #root: string;
  readonly #tree: LiveFolder = { id: 0, kind: 'folder', children: new Map() };
  readonly #data: DataChange[] = [];
  readonly #entries: EntryChange[] = [];
  readonly #syncs: Sync[] = [];
  readonly #told: Told[] = [];
  #clock = 0;
  #settled = 0;
  #lastId = 0;

  constructor(real: FsPort, root: string) {
    this.#real = real;
    this.#root = root;
    this.fs = {
      ...real,
      open: (path, mode) => this.#open(path, mode),
      makeFolder: (path) => this.#makeFolder(path),
      rename: (from, to) => this.#rename(from, to),
      remove: (path) => this.#remove(path),
      syncFolder: (path) => this.#sync(this.#find(path)?.id, () => real.syncFolder(path)),
    };
  }

  get recording(): Recording {
    return {
      data: this.#data,
      entries: this.#entries,
      syncs: this.#syncs,
      told: this.#told,
      settled: this.#settled,
      moments: this.#clock,
    };
  }

  /** Writes down that the program said something at this moment. */
  tell(what: string): void {
    this.#told.push({ at: this.#tick(), what });
  }

  /** What was done so far is taken for long since on disk. */
  settle(): void {
    this.#settled = this.#tick();
  }

  #tick(): number {
    this.#clock += 1;
    return this.#clock;
  }

  #newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #find(path: string): LiveNode | undefined {
    const way = relative(this.#root, path);
    if (way.startsWith('..')) return undefined;
    let node: LiveNode | undefined = this.#tree;
    for (const name of way.split('/').filter((each) => each !== ''))
      node = node?.kind === 'folder' ? node.children.get(name) : undefined;
    return node;
  }

  #folderOf(path: string): LiveFolder | undefined {
    const node = this.#find(dirname(path));
    return node?.kind === 'folder' ? node : undefined;
  }

  async #open(path: string, mode: Parameters<FsPort['open']>[1]): Promise<FsFile> {
    const folder = this.#folderOf(path);
    if (mode === 'read' || !folder) return this.#real.open(path, mode);
    const node: LiveFile = { id: this.#newId(), kind: 'file', size: 0 };
    const file = await this.#change([{ folder: folder.id, name: basename(path), node }], () =>
      this.#real.open(path, mode),
    );
    folder.children.set(basename(path), node);
    return this.#wrap(file, node);
  }

  #wrap(file: FsFile, node: LiveFile): FsFile {
    return {
      ...file,
      write: async (bytes, offset, length) => {
        const copy = Buffer.from(bytes.subarray(offset, offset + length));
        const change = this.#begin(node, node.size, copy);
        const written = await file.write(bytes, offset, length);
        change.bytes = copy.subarray(0, written);
        change.end = this.#tick();
        node.size += written;
        return written;
      },
      truncate: async (size) => {
        const change = this.#begin(node, size, undefined);
        await file.truncate(size);
        change.end = this.#tick();
        node.size = size;
      },
      datasync: () => this.#sync(node.id, () => file.datasync()),
      sync: () => this.#sync(node.id, () => file.sync()),
    };
  }

  #begin(node: LiveFile, offset: number, bytes: Buffer | undefined): DataChange {
    const start = this.#tick();
    const change: DataChange = { start, end: Number.POSITIVE_INFINITY, file: node.id, offset, bytes };
    this.#data.push(change);
    return change;
  }

  async #sync(node: number | undefined, real: () => Promise<void>): Promise<void> {
    const start = this.#tick();
    try {
      await real();
      // A disk takes its time; whoever does not wait for it gets ahead here.
      for (let turn = 0; turn < SLOW_TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    } catch (error) {
      const synced = (end: number): boolean => this.#syncs.some((s) => s.node === node && s.start > end);
      for (const change of this.#data)
        if (change.file === node && !synced(change.end)) change.forsaken = true;
      throw error;
    }
    if (node !== undefined) this.#syncs.push({ start, end: this.#tick(), node });
  }

  async #change<T>(entries: EntryChange['entries'], real: () => Promise<T>): Promise<T> {
    const change: EntryChange = { start: this.#tick(), end: Number.POSITIVE_INFINITY, entries };
    const result = await real();
    change.end = this.#tick();
    this.#entries.push(change);
    return result;
  }

  async #makeFolder(path: string): Promise<void> {
    const way = relative(this.#root, path).split('/');
    await this.#real.makeFolder(path);
    for (let depth = 1; depth <= way.length && way[0] !== '' && way[0] !== '..'; depth += 1) {
      const each = join(this.#root, ...way.slice(0, depth));
      if (this.#find(each)) continue;
      const node: LiveFolder = { id: this.#newId(), kind: 'folder', children: new Map() };
      const folder = this.#folderOf(each);
      if (!folder) throw new Error(`${each} is in no folder.`);
      await this.#change([{ folder: folder.id, name: basename(each), node }], async () => undefined);
      folder.children.set(basename(each), node);
      // Part of what making a folder means; systemCallKill.test.ts sees that it is really done.
      await this.#sync(folder.id, async () => undefined);
    }
  }

  async #rename(from: string, to: string): Promise<void> {
    const [source, target] = [this.#folderOf(from), this.#folderOf(to)];
    const node = source?.children.get(basename(from));
    // Sockets are bound by the system, not made here; nothing of them outlives the process.
    if (!source || !target || !node) return this.#real.rename(from, to);
    const entries = [
      { folder: source.id, name: basename(from), node: undefined },
      { folder: target.id, name: basename(to), node },
    ];
    await this.#change(entries, () => this.#real.rename(from, to));
    source.children.delete(basename(from));
    target.children.set(basename(to), node);
  }

  async #remove(path: string): Promise<void> {
    const folder = this.#folderOf(path);
    const node = folder?.children.get(basename(path));
    if (!folder || !node) return this.#real.remove(path);
    if (node.kind === 'folder')
      for (const name of [...node.children.keys()]) await this.#remove(join(path, name));
    const entries = [{ folder: folder.id, name: basename(path), node: undefined }];
    await this.#change(entries, () => this.#real.remove(path));
    folder.children.delete(basename(path));
  }
}
