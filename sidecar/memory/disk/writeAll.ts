import type { FsFile } from './fsPort.ts';

/** Writes every byte, however few each call takes. */
export async function writeAll(file: FsFile, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const written = await file.write(bytes, done, bytes.length - done);
    if (written <= 0) throw new Error('The disk took no bytes.');
    done += written;
  }
}
