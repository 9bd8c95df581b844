import { csvRecords } from './csvRecords.ts';
import type { Found } from './foreignRecord.ts';
import { foundFields } from './readRows.ts';
import { utf8Text } from './textBytes.ts';

/** A cell that a spreadsheet would run is exported with one apostrophe in front. */
const GUARDED = /^'+[=+\-@\t\r]/;

/** Feedback, pairs or decisions as a table with a header line, separated by comma, semicolon or tab. */
export async function* readCsv(
  text: AsyncIterable<Buffer>,
  delimiter: string,
  now: number,
): AsyncGenerator<Found> {
  let header: readonly string[] | undefined;
  for await (const { line, cells, reason } of csvRecords(text, delimiter.charCodeAt(0))) {
    const place = `line ${line}`;
    const texts = cells?.map((cell) => utf8Text(cell));
    if (!texts) yield { what: 'refused', place, reason };
    else if (!isWhole(texts)) yield { what: 'refused', place, reason: 'it is not UTF-8' };
    else if (!header) header = texts;
    else if (texts.length !== header.length) {
      yield { what: 'refused', place, reason: 'it has more or fewer cells than the header' };
    } else yield foundFields(place, pairsOf(header, texts), now);
  }
}

function isWhole(texts: readonly (string | undefined)[]): texts is readonly string[] {
  return texts.every((text) => text !== undefined);
}

function pairsOf(header: readonly string[], cells: readonly string[]): [string, string][] {
  return header.map((name, column) => {
    const cell = cells[column] ?? '';
    return [name, GUARDED.test(cell) ? cell.slice(1) : cell];
  });
}
