import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type AtomicFile, createAtomicFile } from './atomicFile.ts';
import type { DataFolder } from './dataFolder.ts';
import type { FsPort } from './fsPort.ts';
import type { ViewFile } from './viewState.ts';

/** Text is gathered to about this many characters a write. */
const WRITE_CHARACTERS = 256 * 1024;

/** A view that is being made, under its temporary name. */
export interface NewView {
  readonly name: ViewFile;
  readonly file: AtomicFile;
  write(piece: string | Uint8Array): Promise<void>;
  /** Makes it durable, still under its temporary name; returns its hash. */
  finish(): Promise<string>;
}

export async function createNewView(fs: FsPort, folder: DataFolder, name: ViewFile): Promise<NewView> {
  const file = await createAtomicFile({ fs }, join(folder.path, name));
  const hash = createHash('sha256');
  let text = '';
  const put = async (bytes: Uint8Array): Promise<void> => {
    hash.update(bytes);
    await file.write(bytes);
  };
  const flush = async (): Promise<void> => {
    const bytes = Buffer.from(text, 'utf8');
    text = '';
    await put(bytes);
  };
  return {
    name,
    file,
    write: async (piece) => {
      if (typeof piece !== 'string') return put(piece);
      text += piece;
      if (text.length >= WRITE_CHARACTERS) await flush();
    },
    finish: async () => {
      await flush();
      await file.finish();
      return hash.digest('hex');
    },
  };
}
