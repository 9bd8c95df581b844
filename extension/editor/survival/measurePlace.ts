import { type KeptLines, keptLines } from './keptLines.ts';
import { type Piece, type Place, textCheck } from './pendingSurvival.ts';

/** A file as it is now. `gone` only where its folder can be read and the file is not in it. */
export type Reading =
  | {
      readonly kind: 'text';
      readonly text: string /** True for a document that is followed. */;
      readonly open: boolean;
    }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unreadable' };

export interface SurvivalFiles {
  read(uri: string): Promise<Reading>;
  /** Other files of the open folders with the same name, those nearest by first; a bounded number. */
  sameName(uri: string): Promise<string[]>;
}

/** So much of the code must be in a file of the same name for it to be the file, moved. */
const SAME_FILE = 0.5;

/**
 * How much of one applied block is there now; undefined where that can't be told. A file that was moved outside the
 * editor is found by its name and becomes the place.
 */
export async function measurePlace(
  place: Place,
  code: string,
  files: SurvivalFiles,
): Promise<KeptLines | undefined> {
  const [home, ...moved] = place.pieces;
  if (home === undefined) return undefined;
  const reading = await files.read(home.uri);
  if (reading.kind === 'unreadable') return undefined;
  const elsewhere: string[] = [];
  for (const piece of moved) {
    const other = await files.read(piece.uri);
    if (other.kind === 'unreadable') return undefined;
    if (other.kind === 'text')
      elsewhere.push(isKnown(piece, other) ? other.text.slice(piece.start, piece.end) : other.text);
  }
  if (reading.kind === 'gone') {
    const text = await movedText(place, code, files);
    return keptLines(code, place.lines, {
      ranged: text === undefined ? '' : undefined,
      elsewhere: text === undefined ? elsewhere : [text, ...elsewhere],
    });
  }
  const { text } = reading;
  if (!isKnown(home, reading))
    return keptLines(code, place.lines, { ranged: undefined, elsewhere: [text, ...elsewhere] });
  const rest = [text.slice(0, home.start), text.slice(home.end)];
  const ranged = text.slice(home.start, home.end);
  return keptLines(code, place.lines, { ranged, elsewhere: [...rest, ...elsewhere] });
}

/** True where the offsets are those of this text. */
function isKnown(piece: Piece, { text, open }: { readonly text: string; readonly open: boolean }): boolean {
  return !piece.loose && (open || piece.check === textCheck(text));
}

async function movedText(place: Place, code: string, files: SurvivalFiles): Promise<string | undefined> {
  const [home] = place.pieces;
  if (home === undefined) return undefined;
  for (const uri of await files.sameName(home.uri)) {
    const reading = await files.read(uri);
    if (reading.kind !== 'text') continue;
    const { kept, of } = keptLines(code, place.lines, { ranged: undefined, elsewhere: [reading.text] });
    if (of === 0 || kept / of < SAME_FILE) continue;
    const same = home.check === textCheck(reading.text);
    place.pieces[0] = { ...home, uri, loose: home.loose || !same };
    return reading.text;
  }
  return undefined;
}
