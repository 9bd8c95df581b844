import type { HLJSApi } from 'highlight.js';
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import go from 'highlight.js/lib/languages/go';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import markdown from 'highlight.js/lib/languages/markdown';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { showHidden } from './hiddenCharacters.ts';
import type { Sanitize } from './sanitize.ts';

const LANGUAGES = {
  ...{
    bash,
    c,
    cpp,
    csharp,
    css,
    diff,
    dockerfile,
    go,
    java,
    javascript,
    json,
    kotlin,
    markdown,
    php,
    python,
  },
  ...{ ruby, rust, sql, swift, typescript, xml, yaml },
};
/** Longer code is shown plain: colouring it would hold the page for longer than a frame. */
const MAX_COLOURED = 100_000;

export type HighlightCode = (code: string, language: string) => DocumentFragment;

/** Code to nodes with `hljs-*` classes; plain where the language is not one of the chosen ones. */
export function createHighlighter(sanitize: Sanitize): HighlightCode {
  const highlighter: HLJSApi = hljs.newInstance();
  for (const [name, definition] of Object.entries(LANGUAGES)) highlighter.registerLanguage(name, definition);
  return (code, language) => {
    const fragment =
      code.length <= MAX_COLOURED && highlighter.getLanguage(language)
        ? sanitize(highlighter.highlight(code, { language, ignoreIllegals: true }).value)
        : plain(code);
    showHidden(fragment);
    return fragment;
  };
}

function plain(code: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fragment.append(code);
  return fragment;
}
