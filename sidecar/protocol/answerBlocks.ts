/*
 * One reading of an answer as prose and code, used wherever code blocks are numbered: the page names a block by
 * its number and the host takes the same block out of the canonical text.
 */

interface BlockPlace {
  /** Offsets in the text, in UTF-16 code units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** True where no later text can change this block. */
  readonly done: boolean;
}
export type AnswerBlock =
  | (BlockPlace & { readonly kind: 'text'; readonly text: string })
  | (BlockPlace & { readonly kind: 'code'; readonly language: string; readonly code: string });
export interface CodeBlock {
  /** First word after the opening fence, lower case; empty where there is none. */
  readonly language: string;
  /** Lines between the fences, joined by `\n`, without the fence's own indentation. */
  readonly code: string;
}

interface Fence {
  readonly indent: number;
  readonly mark: string;
  readonly language: string;
}
interface Line {
  readonly text: string;
  readonly start: number;
  /** Offset after the line break. */
  readonly end: number;
  /** False for a last line without a line break: it may still grow. */
  readonly whole: boolean;
}

const OPENING = /^([ \t]*)(`{3,}|~{3,})[ \t]*([^\n]*)$/;
const LIST_ITEM = /^[ \t]{0,3}(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)/;

/**
 * Blocks of `text` in order. A fence may stand at any depth of indentation, since answers put code into lists.
 * Reading may start again at the `end` of any block that is done: `splitAnswer(text.slice(end))`.
 */
export function splitAnswer(text: string): AnswerBlock[] {
  const lines = linesOf(text);
  const blocks: AnswerBlock[] = [];
  let at = 0;
  while (at < lines.length) {
    const fence = openingFence(lines[at]?.text ?? '');
    const next = fence ? readCode(lines, at, fence, blocks) : readText(lines, at, text, blocks);
    at = next;
  }
  return blocks;
}

/** Fenced code of an answer, in order; the position is the block number of intents. */
export function codeBlocks(text: string): CodeBlock[] {
  return splitAnswer(text).flatMap((block) =>
    block.kind === 'code' ? [{ language: block.language, code: block.code }] : [],
  );
}

function readCode(lines: readonly Line[], from: number, fence: Fence, blocks: AnswerBlock[]): number {
  const content: string[] = [];
  let at = from + 1;
  let closed = false;
  let done = false;
  for (; at < lines.length && !closed; at++) {
    const line = lines[at];
    if (!line) break;
    closed = closes(line.text, fence);
    done = closed && line.whole;
    if (!closed) content.push(withoutIndent(line.text, fence.indent));
  }
  const last = lines[at - 1];
  const place = { start: lines[from]?.start ?? 0, end: last?.end ?? 0, done };
  blocks.push({ kind: 'code', language: fence.language, code: content.join('\n'), ...place });
  return at;
}

function readText(lines: readonly Line[], from: number, text: string, blocks: AnswerBlock[]): number {
  const list = LIST_ITEM.test(lines[from]?.text ?? '');
  let at = from;
  let blank = false;
  let done = false;
  for (; at < lines.length; at++) {
    const line = lines[at];
    if (!line) break;
    const empty = line.text.trim() === '';
    const fence = at > from && openingFence(line.text) !== undefined;
    if (fence || (blank && !empty && !continues(line.text, list))) {
      // A last line may still turn into inline code or a list item that belongs here.
      done = line.whole;
      break;
    }
    blank = blank || (empty && at > from);
    if (!empty) blank = false;
  }
  const start = lines[from]?.start ?? 0;
  const end = lines[at - 1]?.end ?? start;
  blocks.push({ kind: 'text', text: text.slice(start, end), start, end, done });
  return at;
}

/** True where a line after an empty one still belongs to the block: an indented line, or the next list item. */
function continues(line: string, list: boolean): boolean {
  return /^[ \t]/.test(line) || (list && LIST_ITEM.test(line));
}

function openingFence(line: string): Fence | undefined {
  const match = OPENING.exec(line);
  if (!match) return undefined;
  const [, indent = '', mark = '', info = ''] = match;
  if (mark.startsWith('`') && info.includes('`')) return undefined;
  return { indent: indent.length, mark, language: (info.trim().split(/\s/)[0] ?? '').toLowerCase() };
}

function closes(line: string, fence: Fence): boolean {
  const mark = line.trim();
  const sign = fence.mark.slice(0, 1);
  return mark.length >= fence.mark.length && mark === sign.repeat(mark.length);
}

function withoutIndent(line: string, indent: number): string {
  let cut = 0;
  while (cut < indent && (line[cut] === ' ' || line[cut] === '\t')) cut++;
  return line.slice(cut);
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  while (start < text.length) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed + 1;
    lines.push({ text: text.slice(start, feed < 0 ? end : feed), start, end, whole: feed >= 0 });
    start = end;
  }
  return lines;
}
