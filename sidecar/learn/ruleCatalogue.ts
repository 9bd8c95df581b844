/** A rule that Whetstone can learn by itself, and what speaks for it. */
export interface RuleTemplate {
  readonly id: string;
  /** One positive sentence, as the model is told it. */
  readonly text: string;
  /** The same in three words or so, for the line after a decision. */
  readonly short: string;
  /** Reason tags, on denials and approvals alike, that speak for it. */
  readonly tags: readonly string[];
  /** Signals of an edit that speak for it. */
  readonly edits: readonly string[];
  /** Signals of an edit that speak against it. */
  readonly editsAgainst: readonly string[];
  /** Words in a note that mean this rule rather than one of the user's own. */
  readonly mentions: RegExp;
  /** Rules that can't hold together with it. */
  readonly contradicts: readonly string[];
}

const rule = (
  id: string,
  text: string,
  short: string,
  tags: string,
  edits: string,
  mentions: RegExp,
  more: Partial<Pick<RuleTemplate, 'contradicts' | 'editsAgainst'>> = {},
): RuleTemplate => ({
  id,
  text,
  short,
  tags: tags.split(' ').filter(Boolean),
  edits: edits.split(' ').filter(Boolean),
  editsAgainst: more.editsAgainst ?? [],
  mentions,
  contradicts: more.contradicts ?? [],
});

const NEVER = /(?!)/;

/** Every rule that tags and edits can make. Ids are part of what is recorded: never reuse or rename one. */
export const RULE_CATALOGUE: readonly RuleTemplate[] = [
  rule(
    'errors',
    'Handle errors and edge cases in the code.',
    'errors handled',
    'missing_error_handling good_error_handling',
    'addedErrorHandling',
    /\b(?:error|exception)s?[- ]?(?:handling)?\b|\btry\b|\bedge cases?\b/i,
    { editsAgainst: ['removedErrorHandling'] },
  ),
  rule(
    'short',
    'Keep the answer short and to the point.',
    'shorter answers',
    'too_long concise',
    'shorter',
    /\bshort(?:er)?\b|\bconcise\b|\bbrief\b/i,
    {
      contradicts: ['thorough', 'explain'],
    },
  ),
  rule(
    'simple',
    'Choose the simplest solution that works.',
    'simpler solutions',
    'too_complex',
    '',
    /\bsimpl(?:e|er|icity)\b/i,
  ),
  rule(
    'tests',
    'Include tests for the code.',
    'tests included',
    'missing_tests well_tested',
    'addedTests',
    /\b(?:unit )?tests?\b/i,
    {
      editsAgainst: ['removedTests'],
    },
  ),
  rule(
    'correct',
    'Check that the code does exactly what was asked before answering.',
    'checked against the question',
    'wrong',
    '',
    NEVER,
  ),
  rule(
    'secure',
    'Validate input and write code that is safe against misuse.',
    'safer code',
    'insecure',
    '',
    /\bsecur(?:e|ity)\b|\bvalidat(?:e|ion)\b/i,
  ),
  rule(
    'fast',
    'Prefer efficient algorithms and avoid needless work.',
    'faster code',
    'slow',
    '',
    /\bperforman(?:ce|t)\b|\befficien(?:t|cy)\b/i,
  ),
  rule('style', 'Follow the style of the surrounding code.', 'your code style', 'style', '', NEVER),
  rule(
    'names',
    'Use clear, descriptive names.',
    'clearer names',
    'poor_names',
    '',
    /\b(?:better|clear|descriptive|good|variable) nam(?:es|ing)\b/i,
  ),
  rule(
    'docs',
    'Document functions with a short comment or docstring.',
    'documented functions',
    'missing_docs',
    'addedDocs',
    /\bdoc(?:string|ument(?:ation)?|s)?s?\b|\bcomments?\b/i,
    { editsAgainst: ['removedDocs'] },
  ),
  rule('onTopic', 'Answer only what was asked.', 'answers on topic', 'off_topic', '', NEVER),
  rule(
    'clear',
    'Write clear code that is easy to follow.',
    'clear code',
    'clear',
    '',
    /\breadab(?:le|ility)\b/i,
  ),
  rule(
    'structure',
    'Split code into small functions with one job each.',
    'small functions',
    'good_structure',
    '',
    /\bsmall(?:er)? functions?\b/i,
  ),
  rule(
    'architecture',
    'Keep concerns apart, with clear interfaces between them.',
    'separated concerns',
    'good_architecture',
    '',
    NEVER,
  ),
  rule(
    'types',
    'Annotate parameters and return values with types.',
    'typed code',
    '',
    'addedTypes',
    // "Result types" are types of their own, not annotations.
    /\b[Tt]yp(?:ed|ing)\b|\b[Tt]ype[- ](?:hints?|annotations?)\b|(?<![A-Z]\w+ )\b[Tt]ypes?\b/,
    {
      editsAgainst: ['removedTypes'],
    },
  ),
  rule(
    'codeOnly',
    'Answer with the code only, without explanation.',
    'code only',
    '',
    'codeOnly',
    /\b(?:code only|only (?:the )?code|just (?:the )?code)\b/i,
    {
      contradicts: ['explain'],
    },
  ),
  rule(
    'explain',
    'Explain the code in a sentence or two.',
    'a short explanation',
    '',
    'addedExplanation',
    /\bexplanations?\b|\bexplain\b/i,
    {
      contradicts: ['codeOnly', 'short'],
    },
  ),
  rule(
    'thorough',
    'Give a complete answer with the detail it needs.',
    'more detail',
    'too_short incomplete',
    'longer',
    /\bmore detail(?:s|ed)?\b|\bcomplete\b/i,
    {
      contradicts: ['short'],
    },
  ),
];
