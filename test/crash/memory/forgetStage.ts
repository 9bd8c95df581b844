import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monotonicFactory } from 'ulid';
import type { Memory } from '../../../sidecar/memory/memory.ts';

export interface Said {
  readonly prompt: string;
  readonly answer: string;
  readonly edit?: string;
  readonly note?: string;
}
export interface Told {
  readonly request: string;
  readonly candidate: string;
  readonly decision: string;
}

/** Asks, answers and decides with these texts. */
export async function tell(memory: Memory, said: Said): Promise<Told> {
  const ids = monotonicFactory();
  const told = { request: ids(), candidate: ids(), decision: ids() };
  const sha256 = 'b'.repeat(64);
  const { request, candidate, decision } = told;
  await memory.append<'request'>(
    {
      kind: 'request',
      thread: request,
      request,
      prompt: said.prompt,
      context: [],
      category: 'other',
      model: 'small',
      appVersion: '0',
    },
    request,
  );
  await memory.append<'candidate'>({
    kind: 'candidate',
    request,
    candidate,
    text: said.answer,
    sha256,
    model: 'small',
    options: {},
    stopped: 'complete',
    engine: 'ollama',
  });
  await memory.append<'decision'>({
    kind: 'decision',
    decision,
    request,
    candidate,
    sha256,
    verdict: said.edit === undefined ? 'approved' : 'edited',
    reasons: ['clear'],
    ...(said.edit !== undefined && { editedText: said.edit }),
  });
  if (said.note !== undefined)
    await memory.append<'reason'>({ kind: 'reason', decision, reasons: [], note: said.note });
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
