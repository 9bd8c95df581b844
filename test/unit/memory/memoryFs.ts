import type { FsFile, FsPort, FsStat } from '../../../sidecar/memory/disk/fsPort.ts';

export interface MemoryFs extends FsPort {
  /** Contents by path. Replacing an entry is replacing the file, as a rename does. */
  readonly files: Map<string, Buffer>;
  /** Adds to the end of a file, which stays the same file. */
  append(path: string, bytes: Buffer): void;
  /** Called before each read of a file, by its path. */
  beforeOpen: (path: string) => void;
}

/** A file system in memory: enough of it to read a journal and to write files whole. */
export function memoryFs(): MemoryFs {
  const files = new Map<string, Buffer>();
  const inodes = new Map<Buffer, number>();
  let inode = 0;
  const inodeOf = (bytes: Buffer): number => {
    const known = inodes.get(bytes);
    if (known !== undefined) return known;
    inode += 1;
    inodes.set(bytes, inode);
    return inode;
  };
  const find = (path: string): Buffer => {
    const bytes = files.get(path);
    if (bytes) return bytes;
    throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
  };
  const put = (path: string, bytes: Buffer, ino: number): void => {
    files.set(path, bytes);
    inodes.set(bytes, ino);
  };
  const statOf = (bytes: Buffer): FsStat => ({
    size: bytes.length,
    mtimeMs: 0,
    mode: 0o600,
    uid: 0,
    ino: inodeOf(bytes),
    kind: 'file',
  });
  const fs: MemoryFs = {
    files,
    append: (path, bytes) => {
      const before = files.get(path) ?? Buffer.alloc(0);
      put(path, Buffer.concat([before, bytes]), inodeOf(before));
    },
    beforeOpen: () => undefined,
    open: async (path, mode) => {
      fs.beforeOpen(path);
      if (mode !== 'read') files.set(path, Buffer.alloc(0));
      return fileOf(
        () => find(path),
        (bytes) => fs.append(path, bytes),
        statOf,
      );
    },
    stat: async (path) => statOf(find(path)),
    list: async (folder) =>
      [...files.keys()]
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1)),
    makeFolder: async () => undefined,
    chmod: async () => undefined,
    rename: async (from, to) => {
      files.set(to, find(from));
      files.delete(from);
    },
    remove: async (path) => {
      files.delete(path);
    },
    syncFolder: async () => undefined,
    watch: () => () => undefined,
  };
  return fs;
}

function fileOf(
  content: () => Buffer,
  append: (bytes: Buffer) => void,
  statOf: (bytes: Buffer) => FsStat,
): FsFile {
  return {
    write: async (bytes, offset, length) => {
      append(Buffer.from(bytes.subarray(offset, offset + length)));
      return length;
    },
    read: async (target, offset, length, position) => {
      const piece = content().subarray(position, position + length);
      target.set(piece, offset);
      return piece.length;
    },
    truncate: async () => undefined,
    datasync: async () => undefined,
    sync: async () => undefined,
    stat: async () => statOf(content()),
    close: async () => undefined,
  };
}
