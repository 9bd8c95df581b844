import { type Found, type KeptLines, keptLines } from './keptLines.ts';
import { type Piece, type Place, textCheck } from './pendingSurvival.ts';

interface Text {
  readonly kind: 'text';
  readonly text: string;
  /** True for a document whose changes are followed. */
  readonly open: boolean;
}
/** A file as it is now. `gone` only where its folder can be read and the file is not in it. */
export type Reading = Text | { readonly kind: 'gone' } | { readonly kind: 'unreadable' };

export interface SurvivalFiles {
  read(uri: string): Promise<Reading>;
  /** Other files of the open folders with the same name, those nearest by first; a bounded number. */
  sameName(uri: string): Promise<string[]>;
  /** The branch that is checked out where the file is; undefined where that is not known. */
  branch(uri: string): string | undefined;
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
  const pasted = await textsOf(moved, files);
  if (reading.kind === 'unreadable' || pasted === undefined) return undefined;
  const found =
    reading.kind === 'text'
      ? foundIn(home, reading, pasted)
      : foundBy(await movedText(place, code, files), pasted);
  const kept = keptLines(code, place.lines, found);
  // Another branch has other files, or the same ones without the code: nobody took it back.
  const lost = reading.kind === 'gone' || found.ranged === undefined || kept.kept === 0;
  return lost && isOtherBranch(place, home, files) ? undefined : kept;
}

function foundIn(home: Piece, reading: Text, pasted: readonly string[]): Found {
  const { text } = reading;
  if (!isKnown(home, reading)) return { ranged: undefined, elsewhere: [text, ...pasted] };
  const rest = [text.slice(0, home.start), text.slice(home.end)];
  return { ranged: text.slice(home.start, home.end), elsewhere: [...rest, ...pasted] };
}

/** Of a file that is gone, and the text of the one that it became, if any. */
function foundBy(text: string | undefined, pasted: readonly string[]): Found {
  return text === undefined
    ? { ranged: '', elsewhere: pasted }
    : { ranged: undefined, elsewhere: [text, ...pasted] };
}

/** What stands where parts of the code were pasted; undefined where one of the files can't be read. */
async function textsOf(pieces: readonly Piece[], files: SurvivalFiles): Promise<string[] | undefined> {
  const texts: string[] = [];
  for (const piece of pieces) {
    const reading = await files.read(piece.uri);
    if (reading.kind === 'unreadable') return undefined;
    if (reading.kind === 'gone') continue;
    texts.push(isKnown(piece, reading) ? reading.text.slice(piece.start, piece.end) : reading.text);
  }
  return texts;
}

function isOtherBranch(place: Place, home: Piece, files: SurvivalFiles): boolean {
  const now = files.branch(home.uri);
  return place.branch !== '' && now !== undefined && place.branch !== textCheck(now);
}

/** True where the offsets are those of this text. */
function isKnown(piece: Piece, { text, open }: Text): boolean {
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
