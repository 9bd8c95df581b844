import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as TreeSitter from '@vscode/tree-sitter-wasm';
import { type Grammar, grammarFile } from './grammars.ts';
import type { TryParse } from './syntaxVerdict.ts';

export interface TreeSitterDeps {
  /** Folder with `tree-sitter.wasm` and the grammars. */
  readonly wasmFolder: string;
  /** Asked after every hundred or so steps of a parse; where it says no, the parse is given up. */
  readonly mayGoOn: () => boolean;
}

/**
 * A parser that loads the library and each grammar at their first use. A grammar that can't be loaded, and a text
 * that takes too much, can't be told.
 */
export function createTreeSitter({ wasmFolder, mayGoOn }: TreeSitterDeps): TryParse {
  let library: Promise<Library> | undefined;
  const languages = new Map<Grammar, Promise<TreeSitter.Language | undefined>>();
  const languageOf = (grammar: Grammar, { Language }: Library): Promise<TreeSitter.Language | undefined> => {
    const known = languages.get(grammar);
    if (known) return known;
    const loading = readFile(join(wasmFolder, grammarFile(grammar)))
      .then((bytes) => Language.load(bytes))
      .catch(() => undefined);
    languages.set(grammar, loading);
    return loading;
  };
  return async (grammar, text) => {
    library ??= loadLibrary(wasmFolder);
    const loaded = await library;
    const language = await languageOf(grammar, loaded);
    return language && isFreeOfErrors(new loaded.Parser(), language, text, mayGoOn);
  };
}

function isFreeOfErrors(
  parser: TreeSitter.Parser,
  language: TreeSitter.Language,
  text: string,
  mayGoOn: () => boolean,
): boolean | undefined {
  let tree: TreeSitter.Tree | null = null;
  try {
    parser.setLanguage(language);
    tree = parser.parse(text, null, { progressCallback: () => !mayGoOn() });
    return tree ? !tree.rootNode.hasError : undefined;
  } finally {
    tree?.delete();
    parser.delete();
  }
}

type Library = Pick<typeof TreeSitter, 'Parser' | 'Language'>;

async function loadLibrary(wasmFolder: string): Promise<Library> {
  // Node sees a CommonJS module's names only on its default export, the bundler sees them on both.
  const module: Partial<Library> & { readonly default?: Library } = await import('@vscode/tree-sitter-wasm');
  const { Parser, Language } = module.default ?? module;
  if (!Parser || !Language) throw new Error('The parser library is not the expected one.');
  await Parser.init({ locateFile: (name) => join(wasmFolder, name) });
  return { Parser, Language };
}
