import type { Result } from './methods.ts';

/** What an import gave, or with `preview` would give; `nothingNew` where all that is usable is here already. */
export type ImportOutcome = 'something' | 'nothingNew' | 'nothingUsable';

export function importOutcome(result: Result<'import.run'>): ImportOutcome {
  const { taken, files, known, refused, damaged } = result;
  if (taken.length > 0 || files.length > 0) return 'something';
  return known === 0 && (refused.count > 0 || damaged) ? 'nothingUsable' : 'nothingNew';
}
