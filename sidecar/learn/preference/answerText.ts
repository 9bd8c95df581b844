/** An answer taken apart, as the features read it. Lengths count UTF-16 units. */
export interface AnswerText {
  /** The text itself, cut at `MAX_ANSWER`. */
  readonly text: string;
  /** Code of all fenced blocks; the whole text where it is bare code. */
  readonly code: string;
  readonly prose: string;
  /** Info strings of the fenced blocks, trimmed, in lower case. */
  readonly languages: readonly string[];
  /** Units before the first block and after the last one. */
  readonly before: number;
  readonly after: number;
  /** Lines of the code that are not blank. */
  readonly codeLines: readonly string[];
}

/** What lies behind is not read: the cost of one answer stays bounded. */
export const MAX_ANSWER = 24_000;

const FENCE = '```';
const CODE_LIKE =
  /[{};][ \t]*$|^[ \t]*(?:def |class |import |from \w+ import|return\b|if [^\n]{0,200}:|for [^\n]{0,200}:|#include|const |let |var |function |public |\w+[ \t]*=[ \t]*\S)/;
const CODE_SHARE = 0.3;

/** Splits an answer into code and prose. A block that is never closed reaches to the end. */
export function answerText(whole: string): AnswerText {
  const text = whole.length > MAX_ANSWER ? whole.slice(0, MAX_ANSWER) : whole;
  const parts = fenced(text);
  if (parts.languages.length > 0) return withLines(text, parts);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const codeLike = lines.filter((line) => CODE_LIKE.test(line)).length;
  const bare = lines.length > 0 && codeLike / lines.length > CODE_SHARE;
  return withLines(
    text,
    bare
      ? { code: text, prose: '', languages: [], before: 0, after: 0 }
      : { code: '', prose: text, languages: [], before: text.length, after: 0 },
  );
}

type Parts = Pick<AnswerText, 'code' | 'prose' | 'languages' | 'before' | 'after'>;

function fenced(text: string): Parts {
  const code: string[] = [];
  const languages: string[] = [];
  const prose: string[] = [];
  let from = 0;
  let end = 0;
  for (;;) {
    const open = text.indexOf(FENCE, from);
    const line = open < 0 ? -1 : text.indexOf('\n', open);
    if (line < 0) break;
    const info = text.slice(open + FENCE.length, line);
    if (info.includes('`')) {
      from = open + FENCE.length;
      continue;
    }
    const close = text.indexOf(FENCE, line + 1);
    languages.push(info.trim().toLowerCase());
    code.push(text.slice(line + 1, close < 0 ? text.length : close));
    prose.push(text.slice(end, open));
    end = close < 0 ? text.length : close + FENCE.length;
    from = end;
  }
  prose.push(text.slice(end));
  const first = text.indexOf(FENCE);
  return {
    code: code.join('\n'),
    prose: prose.join('\n'),
    languages,
    before: Math.max(0, first),
    after: text.length - end,
  };
}

const withLines = (text: string, parts: Parts): AnswerText => ({
  ...parts,
  text,
  codeLines: parts.code.split('\n').filter((line) => line.trim() !== ''),
});
