import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

export interface DatabaseFile {
  /** What sql.js takes for the bytes of a database; from then on it reads and writes the file. */
  readonly contents: Uint8Array;
  /** Bytes in the file. */
  size(): number;
  close(): void;
}

/** Larger than any file: sql.js then never replaces the contents by larger ones. */
const ENDLESS = 2 ** 52;

/**
 * Lets sql.js keep a database in a file, where it otherwise holds it in memory (three times while it grows and is
 * exported). Its file system asks the bytes it is given for a copy, and works on that copy by `length`, `subarray` and
 * `set` alone: here the copy is the file. `image` are the first bytes of the database; the file must exist.
 */
export function openDatabaseFile(path: string, image: Uint8Array): DatabaseFile {
  const file = openSync(path, 'r+');
  const bytes = new FileBytes(file);
  bytes.set(image);
  return {
    contents: new Image(image, bytes),
    size: () => fstatSync(file).size,
    close: () => closeSync(file),
  };
}

class Image extends Uint8Array<ArrayBuffer> {
  readonly #bytes: FileBytes;

  constructor(image: Uint8Array, bytes: FileBytes) {
    super(new ArrayBuffer(image.length));
    this.set(image);
    this.#bytes = bytes;
  }

  override slice(): FileBytes {
    return this.#bytes;
  }
}

/** The bytes of an open file. */
class FileBytes extends Uint8Array<ArrayBuffer> {
  readonly #file: number;

  constructor(file: number) {
    super(new ArrayBuffer(0));
    this.#file = file;
    Object.defineProperty(this, 'length', { value: ENDLESS });
  }

  override subarray(from = 0, to = 0): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(Math.max(0, to - from));
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(this.#file, bytes, done, bytes.length - done, from + done);
      // Behind the end of the file all is 0.
      if (read === 0) break;
      done += read;
    }
    return bytes;
  }

  override set(from: ArrayLike<number>, at = 0): void {
    const bytes = from instanceof Uint8Array ? from : Uint8Array.from(from);
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.#file, bytes, done, bytes.length - done, at + done);
  }
}
