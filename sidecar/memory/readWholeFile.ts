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
    let position = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(1024 * 1024);
      const read = await file.read(chunk, 0, chunk.length, position);
      if (read === 0) return true;
      position += read;
      visit(chunk.subarray(0, read));
    }
  } finally {
    await file.close();
  }
}
