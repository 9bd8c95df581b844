// What is bundled from what. One table, used by the build, and through the metafiles by the architecture test.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

// VS Code 1.100 brings Node 20.19 and Chromium 132; the webview aims lower, for browsers that show code-server.
const NODE = { platform: 'node', format: 'cjs', target: 'node20', external: ['vscode'] };
const BROWSER = { platform: 'browser', format: 'iife', target: 'chrome114', loader: { '.ttf': 'file' } };

/** `{name, entry, outfile, options}` of every bundle that ships; `outfile` is relative to dist/. */
export const SHIPPED = [
  { name: 'extension', entry: 'extension/activate.ts', outfile: 'extension.cjs', options: NODE },
  // Loaded by extension.cjs at first use, so that opening a window costs nothing.
  { name: 'session', entry: 'extension/session.ts', outfile: 'session.cjs', options: NODE },
  // A few lines that load sidecarMain.cjs, compiled before where that is possible.
  { name: 'sidecar', entry: 'sidecar/start.ts', outfile: 'sidecar.cjs', options: NODE },
  { name: 'sidecarMain', entry: 'sidecar/main.ts', outfile: 'sidecarMain.cjs', options: NODE },
  {
    name: 'cli',
    entry: 'sidecar/cli/main.ts',
    outfile: 'cli.cjs',
    options: { ...NODE, banner: { js: '#!/usr/bin/env node' } },
  },
  {
    name: 'viewWriter',
    entry: 'sidecar/memory/views/viewWriterMain.ts',
    outfile: 'viewWriter.cjs',
    options: NODE,
  },
  // node-llama-cpp is unpacked into the data folder, never bundled: the child imports it by its path there.
  {
    name: 'embedded',
    entry: 'sidecar/models/embedded/embeddedMain.ts',
    outfile: 'embedded.cjs',
    options: { ...NODE, external: ['vscode', 'node-llama-cpp'] },
  },
  {
    name: 'codeParser',
    entry: 'sidecar/generate/gates/codeParserMain.ts',
    outfile: 'codeParser.cjs',
    options: NODE,
  },
  { name: 'panel', entry: 'webview/panelMain.ts', outfile: 'webview/panel.js', options: BROWSER },
  {
    name: 'knowledge',
    entry: 'webview/knowledgeMain.ts',
    outfile: 'webview/knowledge.js',
    options: BROWSER,
  },
  { name: 'report', entry: 'webview/reportMain.ts', outfile: 'webview/report.js', options: BROWSER },
];

/** The mocha suites that run inside VS Code: one file each, so that mocha finds them by name. */
export function hostTestBundles(root) {
  const folder = join(root, 'test', 'host');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => name === 'run.ts' || name.endsWith('.test.ts'))
    .map((name) => ({
      name: `host-${name.slice(0, -3)}`,
      entry: `test/host/${name}`,
      outfile: `test/host/${name.slice(0, -3)}.cjs`,
      options: { ...NODE, external: ['vscode', 'mocha'] },
    }));
}

const PARSER = 'node_modules/@vscode/tree-sitter-wasm/wasm';
/** The grammars that are used: `grammarFile` of the sidecar names them. */
const GRAMMARS = 'bash c-sharp cpp css go java javascript php python ruby rust tsx typescript'.split(' ');

/** Files that are shipped as they are: from the repository's folder into dist/. */
export const COPIED = [
  ['node_modules/sql.js/dist/sql-wasm.wasm', 'sql-wasm.wasm'],
  [`${PARSER}/tree-sitter.wasm`, 'grammars/tree-sitter.wasm'],
  ...GRAMMARS.map((name) => [`${PARSER}/tree-sitter-${name}.wasm`, `grammars/tree-sitter-${name}.wasm`]),
  ['node_modules/@vscode/codicons/dist/codicon.css', 'webview/codicon.css'],
  ['node_modules/@vscode/codicons/dist/codicon.ttf', 'webview/codicon.ttf'],
];
