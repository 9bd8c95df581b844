import type { Grammar } from './grammars.ts';

type Rewrite = (code: string) => string;

/** `$ `, `user@host:~/x$ `, `PS C:\>`, `>>> `, `In [3]: `: what stands before a typed line. */
const PROMPT =
  /^[ \t]*(?:(?:\([\w.-]+\) )?(?:[\w.-]+@[\w.-]+(?::\S*)?|~\S*)?[$%] ?(?=\S)|PS [^>\n]*> ?|[A-Za-z]:\\[^>\n]*> ?|>>> ?|irb[^>\n]*> ?|In \[\d+\]: ?)/;
const GOES_ON = /^[ \t]*(?:\.\.\.|>) /;
/** Lines of a notebook that are no Python: `!pip install x`, `%matplotlib inline`. */
const NOTEBOOK = /^[ \t]*(?:!|%{1,2}[a-z]|\?).*$/gm;
const DIFF_LINE = /^(?:@@ .*@@|(?:---|\+\+\+) \S|[+-](?![+-=]).*)$/m;
const ELLIPSIS = '(?:\\.{3,}|…)';
const ELLIPSIS_LINE = new RegExp(`^[ \\t]*[[(<{]?${ELLIPSIS}[\\])>}]?[,;]?(?:[ \\t][^\\n]*)?$`, 'gm');
/** An ellipsis that stands for something, not one that spreads what follows it. */
const ELLIPSIS_WITHIN = new RegExp(`(?<!\\.)${ELLIPSIS}(?=[ \\t]*(?:[)\\]},;:>]|//|/\\*|#|$))`, 'gm');
const STAND_IN = /<[A-Za-z][\w ./-]*>|\[[A-Za-z][\w ./-]*\](?:\.\.\.)?/g;
const HEREDOC = /<<-?[ \t]*\\?['"]?(\w+)['"]?([^\n]*)\n(?:[\s\S]*?\n)??[ \t]*\1[ \t]*(?=\n|$)/g;
const TEMPLATE = /\{\{[^{}\n]*\}\}|\{%[^\n]*?%\}/g;
const DIRECTIVE = /^[ \t]*#[ \t]*([a-z]+)/;
const QT_SECTION = /\b(?:(?:public|protected|private)[ \t]+(?:slots|Q_SLOTS)|signals|Q_SIGNALS)[ \t]*:/g;
const MACRO_LINE = /^[ \t]*[A-Z_][A-Z0-9_]{3,}(?:\([^\n]*\))?;?[ \t]*$/gm;
const MACRO_BEFORE = /\b[A-Z_][A-Z0-9_]{3,}(?:\([^()\n]*\))?[ \t]+(?=[A-Za-z_*])/g;
const MACRO_AFTER =
  /\)(?:\s+(?:[A-Z_][A-Z0-9_]{3,}|__[a-z]\w+)(?:\([^()\n]*\)|\(\([^()\n]*\)\))?)+(?=\s*[;{])/g;
const MARGIN = /^[ \t]*\d+[ \t]*[|:][ \t]?|^[ \t]*\d{1,4}(?:\t| {2,})/;

/**
 * The same code read as people write it in an answer: a session, a diff, a notebook, with line numbers, with gaps
 * shown by dots, with names to fill in. Each differs from those before it.
 */
export function codeVariants(grammar: Grammar, code: string): string[] {
  const lines = dedented(code.replace(/\r\n?/g, '\n').replace(/^\uFEFF/, ''));
  const found = new Set([lines]);
  for (const rewrite of rewritesFor(grammar)) found.add(rewrite(lines));
  let all = lines;
  for (const rewrite of rewritesFor(grammar)) all = rewrite(all);
  found.add(all);
  return [...found];
}

function rewritesFor(grammar: Grammar): Rewrite[] {
  const preprocessed = grammar === 'cpp' || grammar === 'c-sharp';
  return [
    withoutMargin,
    newSideOfDiff,
    typedLines,
    (code) => (grammar === 'python' ? code.replace(NOTEBOOK, '') : code),
    (code) => (grammar === 'bash' ? code.replace(HEREDOC, '$2').replace(STAND_IN, 'x') : code),
    (code) => code.replace(TEMPLATE, 'x'),
    (code) => (preprocessed ? firstBranches(code) : code),
    (code) => (grammar === 'cpp' ? withoutMacros(code) : code),
    // Newer than the grammar.
    (code) => (grammar === 'typescript' ? code.replace(/^export type \*/gm, 'export *') : code),
    (code) => withoutGaps(code, 'x'),
    (code) => withoutGaps(code, ''),
  ];
}

/** What a preprocessor may make of it: the first branch of each condition, and no directives. */
function firstBranches(code: string): string {
  const taken: boolean[] = [];
  const kept: string[] = [];
  let isContinued = false;
  for (const line of code.split('\n')) {
    const word: string = isContinued ? '' : (DIRECTIVE.exec(line)?.[1] ?? '');
    const isDirective: boolean = isContinued || word !== '';
    isContinued = isDirective && line.trimEnd().endsWith('\\');
    if (word.startsWith('if')) taken.push(true);
    else if (word.startsWith('el')) taken[taken.length - 1] = false;
    else if (word === 'endif') taken.pop();
    if (!isDirective && !taken.includes(false)) kept.push(line);
  }
  return kept.join('\n');
}

/** Without words in capitals where a declaration has no place for them, and with Qt's sections as ordinary ones. */
const withoutMacros = (code: string): string =>
  firstBranches(code)
    .replace(QT_SECTION, 'public:')
    .replace(MACRO_LINE, '')
    .replace(MACRO_BEFORE, '')
    .replace(MACRO_AFTER, ')');

/** Dots on a line of their own are left out; dots within a line become `instead`. */
const withoutGaps = (code: string, instead: string): string =>
  code.replace(ELLIPSIS_LINE, '').replace(ELLIPSIS_WITHIN, instead);

function typedLines(code: string): string {
  const lines = code.split('\n');
  if (!lines.some((line) => PROMPT.test(line))) return code;
  const typed: string[] = [];
  let isTyped = false;
  for (const line of lines) {
    const isPrompt = PROMPT.test(line);
    isTyped = isPrompt || (isTyped && (GOES_ON.test(line) || /\\$/.test(typed.at(-1) ?? '')));
    if (isTyped) typed.push(line.replace(isPrompt ? PROMPT : GOES_ON, ''));
    else if (/^\s*(?:#|\/\/)/.test(line)) typed.push(line);
  }
  return typed.join('\n');
}

function newSideOfDiff(code: string): string {
  if (!DIFF_LINE.test(code)) return code;
  const kept = code
    .split('\n')
    .filter((line) => !/^(?:@@ |-|\+\+\+ |diff --git |index [0-9a-f]{6,})/.test(line))
    .map((line) => line.replace(/^\+ ?/, ''));
  return dedented(kept.join('\n'));
}

function withoutMargin(code: string): string {
  const lines = code.split('\n');
  const numbered = lines.filter((line) => line.trim() === '' || MARGIN.test(line));
  if (numbered.length < lines.length) return code;
  return lines.map((line) => line.replace(MARGIN, '')).join('\n');
}

/** Without the indentation that all lines share; the first line may have lost its own. */
function dedented(code: string): string {
  const lines = code.split('\n');
  const margins = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const [first = 0, ...rest] = margins;
  const common = Math.min(first, ...rest);
  const others = rest.length > 0 ? Math.min(...rest) : 0;
  if (common > 0) return lines.map((line) => line.slice(Math.min(common, line.search(/\S|$/)))).join('\n');
  // Copied from the middle of a line: the others keep their depth, all of it or the first line's.
  if (
    first === 0 &&
    others > 0 &&
    rest.every((margin) => margin >= others) &&
    !/[:{([,=>]\s*(?:#.*|\/\/.*)?$/.test(lines.find((line) => line.trim() !== '') ?? '')
  )
    return lines.map((line) => line.slice(Math.min(others, line.search(/\S|$/)))).join('\n');
  return code;
}
