import { isAbsolute } from 'node:path';
import { importedPrior } from '../learn/preference/importedPrior.ts';
import type { PreferencePrior } from '../learn/preference/preferencePrior.ts';
import { SHIPPED_PRIOR } from '../learn/preference/shippedPrior.ts';
import type { PreferenceBook } from '../learn/preferenceBook.ts';
import { PRIOR_FILE, parsePreferenceFile } from '../learn/preferenceFile.ts';
import type { FsPort } from '../memory/disk/fsPort.ts';
import type { ImportService } from '../memory/import/createImportService.ts';
import { fileBytes, textBytes } from '../memory/import/textBytes.ts';
import { countOf } from '../protocol/countOf.ts';
import { AppError } from '../protocol/errors.ts';
import type { Params, Result } from '../protocol/methods.ts';

export interface PreferenceImportDeps {
  /** Takes in everything else. */
  readonly imports: ImportService;
  readonly preferences: Pick<PreferenceBook, 'begin' | 'prior'>;
  readonly fs: FsPort;
}

const MAX_BYTES = 16 * 1_024 * 1_024;
const HEAD_BYTES = 4_096;
const KIND = /^\s*\{[\s\S]{0,400}"kind"\s*:\s*"preference_model"/;

/**
 * Takes in a `preference_model.json` too: its taste is what this user's begins with. Rejects as imports do.
 */
export function createPreferenceImport({ imports, preferences, fs }: PreferenceImportDeps): ImportService {
  return {
    run: async (params, signal) => {
      const head = isAbsolute(params.path) ? await beginningOf(fs, params.path, HEAD_BYTES) : undefined;
      if (head === undefined || !KIND.test(head)) return imports.run(params, signal);
      const text = await beginningOf(fs, params.path, MAX_BYTES);
      const prior = priorFrom(params.path, text ?? '');
      const isKnown = JSON.stringify(prior) === JSON.stringify(preferences.prior());
      if (!params.preview && !isKnown) await preferences.begin(prior);
      return resultOf(params, prior, isKnown);
    },
  };
}

/** At most about so many bytes of a file; undefined where there is none that can be read: others say why. */
async function beginningOf(fs: FsPort, path: string, bytes: number): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of textBytes(fileBytes(fs, path))) {
      parts.push(chunk);
      length += chunk.length;
      if (length >= bytes) break;
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(parts).subarray(0, bytes).toString('utf8');
}

function priorFrom(path: string, text: string): PreferencePrior {
  const parsed = parsePreferenceFile(text);
  try {
    if ('file' in parsed) return importedPrior(parsed.file, SHIPPED_PRIOR);
    throw unreadable(path, parsed.why);
  } catch (error) {
    if (AppError.is(error)) throw error;
    throw unreadable(path, error instanceof Error ? error.message : String(error));
  }
}

function resultOf(
  { path, preview }: Params<'import.run'>,
  prior: PreferencePrior,
  isKnown: boolean,
): Result<'import.run'> {
  const votes = prior.provenance.sources.reduce((sum, { rows }) => sum + rows, 0);
  return {
    ...{ format: 'preferenceModel', path, preview, taken: [], known: isKnown ? 1 : 0 },
    ...{ refused: { count: 0, first: [] }, damaged: false },
    files: isKnown ? [] : [PRIOR_FILE],
    remarks: [
      `A taste learned from ${countOf(votes, 'vote')}: yours begins with it, in the place of public taste. The decisions behind it are not in the file; your own count as before.`,
    ],
  };
}

const unreadable = (path: string, why: string): AppError =>
  new AppError('import.unreadable', `${path} can't be taken in.`, {
    why: `${why[0]?.toUpperCase()}${why.slice(1)}`,
    next: 'Take the decisions instead: import the data folder or a backup that it came from.',
  });
