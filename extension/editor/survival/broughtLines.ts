import { codeLines } from './codeLines.ts';

/** The edit that put code into a document: `text` in the place of `from` to `to` of `before`, offsets in UTF-16. */
export interface CodeEdit {
  readonly before: string;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * What each line of applied code was to the document, one letter a line of `codeLines`: `n` new, it stood nowhere in
 * it; `b` brought, it stood elsewhere too; `o` old, the replaced text had it already, so that finding it says nothing.
 */
export function broughtLines(code: string, { before, from, to }: CodeEdit): string {
  const replaced = new Map<string, number>();
  for (const line of codeLines(before.slice(from, to))) replaced.set(line, (replaced.get(line) ?? 0) + 1);
  const known = new Set(codeLines(before));
  return codeLines(code)
    .map((line) => {
      const count = replaced.get(line) ?? 0;
      if (count > 0) replaced.set(line, count - 1);
      if (count > 0) return 'o';
      return known.has(line) ? 'b' : 'n';
    })
    .join('');
}

/** True where the code brought a line that can be looked for later. */
export function isMeasurable(lines: string): boolean {
  return /[nb]/.test(lines);
}
