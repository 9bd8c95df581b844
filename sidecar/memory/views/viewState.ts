import { join } from 'node:path';
import * as z from 'zod';
import { atomicWrite } from '../disk/atomicWrite.ts';
import type { DataFolder } from '../disk/dataFolder.ts';
import type { FsPort } from '../disk/fsPort.ts';
import { readWholeFile } from '../disk/readWholeFile.ts';

/** The views that are written together. */
export const VIEW_FILES = [
  'agent_memory.json',
  'training_data.jsonl',
  'hypotheses_data.jsonl',
  'persona_updates.jsonl',
  'whetstone.db',
] as const;
export type ViewFile = (typeof VIEW_FILES)[number];

const fileSchema = z.object({
  /** Hashes of what was last written; two while a new file takes the old one's place. */
  sha256: z.array(z.string()),
  bytes: z.number(),
  mtimeMs: z.number(),
});

/** `index/views.json`: what the views on disk hold, and by what to know them again. */
export const viewStateSchema = z.object({
  asOf: z.string().optional(),
  events: z.number(),
  files: z.record(z.string(), fileSchema),
});
export type ViewState = z.infer<typeof viewStateSchema>;
export type ViewFileState = z.infer<typeof fileSchema>;

/** Undefined where no views were written yet, or the note of them is unreadable. */
export async function readViewState(fs: FsPort, folder: DataFolder): Promise<ViewState | undefined> {
  const bytes = await readWholeFile(fs, statePath(folder));
  if (!bytes) return undefined;
  try {
    const parsed = viewStateSchema.safeParse(JSON.parse(bytes.toString('utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export async function writeViewState(fs: FsPort, folder: DataFolder, state: ViewState): Promise<void> {
  await fs.makeFolder(folder.index);
  await atomicWrite({ fs }, statePath(folder), `${JSON.stringify(state, undefined, 1)}\n`);
}

function statePath(folder: DataFolder): string {
  return join(folder.index, 'views.json');
}
