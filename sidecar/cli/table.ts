const GAP = '  ';
/** A column that is cut keeps this many characters, so that it can still be told what it says. */
const NARROWEST = 20;
const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

const widthOf = (text: string): number => [...text.replace(ESCAPES, '')].length;
const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** What a table gives up where it is too wide: `column`, without colours, is cut until the lines have `width`. */
export interface Fit {
  readonly column: number;
  readonly width: number;
}

/** Rows as aligned columns, one line each; colour codes take no width. The last column is not padded. */
export function formatTable(rows: readonly (readonly string[])[], fit?: Fit): string[] {
  const widths = widthsOf(rows);
  if (fit !== undefined) {
    const { column } = fit;
    const over = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1) - fit.width;
    const narrower = Math.max(NARROWEST, (widths[column] ?? 0) - over);
    if (over > 0 && narrower < (widths[column] ?? 0))
      return formatTable(
        rows.map((row) => row.map((cell, at) => (at === column ? oneLine(cell, narrower) : cell))),
      );
  }
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : padded(cell, widths[column] ?? 0)))
      .join(GAP)
      .trimEnd(),
  );
}

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    });
  }
  return widths;
}

/** A text cut to one line of at most `length` characters. */
export function oneLine(text: string, length: number): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  const characters = [...flat];
  return characters.length <= length ? flat : `${characters.slice(0, length - 3).join('')}...`;
}
