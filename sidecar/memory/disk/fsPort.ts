import { constants, watch as watchFs } from 'node:fs';
import { chmod, type FileHandle, lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errnoOf } from './diskError.ts';

export interface FsStat {
  readonly size: number;
  readonly mtimeMs: number;
  readonly mode: number;
  readonly uid: number;
  readonly ino: number;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

export interface FsFile {
  /** Bytes written, which may be fewer than asked. */
  write(bytes: Uint8Array, offset: number, length: number): Promise<number>;
  read(target: Uint8Array, offset: number, length: number, position: number): Promise<number>;
  truncate(size: number): Promise<void>;
  datasync(): Promise<void>;
  sync(): Promise<void>;
  stat(): Promise<FsStat>;
  close(): Promise<void>;
}

/** `appendNew` and `createNew` fail where the file exists; these and `append` make it with mode 0600. */
export type OpenMode = 'read' | 'append' | 'appendNew' | 'createNew';

/** Every file-system call of the memory goes through here, so that a test can fail any one of them. */
export interface FsPort {
  open(path: string, mode: OpenMode): Promise<FsFile>;
  /** Does not follow links. */
  stat(path: string): Promise<FsStat>;
  list(folder: string): Promise<string[]>;
  /** Makes the folder and those above it, mode 0700; where it was missing, its entry is durable afterwards. */
  makeFolder(path: string): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes the folder's entries durable. */
  syncFolder(path: string): Promise<void>;
  /**
   * Calls back when something in the folder changes; best effort. `file` is the name of a file whose content changed,
   * undefined for any other change.
   */
  watch(folder: string, onChange: (file?: string) => void): () => void;
}

const FLAGS: Record<OpenMode, number> = {
  read: constants.O_RDONLY,
  append: constants.O_CREAT | constants.O_APPEND | constants.O_WRONLY,
  appendNew: constants.O_CREAT | constants.O_EXCL | constants.O_APPEND | constants.O_WRONLY,
  createNew: constants.O_CREAT | constants.O_EXCL | constants.O_RDWR,
};

/** The real file system. */
export function createFsPort(platform: NodeJS.Platform = process.platform): FsPort {
  return {
    open: async (path, mode) => wrap(await open(path, FLAGS[mode], 0o600)),
    stat: async (path) => toStat(await lstat(path)),
    list: (folder) => readdir(folder),
    makeFolder: async (path) => {
      const first = await makeFolders(resolve(path));
      if (first !== undefined) await syncEntries(platform, first, resolve(path));
    },
    chmod: (path, mode) => chmod(path, mode),
    rename: (from, to) => rename(from, to),
    remove: (path) => rm(path, { recursive: true, force: true }),
    syncFolder: (path) => syncFolder(platform, path),
    watch: (folder, onChange) => {
      try {
        const watcher = watchFs(folder, { persistent: false }, (change, name) =>
          onChange(change === 'change' && name !== null ? name : undefined),
        );
        watcher.on('error', () => watcher.close());
        return () => watcher.close();
      } catch {
        return () => undefined;
      }
    },
  };
}

async function syncFolder(platform: NodeJS.Platform, path: string): Promise<void> {
  // Windows has no fsync of a folder; its file system orders the entry with the file's own flush.
  if (platform === 'win32') return;
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** What is synced in a folder is lost with the folder: the entries of new ones come first. */
async function syncEntries(platform: NodeJS.Platform, first: string, last: string): Promise<void> {
  for (let each = last; ; each = dirname(each)) {
    await syncFolder(platform, dirname(each)).catch((error: unknown) => {
      // A folder above that may be passed but not read, like some home folders.
      if (errnoOf(error) !== 'EACCES') throw error;
    });
    if (each === first || each === dirname(each)) return;
  }
}

/**
 * Makes the folder and those above it; gives the uppermost one that was made. One at a time: Node's own way tries for
 * ever where a file system says that the folder above is missing although it is there.
 */
async function makeFolders(path: string): Promise<string | undefined> {
  try {
    return (await makeOne(path)) ? path : undefined;
  } catch (error) {
    const above = dirname(path);
    if (errnoOf(error) !== 'ENOENT' || above === path) throw error;
    const first = await makeFolders(above);
    return (await makeOne(path)) ? (first ?? path) : first;
  }
}

/** False where it is there already. */
async function makeOne(path: string): Promise<boolean> {
  try {
    await mkdir(path, 0o700);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) return false;
    throw error;
  }
}

function wrap(handle: FileHandle): FsFile {
  return {
    write: async (bytes, offset, length) => (await handle.write(bytes, offset, length, null)).bytesWritten,
    read: async (target, offset, length, position) =>
      (await handle.read(target, offset, length, position)).bytesRead,
    truncate: (size) => handle.truncate(size),
    datasync: () => handle.datasync(),
    sync: () => handle.sync(),
    stat: async () => toStat(await handle.stat()),
    close: () => handle.close(),
  };
}

function toStat(stats: Awaited<ReturnType<typeof lstat>>): FsStat {
  const kind = stats.isFile()
    ? 'file'
    : stats.isDirectory()
      ? 'folder'
      : stats.isSymbolicLink()
        ? 'link'
        : 'other';
  return {
    size: Number(stats.size),
    mtimeMs: Number(stats.mtimeMs),
    mode: Number(stats.mode),
    uid: Number(stats.uid),
    ino: Number(stats.ino),
    kind,
  };
}
