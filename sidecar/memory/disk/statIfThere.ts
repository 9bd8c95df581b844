import { errnoOf } from './diskError.ts';
import type { FsPort, FsStat } from './fsPort.ts';

/** Undefined where nothing has that path; links are not followed. */
export async function statIfThere(fs: FsPort, path: string): Promise<FsStat | undefined> {
  try {
    return await fs.stat(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
