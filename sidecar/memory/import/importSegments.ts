import { join } from 'node:path';
import { atomicWrite } from '../disk/atomicWrite.ts';
import type { FsPort } from '../disk/fsPort.ts';
import { segmentHeader } from '../journal/segmentHeader.ts';
import { writtenSegmentName } from '../journal/segmentName.ts';
import { ROTATE_BYTES } from '../journal/segmentWriter.ts';

export interface ImportSegmentsPorts {
  readonly fs: FsPort;
  /** The folder that gets the segments. */
  readonly journal: string;
  readonly writer: string;
  readonly ids: () => string;
  readonly clock: () => number;
}

export interface ImportSegments {
  add(line: Buffer): Promise<void>;
  /** Writes what is still held. */
  finish(): Promise<void>;
}

/**
 * Writes events that come from elsewhere as whole segments of a writer of their own: each is built under a temporary
 * name and then appears at once, so that a kill leaves either a sound segment or none. Rejects with the disk's error.
 */
export function createImportSegments(ports: ImportSegmentsPorts): ImportSegments {
  let written = 0;
  let held: Buffer[] = [];
  let bytes = 0;

  async function flush(): Promise<void> {
    if (held.length === 0) return;
    const content = Buffer.concat([segmentHeader(ports), ...held]);
    const name = writtenSegmentName(ports.writer, written);
    await atomicWrite({ fs: ports.fs }, join(ports.journal, name), content);
    written += 1;
    held = [];
    bytes = 0;
  }

  return {
    add: async (line) => {
      held.push(line);
      bytes += line.length;
      if (bytes >= ROTATE_BYTES) await flush();
    },
    finish: flush,
  };
}
