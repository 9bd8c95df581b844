import type { FsFile, FsPort } from '../../../sidecar/memory/disk/fsPort.ts';

/** The real file system, in a process that is killed before the n-th call that changes the disk. */
export function createKillingFs(real: FsPort, killAt: number, tell: (line: string) => void): FsPort {
  let calls = 0;
  const count = (call: string, path: string): void => {
    calls += 1;
    if (killAt === 0) tell(`call ${call} ${path}`);
    if (calls === killAt) process.kill(process.pid, 'SIGKILL');
  };
  const wrap = (file: FsFile, path: string): FsFile => ({
    ...file,
    write: (bytes, offset, length) => {
      count('write', path);
      return file.write(bytes, offset, length);
    },
    truncate: (size) => {
      count('ftruncate', path);
      return file.truncate(size);
    },
    datasync: () => {
      count('fdatasync', path);
      return file.datasync();
    },
    sync: () => {
      count('fsync', path);
      return file.sync();
    },
  });
  return {
    ...real,
    open: async (path, mode) => {
      count('open', path);
      return wrap(await real.open(path, mode), path);
    },
    makeFolder: (path) => {
      count('mkdir', path);
      return real.makeFolder(path);
    },
    rename: (from, to) => {
      count('rename', from);
      return real.rename(from, to);
    },
    remove: (path) => {
      count('unlink', path);
      return real.remove(path);
    },
    syncFolder: (path) => {
      count('fsync', path);
      return real.syncFolder(path);
    },
  };
}
