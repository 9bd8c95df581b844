export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Lines beyond this are shown as replaced as a whole: the table of a line diff grows with the square. */
const MAX_LINES = 2_000;

/** The shortest way from one text to the other, line by line; removed lines come before added ones. */
export function diffLines(before: string, after: string): DiffLine[] {
  const old = linesOf(before);
  const fresh = linesOf(after);
  if (old.length > MAX_LINES || fresh.length > MAX_LINES) {
    return [...old.map(line('removed')), ...fresh.map(line('added'))];
  }
  const common = commonTable(old, fresh);
  const at = (i: number, j: number) => common[i * (fresh.length + 1) + j] ?? 0;
  const result: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < fresh.length) {
    const same = i < old.length && j < fresh.length && old[i] === fresh[j];
    if (same) {
      result.push({ kind: 'same', text: old[i] ?? '' });
      i++;
      j++;
    } else if (i < old.length && (j >= fresh.length || at(i + 1, j) >= at(i, j + 1))) {
      result.push({ kind: 'removed', text: old[i++] ?? '' });
    } else result.push({ kind: 'added', text: fresh[j++] ?? '' });
  }
  return result;
}

/** Length of the longest common rest from each pair of lines on. */
function commonTable(old: readonly string[], fresh: readonly string[]): Uint16Array {
  const width = fresh.length + 1;
  const table = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = fresh.length - 1; j >= 0; j--) {
      const skip = Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
      table[i * width + j] = old[i] === fresh[j] ? (table[(i + 1) * width + j + 1] ?? 0) + 1 : skip;
    }
  }
  return table;
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function line(kind: DiffLine['kind']): (text: string) => DiffLine {
  return (text) => ({ kind, text });
}
