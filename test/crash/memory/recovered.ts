import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MemoryPorts } from '../../../sidecar/memory/createMemory.ts';
import { createFsPort } from '../../../sidecar/memory/disk/fsPort.ts';
import { listSegments } from '../../../sidecar/memory/journal/journalReader.ts';
import { parseEvent } from '../../../sidecar/memory/journal/parseEvent.ts';
import { scanSegment } from '../../../sidecar/memory/journal/scanSegment.ts';
import { SEGMENT_KIND } from '../../../sidecar/memory/journal/segmentHeader.ts';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import { startMemory } from '../../helpers/startMemory.ts';
import { GONE, SECRET } from './scenarios.ts';
import { textOf } from './toldDecision.ts';

/** What a program that starts on the folder finds wrong. All lists are empty where nothing was lost. */
export interface Recovered {
  /** Acknowledged, and not there any more. */
  readonly lost: string[];
  /** There with another content than was recorded, or in the journal and not in the index, or the other way. */
  readonly wrong: string[];
  /** Whole lines with a bad checksum. */
  readonly damaged: number;
  /** Ids of all events found. */
  readonly found: ReadonlySet<string>;
}

/** Opens the memory, with nobody else who writes while a state is looked at. */
export function openMemory(folder: string, more: Partial<MemoryPorts> = {}): Promise<Memory> {
  return startMemory(folder, { pollMs: 3_600_000, ...more });
}

/** Starts the real program on the folder and compares what it knows with what was acknowledged. */
export async function recover(
  folder: string,
  acknowledged: Iterable<string>,
  more: Partial<MemoryPorts> = {},
): Promise<Recovered> {
  const memory = await openMemory(folder, more);
  try {
    return await compare(memory, acknowledged);
  } finally {
    await memory.dispose();
  }
}

/** The same for a memory that is open. */
export async function compare(memory: Memory, acknowledged: Iterable<string>): Promise<Recovered> {
  const onDisk = await scanAll(memory.dataFolder);
  const wrong = [...onDisk.wrong];
  const found = new Set(onDisk.ids);
  const lost = [...acknowledged].filter((id) => id !== GONE && !found.has(id));
  if (memory.index.eventCount !== found.size)
    wrong.push(`the index has ${memory.index.eventCount} events, the journal ${found.size}`);
  const seen = new Set<string>();
  for (const { request, candidates, decisions } of memory.index.requests()) {
    for (const { decision, candidate } of decisions) {
      if (seen.has(decision)) wrong.push(`${decision} counts twice`);
      seen.add(decision);
      // Each event was acknowledged before the next one was written.
      if (!candidates.some((each) => each.candidate === candidate))
        wrong.push(`${decision} of ${request} has lost its answer`);
    }
  }
  for (const id of onDisk.decisions)
    if (!seen.has(id) && !onDisk.hidden.has(id)) wrong.push(`${id} is not in the index`);
  for (const id of seen) if (!onDisk.decisions.has(id)) wrong.push(`${id} is only in the index`);
  return { lost, wrong, damaged: onDisk.damaged, found };
}

interface OnDisk {
  readonly ids: Set<string>;
  readonly decisions: Set<string>;
  /** Those on requests that are being forgotten: the index hides them before their lines go. */
  readonly hidden: ReadonlySet<string>;
  readonly wrong: string[];
  readonly damaged: number;
}

async function scanAll(folder: string): Promise<OnDisk> {
  const fs = createFsPort();
  const journal = join(folder, 'journal');
  const ids = new Set<string>();
  const decisions = new Set<string>();
  const wrong: string[] = [];
  const on = new Map<string, string>();
  const secret = new Set<string>();
  let damaged = 0;
  for (const name of await listSegments(fs, journal)) {
    await scanSegment(fs, join(journal, name), 0, {
      line: (line) => {
        if (line.kind === SEGMENT_KIND) return;
        ids.add(line.id);
        const event = parseEvent(line);
        if (event?.kind === 'decision') decisions.add(event.decision);
        if (event?.kind === 'decision') on.set(event.decision, event.request);
        if (event?.kind === 'request' && event.prompt.includes(SECRET)) secret.add(event.request);
        // Imported answers have texts of their own.
        const told = event?.kind === 'candidate' && event.text.startsWith('answer ');
        if (told && event.text !== textOf(event.candidate, event.text.length))
          wrong.push(`${event.id} has another text`);
      },
      damaged: () => {
        damaged += 1;
      },
    });
  }
  const hidden = new Set([...decisions].filter((id) => secret.has(on.get(id) ?? '')));
  return { ids, decisions, hidden, wrong, damaged };
}

/** What lies in quarantine as single lines. */
export async function quarantinedLines(folder: string): Promise<string[]> {
  try {
    return (await readdir(join(folder, 'quarantine', 'lines'))).filter((name) => name.endsWith('.line'));
  } catch {
    return [];
  }
}

/** Files of the folder that hold the text that must be gone. */
export async function filesWithSecret(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if ((await readFile(path)).includes(SECRET)) found.push(path.slice(folder.length + 1));
  }
  return found;
}
