import { join } from 'node:path';
import { errnoOf } from '../disk/diskError.ts';
import type { FsPort } from '../disk/fsPort.ts';
import { writeAll } from '../disk/writeAll.ts';

export interface DamagedLine {
  readonly segment: string;
  readonly offset: number;
  readonly reason: string;
  readonly bytes: Buffer;
}

/**
 * Copies a damaged line beside a note of its reason. False where it was already there: each damage is told once,
 * whichever process finds it.
 */
export async function quarantineLine(fs: FsPort, folder: string, line: DamagedLine): Promise<boolean> {
  const name = `${line.segment}-${line.offset}`;
  await fs.makeFolder(folder);
  if (!(await writeNew(fs, join(folder, `${name}.line`), line.bytes))) return false;
  const note = `${line.reason}: ${line.bytes.length} bytes at ${line.offset} of journal/${line.segment}\n`;
  await writeNew(fs, join(folder, `${name}.reason.txt`), Buffer.from(note));
  return true;
}

async function writeNew(fs: FsPort, path: string, bytes: Buffer): Promise<boolean> {
  try {
    const file = await fs.open(path, 'createNew');
    try {
      await writeAll(file, bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}
