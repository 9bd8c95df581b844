import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type AtomicFile, createAtomicFile } from '../disk/atomicFile.ts';
import type { DataFolder } from '../disk/dataFolder.ts';
import type { FsPort } from '../disk/fsPort.ts';
import { forEachChunk } from '../disk/readWholeFile.ts';
import type { ViewFile } from './viewState.ts';

/** Text is gathered to about this many characters a write. */
const WRITE_CHARACTERS = 256 * 1024;

/** A view that is being made, under its temporary name. */
export interface NewView {
  readonly name: ViewFile;
  readonly file: AtomicFile;
  write(piece: string): Promise<void>;
  /** Reads the file for its hash, where it was written by its temporary name and has this size. */
  wrote(size: number): Promise<void>;
  /** Makes it durable, still under its temporary name; returns its hash. */
  finish(): Promise<string>;
}

export async function createNewView(fs: FsPort, folder: DataFolder, name: ViewFile): Promise<NewView> {
  const file = await createAtomicFile({ fs }, join(folder.path, name));
  const hash = createHash('sha256');
  let text = '';
  const flush = async (): Promise<void> => {
    const bytes = Buffer.from(text, 'utf8');
    text = '';
    hash.update(bytes);
    if (bytes.length > 0) await file.write(bytes);
  };
  return {
    name,
    file,
    write: async (piece) => {
      text += piece;
      if (text.length >= WRITE_CHARACTERS) await flush();
    },
    wrote: async (size) => {
      file.wrote(size);
      await forEachChunk(fs, file.temp, (chunk) => hash.update(chunk));
    },
    finish: async () => {
      await flush();
      await file.finish();
      return hash.digest('hex');
    },
  };
}
