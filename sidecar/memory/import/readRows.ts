import { byteLines, MAX_LINE } from './byteLines.ts';
import { EntryRefused, type Found } from './foreignRecord.ts';
import { objectEntries, rowOf } from './foreignValues.ts';
import { jsonScanner } from './jsonScanner.ts';
import { rowRecord } from './rowRecord.ts';
import { utf8Text } from './textBytes.ts';

/** A JSON value, or why these bytes are none. */
export function parseJson(
  bytes: Buffer | undefined,
): { readonly value: unknown } | { readonly reason: string } {
  if (!bytes) return { reason: `it is larger than ${MAX_LINE / 1_048_576} MB` };
  const text = utf8Text(bytes);
  if (text === undefined) return { reason: 'it is not UTF-8' };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { reason: 'it is not JSON' };
  }
}

/** What one JSON value says, taken as a row. */
export function foundRow(place: string, value: unknown, now: number): Found {
  const entries = objectEntries(value);
  if (!entries) return { what: 'refused', place, reason: 'it is not an object' };
  return foundFields(place, entries, now);
}

export function foundFields(place: string, fields: Iterable<readonly [string, unknown]>, now: number): Found {
  try {
    return { what: 'record', place, record: rowRecord(rowOf(fields), now) };
  } catch (error) {
    if (error instanceof EntryRefused) return { what: 'refused', place, reason: error.message };
    throw error;
  }
}

/** Feedback, pairs, chats or learning logs, one JSON object a line. */
export async function* readJsonLines(text: AsyncIterable<Buffer>, now: number): AsyncGenerator<Found> {
  for await (const { number, bytes, ended } of byteLines(text)) {
    if (bytes && bytes.toString('latin1').trim() === '') continue;
    const parsed = parseJson(bytes);
    const place = `line ${number}`;
    if ('value' in parsed) yield foundRow(place, parsed.value, now);
    else
      yield {
        what: 'refused',
        place,
        reason: ended ? parsed.reason : `${parsed.reason}; the file ends in it`,
      };
  }
}

/** The same in one JSON list. */
export async function* readJsonList(text: AsyncIterable<Buffer>, now: number): AsyncGenerator<Found> {
  const scan = jsonScanner(text, MAX_LINE);
  for await (const { number, bytes } of scan.values) {
    const parsed = parseJson(bytes);
    const place = `entry ${number}`;
    if ('value' in parsed) yield foundRow(place, parsed.value, now);
    else yield { what: 'refused', place, reason: parsed.reason };
  }
  if (scan.cutOff)
    yield { what: 'damage', text: 'The file is cut off; whole entries before the cut are read.' };
}
