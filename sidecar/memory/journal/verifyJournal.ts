import { join } from 'node:path';
import { countOf } from '../../protocol/countOf.ts';
import { errnoOf } from '../disk/diskError.ts';
import type { FsPort } from '../disk/fsPort.ts';
import { listSegments } from './journalReader.ts';
import { parseEvent } from './parseEvent.ts';
import { scanSegment } from './scanSegment.ts';
import { SEGMENT_KIND } from './segmentHeader.ts';

export interface Verification {
  readonly segments: number;
  readonly events: number;
  readonly damaged: number;
  readonly bytes: number;
  readonly findings: readonly string[];
}

/** Segments can be merged so many times while they are read. */
const TRIES = 5;

/** Reads every line of every segment again and checks its checksum; changes nothing. */
export async function verifyJournal(fs: FsPort, journal: string): Promise<Verification> {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      return await readAll(fs, journal);
    } catch (error) {
      // A segment went while it was looked at: its events are in another one.
      if (errnoOf(error) !== 'ENOENT' || left === 0) throw error;
    }
  }
}

async function readAll(fs: FsPort, journal: string): Promise<Verification> {
  const names = await listSegments(fs, journal);
  const ids = new Set<string>();
  const findings: string[] = [];
  let damaged = 0;
  let bytes = 0;
  for (const name of names) {
    const path = join(journal, name);
    const { size } = await fs.stat(path);
    let unknown = 0;
    const end = await scanSegment(fs, path, 0, {
      line: (line) => {
        if (line.kind === SEGMENT_KIND) return;
        ids.add(line.id);
        if (!parseEvent(line)) unknown += 1;
      },
      damaged: (line, offset, reason) => {
        damaged += 1;
        findings.push(`${name}: a damaged line of ${line.length} bytes at ${offset} (${reason}), set aside.`);
      },
    });
    bytes += size;
    if (unknown > 0)
      findings.push(`${name}: ${countOf(unknown, 'event')} of kinds this version does not know, kept.`);
    if (end < size)
      findings.push(`${name}: ${size - end} bytes at the end were never acknowledged, ignored.`);
  }
  return { segments: names.length, events: ids.size, damaged, bytes, findings };
}
