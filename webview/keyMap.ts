export type CardCommand =
  | { readonly do: 'approve' | 'deny' | 'edit' | 'copy' | 'insert' | 'undo' | 'previous' | 'next' }
  | { readonly do: 'block' }
  | { readonly do: 'first' | 'last' | 'close' | 'allReasons' | 'fold' }
  | { readonly do: 'candidate' | 'reason' | 'reading'; readonly number: number }
  | { readonly do: 'skipReading' };

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}
export interface KeyPlace {
  /** True where the focus is in something that takes letters. */
  readonly typing: boolean;
  readonly reasonsOpen: boolean;
  /** True where the card asks what its request means. */
  readonly readingsOpen: boolean;
  /** True where Enter and Space already press what has the focus. */
  readonly onControl: boolean;
}

const LETTERS: ReadonlyMap<string, CardCommand> = new Map([
  ['a', { do: 'approve' }],
  ['d', { do: 'deny' }],
  ['e', { do: 'edit' }],
  ['c', { do: 'copy' }],
  ['i', { do: 'insert' }],
  ['z', { do: 'undo' }],
  ['b', { do: 'block' }],
  ['arrowup', { do: 'previous' }],
  ['arrowdown', { do: 'next' }],
  ['home', { do: 'first' }],
  ['end', { do: 'last' }],
]);

/** What a key means on a card, or undefined where it is not ours. Modifiers are never ours. */
export function cardCommand(press: KeyPress, place: KeyPlace): CardCommand | undefined {
  if (place.typing || press.ctrlKey || press.altKey || press.metaKey) return undefined;
  const key = press.key.toLowerCase();
  const asked = place.readingsOpen ? readingCommand(key, place.onControl) : undefined;
  if (asked) return asked;
  if (key === 'escape') return place.reasonsOpen ? { do: 'close' } : undefined;
  if (key === 'enter') return enterCommand(place);
  if (/^[0-9]$/.test(key)) return digitCommand(Number(key), place.reasonsOpen);
  if (press.shiftKey) return undefined;
  return LETTERS.get(key);
}

/** A digit takes a reading; `0`, Enter and Esc have the request answered as it stands. */
function readingCommand(key: string, onControl: boolean): CardCommand | undefined {
  if (/^[1-3]$/.test(key)) return { do: 'reading', number: Number(key) };
  return key === '0' || key === 'escape' || (key === 'enter' && !onControl)
    ? { do: 'skipReading' }
    : undefined;
}

/** Enter closes an open reason row and opens or folds a card; it never denies. */
function enterCommand(place: KeyPlace): CardCommand | undefined {
  if (place.onControl) return undefined;
  return place.reasonsOpen ? { do: 'close' } : { do: 'fold' };
}

function digitCommand(digit: number, reasonsOpen: boolean): CardCommand | undefined {
  if (reasonsOpen) return digit === 0 ? { do: 'allReasons' } : { do: 'reason', number: digit };
  return digit >= 1 && digit <= 4 ? { do: 'candidate', number: digit } : undefined;
}
