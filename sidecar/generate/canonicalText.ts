import { createHash } from 'node:crypto';

const OPEN = '<think>';
const CLOSE = '</think>';

export interface Split {
  readonly text: string;
  readonly thinking: string;
}

/** Takes a model's output piece by piece and parts it into answer and thinking. */
export interface AnswerSplitter {
  /** What the piece adds. A few characters may be held back until it is clear what they are. */
  push(piece: string): Split;
  /** What was still held back. */
  end(): Split;
}

/**
 * The one place where canonical text is made: thinking that a model writes into its answer (a leading
 * `<think>` block) is taken out, line ends become `\n`, nothing is trimmed. The pieces of `text`, joined, are the
 * canonical text, however the output was cut into pieces.
 */
export function createAnswerSplitter(): AnswerSplitter {
  let phase: 'start' | 'thinking' | 'text' = 'start';
  let held = '';
  let afterReturn = false;

  const lineEnds = (piece: string): string => {
    const joined = afterReturn && piece.startsWith('\n') ? piece.slice(1) : piece;
    if (piece !== '') afterReturn = piece.endsWith('\r');
    return joined.replace(/\r\n?/g, '\n');
  };

  const step = (final: boolean): Split => {
    if (phase === 'start') {
      const lead = held.trimStart();
      if (lead.startsWith(OPEN)) {
        phase = 'thinking';
        held = lead.slice(OPEN.length);
      } else if (!final && OPEN.startsWith(lead)) return { text: '', thinking: '' };
      else phase = 'text';
    }
    if (phase === 'text') return { text: take(), thinking: '' };
    const close = held.indexOf(CLOSE);
    if (close >= 0) {
      const thinking = held.slice(0, close);
      held = held.slice(close + CLOSE.length);
      phase = 'text';
      return { text: take(), thinking };
    }
    const keep = final ? 0 : overlap(held, CLOSE);
    const thinking = held.slice(0, held.length - keep);
    held = held.slice(held.length - keep);
    return { text: '', thinking };
  };

  const take = (): string => {
    const all = held;
    held = '';
    return all;
  };

  return {
    push: (piece) => {
      held += lineEnds(piece);
      return step(false);
    },
    end: () => step(true),
  };
}

/** Length of the longest end of `text` that begins `mark`. */
function overlap(text: string, mark: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}

/** Canonical text of a whole output. */
export function canonicalText(output: string): string {
  const splitter = createAnswerSplitter();
  return splitter.push(output).text + splitter.end().text;
}

/** Lower-case hex SHA-256 over the UTF-8 bytes. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
