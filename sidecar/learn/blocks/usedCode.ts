/** Code without what is only said in it. */
export interface UsedCode {
  /** Names and keywords, line by line; comments and texts in quotes are left out. */
  readonly code: string;
  /** Lines that bring something in, with the quoted names of what they bring in. */
  readonly imports: string;
}

/** Longer texts in quotes are no names; a bound keeps stray quotes cheap. */
const STRING =
  /[fF]?"""[\s\S]*?(?:"""|(?![\s\S]))|[fF]?'''[\s\S]*?(?:'''|(?![\s\S]))|[fF]?"(?:[^"\\\n]|\\.){0,1000}"|[fF]?'(?:[^'\\\n]|\\.){0,1000}'|`(?:[^`\\]|\\[\s\S]?)*(?:`|(?![\s\S]))/
    .source;
const SLASH_COMMENT = /\/\*[\s\S]*?(?:\*\/|(?![\s\S]))|\/\/[^\n]*/.source;
const HASH_COMMENT = /(?<=^|\s)#[^\n]*/.source;
/** Where the language is not known: `#name` and `#[name]` are code in some. */
const EITHER_COMMENT = `${SLASH_COMMENT}|${/(?<=^|\s)#[ !][^\n]*/.source}`;

const HASH_LANGUAGES = new Set(
  'python py ruby rb sh bash shell zsh console r perl pl elixir ex dockerfile makefile make julia nim'.split(
    ' ',
  ),
);
/** Everything in quotes is a name there. */
const DATA_LANGUAGES = new Set('json jsonc yaml yml toml ini'.split(' '));

/** What stands further to the left brings nothing in. */
const MAX_LINE = 300;
const PIECES = {
  hash: new RegExp(`${STRING}|${HASH_COMMENT}`, 'gm'),
  either: new RegExp(`${STRING}|${EITHER_COMMENT}`, 'gm'),
} as const;
const BRINGS_IN =
  /(?:\b(?:from|import|require|include|use|using|load|source|library|install|add)\b|\b(?:src|href)\s*=)/;
const SPECIFIER = /^[fF]?(["'`])[^\s"'`]+\1$/;

/** What a block of code uses, found without a parser: good enough to tell a use from a mention. */
export function usedCode(code: string, language: string): UsedCode {
  if (DATA_LANGUAGES.has(language)) return { code, imports: code };
  const pieces = HASH_LANGUAGES.has(language) ? PIECES.hash : PIECES.either;
  const used = code.replace(pieces, (piece: string, at: number) => {
    if (!/^[fF]?["'`]/.test(piece)) return ' ';
    if (SPECIFIER.test(piece) && BRINGS_IN.test(lineUpTo(code, at))) return ` ${piece} `;
    return ` ${interpolated(piece)} `;
  });
  return {
    code: used,
    imports: used
      .split('\n')
      .filter((line) => BRINGS_IN.test(line))
      .join('\n'),
  };
}

const lineUpTo = (code: string, at: number): string =>
  code.slice(Math.max(at - MAX_LINE, code.lastIndexOf('\n', at - 1) + 1), at);

/** The code inside a template string. */
function interpolated(piece: string): string {
  if (piece.startsWith('`')) return (piece.match(/\$\{[^}]*\}?/g) ?? []).join(' ');
  return /^[fF]/.test(piece) ? (piece.match(/\{[^{}]*\}/g) ?? []).join(' ') : '';
}
