import type { FsFile } from './fsPort.ts';

/** Reads from `position` on until the target is full or the file ends, however few each call gives; returns the bytes read. */
export async function readFully(file: FsFile, target: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < target.length) {
    const read = await file.read(target, done, target.length - done, position + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}
