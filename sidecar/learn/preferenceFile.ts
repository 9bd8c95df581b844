import type { FolderHandle } from '../memory/memory.ts';
import { MODEL_FILE_VERSION, type ModelFile, modelFileSchema } from './preference/modelFile.ts';
import { type PreferencePrior, preferencePriorSchema } from './preference/preferencePrior.ts';
import { SHIPPED_PRIOR } from './preference/shippedPrior.ts';

export const PREFERENCE_FILE = 'preference_model.json';

/** What an imported model taught before this user's first decision; absent where the shipped prior counts. */
export const PRIOR_FILE = 'preference_prior.json';

/** Reads `preference_prior.json`; the shipped prior where there is none that can be used. */
export async function loadPriorFile(folder: FolderHandle): Promise<PreferencePrior> {
  const text = await folder.read(PRIOR_FILE).catch(() => undefined);
  if (text === undefined) return SHIPPED_PRIOR;
  try {
    return preferencePriorSchema.parse(JSON.parse(text));
  } catch {
    return SHIPPED_PRIOR;
  }
}

export type LoadedFile =
  | { readonly file: ModelFile }
  /** Why there is none that can be used; empty where there is none at all. */
  | { readonly why: string };

/** Reads `preference_model.json`; one that can't be used is told, never thrown. */
export async function loadPreferenceFile(folder: FolderHandle): Promise<LoadedFile> {
  const text = await folder.read(PREFERENCE_FILE).catch(() => undefined);
  return text === undefined ? { why: '' } : parsePreferenceFile(text);
}

/** Checks the text of a model file. */
export function parsePreferenceFile(text: string): LoadedFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { why: 'it is damaged' };
  }
  const parsed = modelFileSchema.safeParse(value);
  if (parsed.success) return { file: parsed.data };
  const version = typeof value === 'object' && value !== null ? Reflect.get(value, 'v') : undefined;
  if (typeof version === 'number' && version !== MODEL_FILE_VERSION)
    return { why: `it is of version ${version}, this program reads version ${MODEL_FILE_VERSION}` };
  return { why: 'it is damaged' };
}

/** Readable by a person: a line a value. */
export const preferenceFileText = (file: ModelFile | PreferencePrior): string =>
  `${JSON.stringify(file, null, 1)}\n`;
