import type { FsFile, FsPort } from '../../../sidecar/memory/disk/fsPort.ts';

export type FaultyCall =
  | 'open'
  | 'write'
  | 'truncate'
  | 'datasync'
  | 'sync'
  | 'rename'
  | 'makeFolder'
  | 'syncFolder';
/** An errno, or for a write the most bytes that it takes. */
export type Fault = 'EIO' | 'ENOSPC' | 'EINTR' | 'EROFS' | 'EACCES' | number | undefined;

/** The file system with faults: `fault` is asked before each call that changes the disk, with its number from 1. */
export function createFaultyFs(real: FsPort, fault: (call: FaultyCall, nth: number) => Fault): FsPort {
  const counts = new Map<FaultyCall, number>();
  /** Throws the fault, or gives the most bytes that may be written. */
  const ask = (call: FaultyCall): number => {
    const nth = (counts.get(call) ?? 0) + 1;
    counts.set(call, nth);
    const found = fault(call, nth);
    if (typeof found === 'string') throw Object.assign(new Error(`${found}: ${call}`), { code: found });
    return found ?? Number.POSITIVE_INFINITY;
  };
  const wrap = (file: FsFile): FsFile => ({
    ...file,
    write: async (bytes, offset, length) => file.write(bytes, offset, Math.min(length, ask('write'))),
    truncate: async (size) => {
      ask('truncate');
      await file.truncate(size);
    },
    datasync: async () => {
      ask('datasync');
      await file.datasync();
    },
    sync: async () => {
      ask('sync');
      await file.sync();
    },
  });
  return {
    ...real,
    open: async (path, mode) => {
      if (mode !== 'read') ask('open');
      return wrap(await real.open(path, mode));
    },
    makeFolder: async (path) => {
      ask('makeFolder');
      await real.makeFolder(path);
    },
    rename: async (from, to) => {
      ask('rename');
      await real.rename(from, to);
    },
    syncFolder: async (path) => {
      ask('syncFolder');
      await real.syncFolder(path);
    },
  };
}
