const OPEN = '<think>';
const CLOSE = '</think>';

export interface AnswerPiece {
  readonly kind: 'text' | 'thinking';
  readonly text: string;
}

/**
 * Cuts the text of a model into thinking and answer, and ends it at a stop text. Holds back what may yet turn
 * out to be the start of a mark.
 */
export function createAnswerText(stops: readonly string[]): {
  push(text: string): AnswerPiece[];
  /** What was held back at the end. */
  flush(): AnswerPiece[];
  /** True once a stop text was met; nothing comes after it. */
  readonly stopped: boolean;
} {
  let held = '';
  let state: 'start' | 'thinking' | 'text' = 'start';
  let stopped = false;

  /** Tells thinking from answer by the first mark; false while that is not yet sure. */
  const begin = (final: boolean): boolean => {
    const trimmed = held.trimStart();
    if (!final && (trimmed === '' || (trimmed.length < OPEN.length && OPEN.startsWith(trimmed))))
      return false;
    state = trimmed.startsWith(OPEN) ? 'thinking' : 'text';
    if (state === 'thinking') held = trimmed.slice(OPEN.length);
    return true;
  };
  const takeUntil = (kind: AnswerPiece['kind'], marks: readonly string[], final: boolean): AnswerPiece[] => {
    const found = firstOf(held, marks);
    const until = found?.at ?? (final ? held.length : held.length - heldTail(held, marks));
    const pieces: AnswerPiece[] = until > 0 ? [{ kind, text: held.slice(0, until) }] : [];
    held = held.slice(found ? found.at + found.length : until);
    if (!found) return pieces;
    if (kind === 'text') {
      stopped = true;
      return pieces;
    }
    state = 'text';
    held = held.replace(/^\n+/, '');
    return [...pieces, ...takeUntil('text', stops, final)];
  };
  const advance = (final: boolean): AnswerPiece[] => {
    if (state === 'start' && !begin(final)) return [];
    return takeUntil(
      state === 'thinking' ? 'thinking' : 'text',
      state === 'thinking' ? [CLOSE] : stops,
      final,
    );
  };

  return {
    push: (text) => {
      if (stopped) return [];
      held += text;
      return advance(false);
    },
    flush: () => (stopped ? [] : advance(true)),
    get stopped() {
      return stopped;
    },
  };
}

function firstOf(text: string, marks: readonly string[]): { at: number; length: number } | undefined {
  let best: { at: number; length: number } | undefined;
  for (const mark of marks) {
    const at = mark === '' ? -1 : text.indexOf(mark);
    if (at >= 0 && (!best || at < best.at)) best = { at, length: mark.length };
  }
  return best;
}

/** Length of the longest end of `text` that is the beginning of a mark. */
function heldTail(text: string, marks: readonly string[]): number {
  let longest = 0;
  for (const mark of marks) {
    for (let length = Math.min(mark.length - 1, text.length); length > longest; length -= 1) {
      if (text.endsWith(mark.slice(0, length))) longest = length;
    }
  }
  return longest;
}
