import { logOccurrences, occurrences } from '../occurrences.ts';
import type { AnswerText } from './answerText.ts';

const COMMENT_LINE = /^[ \t]*(?:#(?!include|!)|\/\/|\/\*|\*|--)/;
const COMMENT_BEHIND = /\S[ \t]+(?:#|\/\/)[ \t]/;
const IDENTIFIER = /\b[a-zA-Z_]\w*\b/g;
const LONG_LINE = 120;

const PATTERNS = {
  err: /\b(?:try|except|catch|raise|throw|throws|finally|Result<|Err\(|errno|rescue)\b/g,
  guard: /\bif not \w|\bis None|== null|=== null|undefined|isinstance\(|len\(\w{1,80}\) == 0|\.length === 0/g,
  tests: /\bassert|\bexpect\(|\bdescribe\(|unittest|pytest|@Test|\btest_\w+/g,
  print: /\bprint\(|console\.log|System\.out|printf|cout|puts /g,
  imports: /^[ \t]*(?:import|from|#include|using|require|const [^\n]{0,120}require\()/gm,
  n_func: /\bdef |\bfunction\b|=>|\bfn |\bfunc /g,
  n_class: /\bclass |\binterface |\bstruct /g,
  compreh: /\bfor \w{1,80}(?:, ?\w{1,80})? in [^\n]{0,200}[\])}]|\.map\(|\.filter\(|\.reduce\(/g,
  loops: /\b(?:for|while)\b/g,
  ifs: /\b(?:if|elif|else|switch|case)\b/g,
  returns: /\breturn\b/g,
  const: /\bconst\b/g,
  var: /\bvar\b/g,
  risky:
    /\beval\(|\bexec\(|shell=True|md5|sha1|pickle\.|yaml\.load\(|innerHTML|http:\/\/|os\.system|verify=False|strcpy|gets\(|sprintf|random\.|debug=True|password[ \t]{0,20}=/g,
  safe: /sha256|secrets\.|escape\(|parameteri|sanitiz|validate|with open|bcrypt|html\.escape|shlex|safe_load/g,
} as const;

const FLAGS = {
  docstring: /"""|'''|\/\*\*/,
  type_hints:
    /->[ \t]*\w|\b\w{1,80}[ \t]*:[ \t]*(?:int|str|float|bool|list|dict|List|Dict|Optional|Tuple|string|number|boolean|any|void|Promise)\b/,
  main: /__main__|public static void main|int main\(/,
  async: /async |await /,
  lambda: /lambda /,
} as const;

const flag = (text: string, pattern: RegExp): number => (pattern.test(text) ? 1 : 0);
const share = (lines: readonly string[], pattern: RegExp): number =>
  lines.filter((line) => pattern.test(line)).length / Math.max(1, lines.length);

/** What the code of an answer is like. All zero where there is none, but for flags of its absence. */
export function codeFeatures({ code, codeLines }: AnswerText) {
  return {
    ...layout(code, codeLines),
    ...names(code),
    comment_ratio: share(codeLines, COMMENT_LINE),
    inline_comment_ratio: share(codeLines, COMMENT_BEHIND),
    docstring: flag(code, FLAGS.docstring),
    type_hints: flag(code, FLAGS.type_hints),
    main: flag(code, FLAGS.main),
    async: flag(code, FLAGS.async),
    lambda: flag(code, FLAGS.lambda),
    err: logOccurrences(code, PATTERNS.err),
    guard: logOccurrences(code, PATTERNS.guard),
    tests: logOccurrences(code, PATTERNS.tests),
    print: logOccurrences(code, PATTERNS.print),
    imports: logOccurrences(code, PATTERNS.imports),
    n_func: logOccurrences(code, PATTERNS.n_func),
    n_class: logOccurrences(code, PATTERNS.n_class),
    compreh: logOccurrences(code, PATTERNS.compreh),
    loops: logOccurrences(code, PATTERNS.loops),
    ifs: logOccurrences(code, PATTERNS.ifs),
    returns: logOccurrences(code, PATTERNS.returns),
    const: logOccurrences(code, PATTERNS.const),
    var: logOccurrences(code, PATTERNS.var),
    risky: logOccurrences(code, PATTERNS.risky),
    safe: logOccurrences(code, PATTERNS.safe),
  };
}

/** Line lengths in units of 40, depth in steps of four levels of four spaces or one tab. */
function layout(code: string, lines: readonly string[]) {
  let total = 0;
  let longest = 1;
  let deepest = 0;
  for (const line of lines) {
    total += line.length;
    longest = Math.max(longest, line.length);
    const spaces = line.length - line.replace(/^ +/, '').length;
    deepest = Math.max(deepest, spaces / 4 + occurrences(line, /\t/g));
  }
  const allLines = code === '' ? 1 : code.split('\n').length;
  return {
    avg_line: Math.min(LONG_LINE, total / Math.max(1, lines.length)) / 40,
    max_line: Math.log(longest),
    depth: Math.min(3, deepest / 4),
    blank: code === '' ? 0 : 1 - lines.length / allLines,
  };
}

function names(code: string) {
  const identifiers = code.match(IDENTIFIER) ?? [];
  let units = 0;
  let short = 0;
  let snake = 0;
  let camel = 0;
  for (const name of identifiers) {
    units += name.length;
    if (name.length === 1) short += 1;
    if (/[^_]_+[^_]/.test(name)) snake += 1;
    if (/[a-z][A-Z]/.test(name)) camel += 1;
  }
  const n = Math.max(1, identifiers.length);
  return { idlen: units / n / 5, short_ids: short / n, snake: snake / n, camel: camel / n };
}
