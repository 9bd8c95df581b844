export type CardCommand =
  | { readonly do: 'approve' | 'deny' | 'edit' | 'copy' | 'insert' | 'undo' | 'previous' | 'next' }
  | { readonly do: 'first' | 'last' | 'close' | 'allReasons' | 'fold' }
  | { readonly do: 'candidate' | 'reason'; readonly number: number };

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
  ['arrowup', { do: 'previous' }],
  ['arrowdown', { do: 'next' }],
  ['home', { do: 'first' }],
  ['end', { do: 'last' }],
]);

/** What a key means on a card, or undefined where it is not ours. Modifiers are never ours. */
export function cardCommand(press: KeyPress, place: KeyPlace): CardCommand | undefined {
  if (place.typing || press.ctrlKey || press.altKey || press.metaKey) return undefined;
  const key = press.key.toLowerCase();
  if (key === 'escape') return place.reasonsOpen ? { do: 'close' } : undefined;
  if (key === 'enter') return enterCommand(place);
  if (/^[0-9]$/.test(key)) return digitCommand(Number(key), place.reasonsOpen);
  if (press.shiftKey) return undefined;
  return LETTERS.get(key);
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
