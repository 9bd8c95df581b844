import type { FeatureName } from './featureNames.ts';

/** How a feature is spoken of: what is said to the user, and the phrases by which a note names it. */
export interface FeatureWords {
  /** Follows "more" or "less". */
  readonly label: string;
  /** Further phrases, in lower case; the label is always one. */
  readonly phrases: readonly string[];
}

/** Features that have a name people use. Others are learned from too, but are never named. */
export const FEATURE_WORDS: Partial<Readonly<Record<FeatureName, FeatureWords>>> = {
  log_chars: { label: 'length', phrases: ['long', 'longer', 'text'] },
  log_code_lines: { label: 'code', phrases: ['lines of code', 'code lines'] },
  code_frac: { label: 'code share', phrases: ['share of code'] },
  n_blocks: { label: 'code blocks', phrases: ['blocks'] },
  max_line: { label: 'long lines', phrases: ['line length'] },
  comment_ratio: { label: 'comments', phrases: ['comment lines', 'commented'] },
  inline_comment_ratio: { label: 'inline comments', phrases: ['comments behind code', 'trailing comments'] },
  docstring: { label: 'docstrings', phrases: ['docstring', 'documentation', 'jsdoc', 'docs'] },
  type_hints: { label: 'type hints', phrases: ['type hint', 'type annotations', 'types', 'typing'] },
  err: { label: 'error handling', phrases: ['error handler', 'exceptions', 'try', 'catch', 'errors'] },
  guard: { label: 'guards', phrases: ['guard clauses', 'null checks', 'input checks', 'checks'] },
  tests: { label: 'tests', phrases: ['test', 'unit tests', 'asserts', 'assertions'] },
  print: { label: 'print calls', phrases: ['prints', 'print', 'logging', 'console output'] },
  main: { label: 'main blocks', phrases: ['main block', 'main function'] },
  imports: { label: 'imports', phrases: ['import', 'dependencies'] },
  n_func: { label: 'functions', phrases: ['small functions', 'helpers'] },
  n_class: { label: 'classes', phrases: ['class'] },
  compreh: { label: 'comprehensions', phrases: ['comprehension', 'map and filter', 'functional style'] },
  loops: { label: 'loops', phrases: ['loop', 'for loops', 'while loops'] },
  ifs: { label: 'branches', phrases: ['if statements', 'conditionals', 'branching'] },
  returns: { label: 'returns', phrases: ['return statements', 'early returns'] },
  async: { label: 'async code', phrases: ['async', 'await'] },
  lambda: { label: 'lambdas', phrases: ['lambda'] },
  depth: { label: 'nesting', phrases: ['nested', 'indentation', 'depth'] },
  idlen: { label: 'descriptive names', phrases: ['long names', 'descriptive'] },
  short_ids: { label: 'one-letter names', phrases: ['short names', 'single-letter names', 'cryptic names'] },
  snake: { label: 'snake case', phrases: ['snake_case'] },
  camel: { label: 'camel case', phrases: ['camelcase'] },
  const: { label: 'constants', phrases: ['const'] },
  var: { label: 'var declarations', phrases: ['var'] },
  risky: { label: 'risky calls', phrases: ['eval', 'unsafe calls', 'risky', 'insecure calls'] },
  safe: { label: 'safe calls', phrases: ['sanitizing', 'validation', 'escaping'] },
  placeholder: { label: 'placeholders', phrases: ['placeholder', 'stubs', 'unfinished parts'] },
  headers: { label: 'headings', phrases: ['headers', 'heading'] },
  bullets: { label: 'bullet points', phrases: ['bullets', 'bullet lists'] },
  numbered: { label: 'numbered steps', phrases: ['numbered lists', 'steps', 'step by step'] },
  bold: { label: 'bold text', phrases: ['bold'] },
  inlcode: { label: 'inline code', phrases: ['backticks'] },
  table: { label: 'tables', phrases: ['table'] },
  log_pre: { label: 'introduction', phrases: ['preamble', 'intro', 'text before the code'] },
  log_post: { label: 'text after the code', phrases: ['epilogue', 'text behind the code'] },
  log_prose: { label: 'prose', phrases: ['explanation', 'explanations', 'explaining', 'talk', 'chatter'] },
  sure: { label: 'opening phrases', phrases: ['opening phrase', 'sure', 'certainly'] },
  sorry: { label: 'apologies', phrases: ['apology', 'apologizing', 'sorry'] },
  closing: { label: 'closing phrases', phrases: ['closing phrase', 'closing remarks', 'let me know'] },
  endq: { label: 'closing questions', phrases: ['question at the end'] },
  example: { label: 'examples', phrases: ['example', 'usage example', 'example usage'] },
  note: { label: 'notes', phrases: ['warnings', 'caveats'] },
  complex: { label: 'complexity notes', phrases: ['time complexity', 'big o'] },
  prompt_cov: { label: 'of what was asked', phrases: ['what i asked', 'my question'] },
  rep4: { label: 'repetition', phrases: ['repetitive', 'repeats', 'repeating'] },
  nonascii: { label: 'special characters', phrases: ['emoji', 'emojis', 'unicode'] },
};
