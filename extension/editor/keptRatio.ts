/** Share of the lines of `code` that `document` still has, each counted once; blank lines don't count. */
export function keptRatio(code: string, document: string): number {
  const wanted = linesOf(code);
  if (wanted.length === 0) return 1;
  const left = new Map<string, number>();
  for (const line of linesOf(document)) left.set(line, (left.get(line) ?? 0) + 1);
  let kept = 0;
  for (const line of wanted) {
    const count = left.get(line) ?? 0;
    if (count === 0) continue;
    left.set(line, count - 1);
    kept += 1;
  }
  return kept / wanted.length;
}

/** Indentation is left out: code that was moved into a block is kept code. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
