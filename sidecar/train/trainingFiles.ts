import * as z from 'zod';
import type { Memory } from '../memory/memory.ts';
import { NOTHING_PINNED, type Pinned } from './handEdits.ts';
import { signatureOf } from './modelfile.ts';

export const MODELFILE = 'Modelfile.trained';
export const TRAINING_LOG = 'training_log.md';
const RUN_FILE = 'training_run.json';
const RUN_MODELFILE = 'Modelfile';

const exchangeSchema = z.array(
  z.object({ role: z.enum(['user', 'assistant', 'system']), content: z.string() }),
);
const pinnedSchema = z.object({
  lines: z.array(z.string()),
  removed: z.array(z.string()),
  messages: z.array(exchangeSchema),
  removedMessages: z.array(exchangeSchema),
  parameters: z.record(z.string(), z.union([z.string(), z.number()])),
});
const runFileSchema = z.looseObject({ pinned: pinnedSchema });

export interface OnDisk {
  /** Modelfile.trained as it is. */
  readonly modelfile: string | undefined;
  /** What the run that it names had written. */
  readonly baseline: string | undefined;
  /** Pins of that run. */
  readonly pinned: Pinned;
}

/** What earlier trainings left. A run folder that is gone or damaged counts as none. */
export async function readOnDisk(memory: Memory): Promise<OnDisk> {
  const modelfile = await memory.folder('root').read(MODELFILE);
  const signature = modelfile === undefined ? undefined : signatureOf(modelfile);
  if (!signature) return { modelfile, baseline: undefined, pinned: NOTHING_PINNED };
  const folder = memory.folder('runs').folder(signature.run);
  const [baseline, run] = await Promise.all([folder.read(RUN_MODELFILE), folder.read(RUN_FILE)]);
  return { modelfile, baseline, pinned: parsePinned(run) };
}

function parsePinned(text: string | undefined): Pinned {
  if (text === undefined) return NOTHING_PINNED;
  try {
    return runFileSchema.parse(JSON.parse(text)).pinned;
  } catch {
    return NOTHING_PINNED;
  }
}

export interface RunFiles {
  readonly run: string;
  readonly modelfile: string;
  readonly log: string;
  readonly pinned: Pinned;
  /** Further facts of the run for `training_run.json`. */
  readonly facts: Record<string, unknown>;
}

/** Writes the run's folder first: the Modelfile names it. */
export async function writeRunFiles(memory: Memory, files: RunFiles): Promise<void> {
  const folder = memory.folder('runs').folder(files.run);
  await folder.write(RUN_MODELFILE, files.modelfile);
  await folder.write(
    RUN_FILE,
    `${JSON.stringify({ ...files.facts, run: files.run, pinned: files.pinned }, null, 2)}\n`,
  );
  await memory.folder('root').write(MODELFILE, files.modelfile);
  await memory.folder('root').write(TRAINING_LOG, files.log);
}

/** Absolute paths of what a person may open. */
export function trainingPaths(memory: Memory): { readonly modelfile: string; readonly log: string } {
  const { path } = memory.folder('root');
  const separator = path.includes('\\') ? '\\' : '/';
  return { modelfile: `${path}${separator}${MODELFILE}`, log: `${path}${separator}${TRAINING_LOG}` };
}
