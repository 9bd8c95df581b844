import { codeLines } from './codeLines.ts';
import { MAX_PLACES, type Piece, type Place } from './pendingSurvival.ts';
import { afterChange, inOrder, type TextChange } from './trackedRange.ts';

/** So many new lines of the code at once are the code, moved or brought back; fewer may be chance. */
const TELLING_LINES = 2;
/** Less than this is typed, not pasted; it is not worth looking at with every key. */
const SHORTEST_PASTE = 4;

/** A document that changed. */
export interface DocumentChange {
  readonly uri: string;
  readonly changes: readonly TextChange[];
}

/**
 * Moves the parts of a place along with the changes of one document, and takes in what of the code is pasted into
 * another one. `code` is undefined where it was not read yet: then what is pasted is not seen. True where `place`
 * changed.
 */
export function followEdits(
  place: Place,
  code: string | undefined,
  { uri, changes }: DocumentChange,
): boolean {
  const isHome = place.pieces[0]?.uri === uri;
  let changed = false;
  for (const change of inOrder(changes)) {
    const bringsBack = (): boolean => code !== undefined && tellsOf(change.text, code, place.lines);
    place.pieces.forEach((piece, at) => {
      if (piece.uri !== uri) return;
      const refilled = piece.start === piece.end && change.offset === piece.start && change.length === 0;
      place.pieces[at] =
        refilled && bringsBack() ? inserted(uri, change) : { ...piece, ...afterChange(piece, change) };
      changed = true;
    });
    // In its own file a moved line is found by reading all of it.
    if (isHome || isInside(place.pieces, uri, change) || place.pieces.length >= MAX_PLACES) continue;
    if (!bringsBack()) continue;
    place.pieces.push(inserted(uri, change));
    changed = true;
  }
  return changed;
}

function inserted(uri: string, { offset, text }: TextChange): Piece {
  return { uri, start: offset, end: offset + text.length, loose: false, check: '' };
}

function isInside(pieces: readonly Piece[], uri: string, { offset, text }: TextChange): boolean {
  return pieces.some(
    (piece) => piece.uri === uri && piece.start <= offset && offset + text.length <= piece.end,
  );
}

function tellsOf(text: string, code: string, lines: string): boolean {
  if (text.trim().length < SHORTEST_PASTE) return false;
  const fresh = new Set(codeLines(code).filter((_line, at) => lines[at] === 'n'));
  const seen = new Set(codeLines(text).filter((line) => fresh.has(line)));
  return seen.size > 0 && seen.size >= Math.min(TELLING_LINES, fresh.size);
}
