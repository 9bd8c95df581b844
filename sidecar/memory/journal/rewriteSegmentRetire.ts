import { join } from 'node:path';
import { TEMP_SUFFIX } from '../disk/atomicFile.ts';
import { errnoOf } from '../disk/diskError.ts';
import type { FsPort } from '../disk/fsPort.ts';
import { nameBeforeRetiring, retiredName } from './segmentName.ts';

/** What a system answers where another program has the file open or the folder can't be changed. */
const REFUSED = new Set(['EPERM', 'EBUSY', 'EACCES']);

/**
 * Removes a segment whose `size` bytes are in another one; false where it stays.
 *
 * It gets another name first: a writer that is alive after all looks, after each line, whether its segment is still
 * there and writes the line again elsewhere if not. So what it acknowledged was there before the new name, and shows in
 * the size; then the old name comes back.
 */
export async function retireSegment(
  fs: FsPort,
  journal: string,
  name: string,
  size: number,
): Promise<boolean> {
  const from = join(journal, name);
  const to = join(journal, retiredName(name));
  try {
    await fs.rename(from, to);
  } catch (error) {
    const errno = errnoOf(error) ?? '';
    if (errno === 'ENOENT') return true;
    if (REFUSED.has(errno)) return false;
    throw error;
  }
  if ((await fs.stat(to)).size !== size) {
    await fs.rename(to, from);
    return false;
  }
  await fs.remove(to);
  return true;
}

/**
 * Gives segments their names back that a killed process was about to remove; the caller holds the exclusive lock.
 * Their events are in another segment too, except what a writer may have added at the last moment. Half-written
 * segments are removed. Returns the names that came back.
 */
export async function recoverRetired(fs: FsPort, journal: string): Promise<string[]> {
  const back: string[] = [];
  let changed = false;
  for (const file of await fs.list(journal)) {
    const name = nameBeforeRetiring(file);
    if (name !== undefined) {
      await fs.rename(join(journal, file), join(journal, name));
      back.push(name);
    } else if (file.startsWith('.') && file.endsWith(TEMP_SUFFIX)) {
      await fs.remove(join(journal, file));
    } else continue;
    changed = true;
  }
  if (changed) await fs.syncFolder(journal);
  return back;
}
