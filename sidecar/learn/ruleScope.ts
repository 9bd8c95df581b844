import type { Category } from '../protocol/words.ts';

/** A rule without a scope holds for every request. The others are `language:<id>` and `category:<name>`. */
export const ALWAYS = 'always';

/** What a request is about, as far as scopes ask. */
export interface RequestTopic {
  /** Language id of the editor. */
  readonly language: string | undefined;
  readonly category: Category;
  readonly prompt: string;
}

interface Language {
  /** As the editor calls it; dialects begin with it. */
  readonly id: string;
  readonly name: string;
  readonly words: string;
}

const LANGUAGES: readonly Language[] = [
  { id: 'typescript', name: 'TypeScript', words: 'typescript|ts|tsx' },
  { id: 'javascript', name: 'JavaScript', words: 'javascript|js|jsx' },
  { id: 'python', name: 'Python', words: 'python|py' },
  { id: 'rust', name: 'Rust', words: 'rust' },
  { id: 'go', name: 'Go', words: 'golang|go' },
  { id: 'java', name: 'Java', words: 'java' },
  { id: 'kotlin', name: 'Kotlin', words: 'kotlin' },
  { id: 'csharp', name: 'C#', words: 'c#|csharp' },
  { id: 'cpp', name: 'C++', words: 'c\\+\\+|cpp' },
  { id: 'c', name: 'C', words: 'c' },
  { id: 'ruby', name: 'Ruby', words: 'ruby' },
  { id: 'php', name: 'PHP', words: 'php' },
  { id: 'swift', name: 'Swift', words: 'swift' },
  { id: 'sql', name: 'SQL', words: 'sql' },
  { id: 'shellscript', name: 'shell scripts', words: 'bash|shell|shell scripts?' },
  { id: 'html', name: 'HTML', words: 'html' },
  { id: 'css', name: 'CSS', words: 'css' },
];

const CATEGORY_WORDS: Partial<Readonly<Record<Category, { readonly name: string; readonly words: string }>>> =
  {
    testing: { name: 'tests', words: '(?:in|for) (?:unit |integration )?tests?|when testing' },
    debugging: { name: 'fixes', words: '(?:in|for) (?:bug ?)?fix(?:es)?|when (?:debugging|fixing)' },
    refactoring: { name: 'refactorings', words: '(?:in|for) refactorings?|when refactoring' },
    explanation: { name: 'explanations', words: '(?:in|for) explanations?|when explaining' },
    documentation: { name: 'documentation', words: '(?:in|for) (?:docs|documentation)|when documenting' },
    design: { name: 'designs', words: '(?:in|for) designs?|when designing' },
  };

const AFTER = String.raw`(?![\w+#-])`;
const IN_LANGUAGE = LANGUAGES.map(({ id, words }) => ({
  id,
  sign: new RegExp(
    String.raw`\b(?:in|for|with|when (?:writing|using)) (?:my |our )?(?:${words})${AFTER}`,
    'i',
  ),
}));
const IN_CATEGORY = Object.entries(CATEGORY_WORDS).map(([category, { words }]) => ({
  category,
  sign: new RegExp(String.raw`\b(?:${words})${AFTER}`, 'i'),
}));
/** Short words that are also words of plain English are languages only after "in" and the like. */
const NAMED = LANGUAGES.map(({ id, words }) => ({
  id,
  sign: new RegExp(
    id === 'c' || id === 'go'
      ? String.raw`\b(?:in|for|with|using) (?:${words})${AFTER}|\bgolang\b`
      : String.raw`(?<![\w-])(?:${words})${AFTER}`,
    'i',
  ),
}));

/** The scope that a sentence names: "in Python, use type hints". A language goes before a kind of work. */
export function noteScope(sentence: string): string {
  const language = IN_LANGUAGE.find(({ sign }) => sign.test(sentence));
  if (language) return `language:${language.id}`;
  const category = IN_CATEGORY.find(({ sign }) => sign.test(sentence));
  return category ? `category:${category.category}` : ALWAYS;
}

/** Whether a rule of that scope is about this request. What the prompt names goes before the open file. */
export function isInScope(scope: string, { language, category, prompt }: RequestTopic): boolean {
  if (scope === ALWAYS) return true;
  const [kind, value = ''] = scope.split(':');
  if (kind === 'category') return value === category;
  const named = NAMED.filter(({ id, sign }) => id !== 'c' && sign.test(prompt)).map(({ id }) => id);
  if (named.length > 0) return named.includes(value);
  return language !== undefined && (language === value || (value.length > 2 && language === `${value}react`));
}

/** Id of a rule within a scope. */
export const scopedRule = (rule: string, scope: string): string =>
  scope === ALWAYS ? rule : `${rule}@${scope}`;

export const unscopedRule = (id: string): string => id.split('@')[0] ?? id;

export function scopeOf(id: string): string {
  const at = id.indexOf('@');
  return at < 0 ? ALWAYS : id.slice(at + 1);
}

/** "Use type hints." becomes "In Python, use type hints." */
export function scopedText(text: string, scope: string): string {
  const first = text.slice(0, 1).toLowerCase();
  return `In ${nameOf(scope)}, ${first}${text.slice(1)}`;
}

export const scopedShort = (short: string, scope: string): string => `${short} in ${nameOf(scope)}`;

function nameOf(scope: string): string {
  const [kind, value = ''] = scope.split(':');
  if (kind === 'language') return LANGUAGES.find((each) => each.id === value)?.name ?? value;
  return Object.entries(CATEGORY_WORDS).find(([category]) => category === value)?.[1].name ?? value;
}
