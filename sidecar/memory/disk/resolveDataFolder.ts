import { join, resolve } from 'node:path';

export interface DataFolderSources {
  /** A flag or setting; wins over everything else. */
  readonly explicit?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** The data folder as an absolute path: what was given, else `WHETSTONE_DATA`, else `~/.whetstone`. */
export function resolveDataFolder({ explicit, env, home }: DataFolderSources): string {
  const chosen = explicit?.trim() || env['WHETSTONE_DATA']?.trim();
  if (!chosen) return join(home, '.whetstone');
  if (chosen === '~') return home;
  if (chosen.startsWith('~/') || chosen.startsWith('~\\')) return join(home, chosen.slice(2));
  return resolve(chosen);
}
