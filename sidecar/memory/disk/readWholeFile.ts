import { errnoOf } from './diskError.ts';
import type { FsPort } from './fsPort.ts';

/** The file's bytes, or undefined where it does not exist. */
export async function readWholeFile(fs: FsPort, path: string): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  const found = await forEachChunk(fs, path, (chunk) => chunks.push(chunk));
  return found ? Buffer.concat(chunks) : undefined;
}

/** Visits the file in chunks of at most 1 MB; false where it does not exist. */
export async function forEachChunk(
  fs: FsPort,
  path: string,
  visit: (chunk: Buffer) => void,
): Promise<boolean> {
  const file = await fs.open(path, 'read').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  });
  if (!file) return false;
  try {
    const { size } = await file.stat();
    let position = 0;
    for (;;) {
      // Most files are small, and many are read often: room for what is there, and one byte that tells the end.
      const rest = Math.max(0, size - position) + 1;
      const chunk = Buffer.allocUnsafe(Math.min(rest, 1024 * 1024));
      const read = await file.read(chunk, 0, chunk.length, position);
      if (read === 0) return true;
      position += read;
      visit(chunk.subarray(0, read));
    }
  } finally {
    await file.close();
  }
}
