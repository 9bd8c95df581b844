import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Memory } from '../../../sidecar/memory/memory.ts';
import { type RecordedDecision, recordDecision } from '../../helpers/recordDecision.ts';

export interface Said {
  readonly prompt: string;
  readonly answer: string;
  readonly edit?: string;
  readonly note?: string;
}
/** Asks, answers and decides with these texts; resolves with the ids. */
export async function tell(memory: Memory, { prompt, answer, edit, note }: Said): Promise<RecordedDecision> {
  const told = await recordDecision(memory, {
    prompt,
    text: answer,
    ...(edit !== undefined && { verdict: 'edited', editedText: edit }),
  });
  const { decision } = told;
  if (note !== undefined) await memory.append<'reason'>({ kind: 'reason', decision, reasons: [], note });
  return told;
}

/** Files below the folder whose raw bytes hold one of the texts; a file that goes meanwhile holds nothing. */
export async function filesWith(folder: string, ...texts: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    if (texts.some((text) => bytes.includes(text))) found.push(path.slice(folder.length + 1));
  }
  return found.sort();
}
