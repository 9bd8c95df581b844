/** A cell that a spreadsheet would take for a formula; an import takes the apostrophe off again. */
const FORMULA = /^'*[=+\-@\t\r]/;

/** One record of a CSV file (RFC 4180): every cell quoted, lists and objects as JSON, null as an empty cell. */
export function csvLine(cells: readonly unknown[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(value: unknown): string {
  const text = plainText(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

function plainText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
