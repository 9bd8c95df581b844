import { neutralMarks } from '../generate/neutralMarks.ts';

export interface Holdable {
  readonly text: string;
  /** What was changed, for a person; empty where nothing was. */
  readonly changes: readonly string[];
}

/** A quote that the format would take for the end of the text. It has no way to escape it. */
const CLOSING_QUOTE = /"""[ \t]*(?=\n)/;
/** Everything but line feed and tab that the server's own reader drops. */
const DROPPED = /[^\p{L}\p{M}\p{N}\p{P}\p{S} \n\t]/gu;
const WIDE_SPACE = /\p{Zs}/u;

/**
 * The text as a Modelfile can hold it: read back, it is exactly this. Nothing is lost unseen: what can't be held is
 * replaced by something visible, and said.
 */
export function holdableText(original: string): Holdable {
  const changes: string[] = [];
  const apply = (text: string, changed: string, what: string): string => {
    if (changed !== text) changes.push(what);
    return changed;
  };
  let text = apply(original, original.replace(/\r\n?/g, '\n'), 'line ends are line feeds');
  text = apply(text, text.replace(/[\u2028\u2029]/g, '\n'), 'line separators are line feeds');
  text = apply(text, text.replace(DROPPED, visible), 'invisible characters are written out');
  text = apply(text, neutralMarks(text), 'role marks are pulled apart');
  if (CLOSING_QUOTE.test(text)) text = apply(text, text.replaceAll('"""', "'''"), "triple quotes are '''");
  return { text, changes };
}

function visible(char: string): string {
  if (WIDE_SPACE.test(char)) return ' ';
  const code = char.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return '\uFFFD';
  return `\\u{${code.toString(16)}}`;
}
