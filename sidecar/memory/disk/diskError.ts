import { AppError, type ErrorCode } from '../../protocol/errors.ts';

/** The system's error code (`ENOSPC`), or undefined. */
export function errnoOf(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return undefined;
}

/** The typed error for a failed call on a file of the data folder. */
export function diskError(error: unknown, folder: string): AppError {
  if (error instanceof AppError) return error;
  const errno = errnoOf(error);
  const { code, what, next } = describe(errno, folder);
  const why = error instanceof Error ? error.message : String(error);
  return new AppError(code, what, { why, next, cause: error, ...(errno && { details: { errno } }) });
}

function describe(
  errno: string | undefined,
  folder: string,
): { code: ErrorCode; what: string; next: string } {
  switch (errno) {
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        code: 'memory.diskFull',
        what: `The disk that holds ${folder} is full. Nothing was recorded.`,
        next: 'Free some space, then try again.',
      };
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return {
        code: 'memory.readOnly',
        what: `${folder} can't be written. Nothing was recorded.`,
        next: 'Make the folder writable or choose another data folder.',
      };
    case 'ENOENT':
    case 'ENOTDIR':
      return {
        code: 'memory.folderGone',
        what: `${folder} is gone. Nothing was recorded.`,
        next: 'Bring the folder back (is its disk connected?) or reload to start a new one.',
      };
    default:
      return {
        code: 'memory.failed',
        what: `Writing to ${folder} failed. Nothing was recorded.`,
        next: 'Try again. If it goes on, check the disk.',
      };
  }
}
