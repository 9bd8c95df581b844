import { occurrences } from './occurrences.ts';

/** Named, countable properties of an answer. Counts, so that an edit can be compared with what it started from. */
export interface TextFeatures {
  readonly chars: number;
  /** Words outside code blocks. */
  readonly proseWords: number;
  readonly codeBlocks: number;
  /** Lines inside code blocks, or all lines where the text is bare code. */
  readonly codeLines: number;
  readonly errorHandling: number;
  readonly docs: number;
  readonly types: number;
  readonly tests: number;
}

const FENCE = /^\s{0,3}(?:```|~~~)/;
const CODE_LIKE =
  /^\s*(?:(?:export|async|public|private|static)\s+)*(?:def|class|function|const|let|var|import|from|return|if|for|while|try|func|fn|struct|#include|package)\b|[{};]\s*$/;
const PATTERNS = {
  errorHandling:
    /\b(?:try\s*[:{]|except\b|catch\s*[({]|raise\s+\w|throw\s+new\b|throws\b|if\s+err\s*!=|Result<|\.catch\(|finally\s*[:{]|panic!|Err\()/g,
  docs: /"""|'''|\/\*\*|^[ \t]*(?:\/\/|#(?!include|!|\s*-\*-))|@param\b|@returns?\b/gm,
  types:
    /\)\s*->\s*\w|\b\w+\??\s*:\s*(?:str|int|float|bool|list|dict|tuple|None|Any|Optional|string|number|boolean|void|unknown|Promise|Array|Record|Map)\b/g,
  tests:
    /\b(?:def\s+test_|assert\s|assert[A-Z]\w*\(|expect\(|describe\(|it\(\s*['"]|unittest|pytest|@Test\b|func\s+Test[A-Z])/g,
} as const;

/** Splits an answer into its prose and its code. Text without a fence that looks like code counts as code. */
export function splitProse(text: string): {
  readonly prose: string;
  readonly code: string;
  readonly blocks: number;
} {
  const prose: string[] = [];
  const code: string[] = [];
  let inside = false;
  let blocks = 0;
  for (const line of text.split('\n')) {
    if (FENCE.test(line)) {
      inside = !inside;
      if (inside) blocks += 1;
    } else if (inside) code.push(line);
    else prose.push(line);
  }
  const filled = prose.filter((line) => line.trim() !== '');
  const codeLike = filled.filter((line) => CODE_LIKE.test(line)).length;
  if (blocks === 0 && codeLike > 0 && codeLike * 3 >= filled.length)
    return { prose: '', code: text, blocks: 0 };
  return { prose: prose.join('\n'), code: code.join('\n'), blocks };
}

/** The features of one text. Linear in its length. */
export function textFeatures(text: string): TextFeatures {
  const { prose, code, blocks } = splitProse(text);
  return {
    chars: text.length,
    proseWords: occurrences(prose, /\S+/g),
    codeBlocks: blocks,
    codeLines: code === '' ? 0 : code.split('\n').filter((line) => line.trim() !== '').length,
    errorHandling: occurrences(code, PATTERNS.errorHandling),
    docs: occurrences(code, PATTERNS.docs),
    types: occurrences(code, PATTERNS.types),
    tests: occurrences(code, PATTERNS.tests),
  };
}

export const EDIT_SIGNALS = [
  'shorter',
  'longer',
  'addedErrorHandling',
  'removedErrorHandling',
  'addedDocs',
  'removedDocs',
  'addedTypes',
  'removedTypes',
  'addedTests',
  'removedTests',
  'codeOnly',
  'addedExplanation',
] as const;
export type EditSignal = (typeof EDIT_SIGNALS)[number];

const SHORTER = 0.75;
const LONGER = 1.5;
/** Prose of fewer words is a heading or a leftover, not an explanation. */
const SOME_PROSE = 8;

/** What a person's correction changed, by name. Empty where nothing that has a name did. */
export function editSignals(original: string, edited: string): EditSignal[] {
  const before = textFeatures(original);
  const after = textFeatures(edited);
  const signals: EditSignal[] = [];
  const compare = (a: number, b: number, added: EditSignal, removed: EditSignal): void => {
    if (b > a) signals.push(added);
    if (b < a) signals.push(removed);
  };
  const hasCode = before.codeLines > 0 && after.codeLines > 0;
  if (hasCode) {
    compare(before.errorHandling, after.errorHandling, 'addedErrorHandling', 'removedErrorHandling');
    compare(before.docs, after.docs, 'addedDocs', 'removedDocs');
    compare(before.types, after.types, 'addedTypes', 'removedTypes');
    compare(before.tests, after.tests, 'addedTests', 'removedTests');
    if (before.proseWords >= SOME_PROSE && after.proseWords === 0) signals.push('codeOnly');
    if (before.proseWords === 0 && after.proseWords >= SOME_PROSE) signals.push('addedExplanation');
  }
  // A length that follows from a named change, or from code where there was none, says nothing of its own.
  const sameKind = before.codeLines > 0 === after.codeLines > 0;
  if (before.chars > 0 && sameKind && signals.length === 0) {
    if (after.chars <= before.chars * SHORTER) signals.push('shorter');
    if (after.chars >= before.chars * LONGER) signals.push('longer');
  }
  return signals;
}
