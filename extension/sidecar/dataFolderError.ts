import { AppError, type ErrorCode } from '../../sidecar/protocol/errors.ts';

const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'memory.diskFull',
  EDQUOT: 'memory.diskFull',
  EROFS: 'memory.readOnly',
  EACCES: 'memory.readOnly',
  EPERM: 'memory.readOnly',
  ENOENT: 'memory.folderGone',
  ENOTDIR: 'memory.folderGone',
};

/** Why the data folder could not be made, as the sidecar would say it had it been started: a `memory.*` error. */
export function dataFolderError(cause: unknown, folder: string): AppError {
  const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return new AppError(CODES[errno] ?? 'memory.failed', `The data folder ${folder} can't be made.`, {
    why: cause instanceof Error ? cause.message : String(cause),
    next: 'Is its disk connected, and not full? It is tried again by itself while decisions wait.',
    cause,
  });
}
