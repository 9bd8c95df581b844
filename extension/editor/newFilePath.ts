import { posix, win32 } from 'node:path';

/** Path of a new file inside its folder, as a person typed it, or why it can't be one. */
export type NewFilePath = { readonly path: string } | { readonly refused: string };

export function newFilePath(typed: string): NewFilePath {
  const path = typed.trim();
  if (path === '' || /[\\/]$/.test(path)) return { refused: 'A file name is needed.' };
  const outside = posix.isAbsolute(path) || win32.isAbsolute(path) || /^[a-z]:/i.test(path);
  // Spaces and dots at the end of a name are dropped on some systems, which makes `.. ` the folder above.
  if (outside || path.split(/[\\/]/).some((part) => /^\.\.[. ]*$/.test(part.trim()))) {
    return { refused: 'The path must be inside the folder.' };
  }
  return { path };
}

const ENDINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    typescript: '.ts',
    ts: '.ts',
    tsx: '.tsx',
    javascript: '.js',
    js: '.js',
    python: '.py',
    py: '.py',
    rust: '.rs',
    go: '.go',
    java: '.java',
    c: '.c',
    cpp: '.cpp',
    csharp: '.cs',
    ruby: '.rb',
    php: '.php',
    json: '.json',
    yaml: '.yaml',
    html: '.html',
    css: '.css',
    sql: '.sql',
    bash: '.sh',
    sh: '.sh',
    markdown: '.md',
  }),
);

/** File name ending for the language of a code block, which is whatever the model wrote. */
export function fileEnding(language: string): string {
  return ENDINGS.get(language) ?? '.txt';
}
