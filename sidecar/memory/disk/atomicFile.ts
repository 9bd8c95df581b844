import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from './diskError.ts';
import type { FsPort } from './fsPort.ts';
import { writeAll } from './writeAll.ts';

/** Waits between the tries of a rename that Windows refuses while another program has the file open: 2 s in all. */
const RENAME_WAITS_MS = [10, 20, 50, 100, 200, 400, 600, 620];
const BUSY = new Set(['EPERM', 'EBUSY', 'EACCES']);
/** How names of temporary files end. */
export const TEMP_SUFFIX = '.tmp';

export interface AtomicFile {
  readonly bytes: number;
  /** Where it is until it is published. */
  readonly temp: string;
  write(chunk: Uint8Array): Promise<void>;
  /** Says how large the file is, where it was written by its temporary name. */
  wrote(size: number): void;
  /** Makes what was written durable, still under its temporary name. */
  finish(): Promise<void>;
  /** Puts the finished file in the place of the old one and makes that durable. */
  publish(): Promise<void>;
  /** Drops the temporary file. */
  abandon(): Promise<void>;
}

export interface AtomicWritePorts {
  readonly fs: FsPort;
  readonly platform?: NodeJS.Platform;
  readonly wait?: (ms: number) => Promise<void>;
}

/** A file that is seen whole or not at all: written beside its place, synced, then renamed. */
export async function createAtomicFile(ports: AtomicWritePorts, path: string): Promise<AtomicFile> {
  const { fs } = ports;
  const folder = dirname(path);
  const temp = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}${TEMP_SUFFIX}`);
  const file = await fs.open(temp, 'createNew');
  let bytes = 0;
  let open = true;

  async function close(): Promise<void> {
    if (!open) return;
    open = false;
    await file.close();
  }

  return {
    get bytes() {
      return bytes;
    },
    temp,
    write: async (chunk) => {
      await writeAll(file, chunk);
      bytes += chunk.length;
    },
    wrote: (size) => {
      bytes = size;
    },
    finish: async () => {
      const { size } = await file.stat();
      if (size !== bytes) throw new Error(`${temp} has ${size} bytes, ${bytes} were written.`);
      await file.sync();
      await close();
    },
    publish: async () => {
      await renameOver(ports, temp, path);
      await fs.syncFolder(folder);
    },
    abandon: async () => {
      await close().catch(() => undefined);
      await fs.remove(temp).catch(() => undefined);
    },
  };
}

async function renameOver(ports: AtomicWritePorts, from: string, to: string): Promise<void> {
  const waits = (ports.platform ?? process.platform) === 'win32' ? [...RENAME_WAITS_MS] : [];
  for (;;) {
    try {
      return await ports.fs.rename(from, to);
    } catch (error) {
      const ms = waits.shift();
      if (ms === undefined || !BUSY.has(errnoOf(error) ?? '')) throw error;
      await (ports.wait ?? waitFor)(ms);
    }
  }
}

function waitFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
