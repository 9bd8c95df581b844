import { codeLines } from './codeLines.ts';

/** Where applied code is looked for. */
export interface Found {
  /** The text that stands in the tracked range now; undefined where the range is no longer known. */
  readonly ranged: string | undefined;
  /** Everything else in which a new line of the code counts: the rest of the file, code that was moved. */
  readonly elsewhere: readonly string[];
}

export interface KeptLines {
  readonly kept: number;
  readonly of: number;
}

/**
 * How many of the lines that `code` brought are still there, each counted once. `lines` is of `broughtLines`. Without a
 * range only lines that were new to the document count, as any other one may be the one that was there before.
 */
export function keptLines(code: string, lines: string, { ranged, elsewhere }: Found): KeptLines {
  const inRange = counted(ranged === undefined ? [] : [ranged]);
  const outside = counted(elsewhere);
  const applied = codeLines(code).map((line, at) => ({ line, was: lines[at] ?? 'o' }));
  // What was there before takes its place first.
  for (const { line, was } of applied) if (was === 'o') take(inRange, line);
  const asked = applied.filter(({ was }) => was === 'n' || (was === 'b' && ranged !== undefined));
  const kept = asked.filter(({ line, was }) => take(inRange, line) || (was === 'n' && take(outside, line)));
  return { kept: kept.length, of: asked.length };
}

function counted(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of texts.flatMap(codeLines)) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

function take(counts: Map<string, number>, line: string): boolean {
  const count = counts.get(line) ?? 0;
  if (count > 0) counts.set(line, count - 1);
  return count > 0;
}
