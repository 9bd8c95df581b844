import { dataFolderPaths } from '../../../sidecar/memory/disk/dataFolder.ts';
import type { Envelope } from '../../../sidecar/memory/events.ts';
import { createMemoryIndex, type JournalIndex } from '../../../sidecar/memory/index/createMemoryIndex.ts';
import { createJournalSync, type JournalSync } from '../../../sidecar/memory/journal/journalSync.ts';
import { encodeLine } from '../../../sidecar/memory/journal/lineCodec.ts';
import { type MemoryFs, memoryFs } from './memoryFs.ts';

export const CHECKPOINT = '/data/index/checkpoint';

export interface StartedJournal {
  readonly index: JournalIndex;
  readonly sync: JournalSync;
  readonly notices: string[];
  /** How often everything known was replaced. */
  cleared: number;
}

/** A journal in memory, and processes that read it. */
export interface JournalStage {
  readonly fs: MemoryFs;
  path(segment: string): string;
  write(segment: string, ...events: Envelope[]): void;
  /** Another file in the place of the segment. */
  replace(segment: string, ...events: Envelope[]): void;
  remove(segment: string): void;
  /** Reads everything, from the checkpoint on where there is one. */
  start(): Promise<StartedJournal>;
}

export function journalStage(): JournalStage {
  const fs = memoryFs();
  const folder = dataFolderPaths('/data');
  const path = (segment: string): string => `${folder.journal}/${segment}.jsonl`;
  const linesOf = (events: readonly Envelope[]): Buffer => Buffer.concat(events.map(encodeLine));
  return {
    fs,
    path,
    write: (segment, ...events) => fs.append(path(segment), linesOf(events)),
    replace: (segment, ...events) => {
      fs.files.set(path(segment), linesOf(events));
    },
    remove: (segment) => {
      fs.files.delete(path(segment));
    },
    start: async () => {
      const index = createMemoryIndex();
      const started = { index, notices: [] as string[], cleared: 0 };
      const sync = createJournalSync({
        fs,
        folder,
        index,
        owns: () => false,
        onEvent: () => undefined,
        onCleared: () => {
          started.cleared += 1;
        },
        onNotice: ({ code }) => started.notices.push(code),
        log: () => undefined,
      });
      await sync.refresh();
      return Object.assign(started, { sync });
    },
  };
}

/** Everything an index says. */
export function saysOf(index: JournalIndex) {
  return {
    asOf: index.asOf,
    count: index.eventCount,
    requests: index.requests(),
    live: index.liveDecisions(),
    tally: index.tally('2026-01-01T00:00:20.000Z'),
    kept: index.keptAfter(60, 0.5),
    small: [index.feedback(), index.rules(), index.states(), index.versions(), index.runs()],
    marks: [index.applied(), index.survival()],
  };
}
