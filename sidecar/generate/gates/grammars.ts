/**
 * Grammars that ship, by the name in their file; `json` is read with the one of JavaScript. Not the one for
 * PowerShell: it finds errors in real scripts.
 */
export const GRAMMARS = [
  'bash',
  'c-sharp',
  'cpp',
  'css',
  'go',
  'java',
  'javascript',
  'json',
  'php',
  'python',
  'ruby',
  'rust',
  'tsx',
  'typescript',
] as const;
export type Grammar = (typeof GRAMMARS)[number];

/** Words after a fence, and the editor's language ids. C is read as C++, which forgives more. */
const WORDS: Readonly<Record<Grammar, string>> = {
  bash: 'bash sh shell shellscript zsh console shell-session shellsession terminal',
  'c-sharp': 'csharp c# cs',
  cpp: 'cpp c++ cc cxx hpp h++ c h',
  css: 'css',
  go: 'go golang',
  java: 'java',
  javascript: 'javascript js mjs cjs node nodejs jsx javascriptreact',
  json: 'json jsonc json5',
  php: 'php php5 php7 php8',
  python: 'python py python3 py3 python2 ipython pycon jupyter',
  ruby: 'ruby rb',
  rust: 'rust rs',
  tsx: 'tsx typescriptreact',
  typescript: 'typescript ts mts cts',
};

const BY_WORD: ReadonlyMap<string, Grammar> = new Map(
  GRAMMARS.flatMap((grammar) => WORDS[grammar].split(' ').map((word): [string, Grammar] => [word, grammar])),
);

/** The grammar for a word after a fence or a language id: `python`, `{.python}`, `ts:src/app.ts`, `js{1,3}`. */
export function grammarOf(word: string): Grammar | undefined {
  const bare = word.toLowerCase().replace(/^[{.]+/, '');
  return BY_WORD.get(bare) ?? BY_WORD.get(bare.split(/[:{}(,;=]/)[0] ?? '');
}

/** The file of a grammar. */
export const grammarFile = (grammar: Grammar): string =>
  `tree-sitter-${grammar === 'json' ? 'javascript' : grammar}.wasm`;

/** Grammars that may read what the named one can't, because people write the one word and mean the other. */
export const RELATED: Readonly<Partial<Record<Grammar, readonly Grammar[]>>> = {
  javascript: ['tsx'],
  typescript: ['tsx'],
  tsx: ['typescript'],
  json: ['javascript'],
};
