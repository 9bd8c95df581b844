import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import * as vscode from 'vscode';
import type * as z from 'zod';
import type { ContextItem } from '../../sidecar/protocol/contextItem.ts';
import type { workspaceSchema } from '../../sidecar/protocol/requestSchemas.ts';
import type { ApplyTarget } from './applyTarget.ts';
import { capText } from './capText.ts';
import { gitDiff } from './gitDiff.ts';
import { isReadablePlace } from './readablePlace.ts';
import { isSecretFile } from './secretFiles.ts';

const MAX_FILE_BYTES = 1_000_000;
const MAX_PROBLEMS = 50;
const SKIPPED = '**/{node_modules,.git,dist,out,build,.venv,__pycache__,target}/**';

export interface FoundFile {
  readonly uri: vscode.Uri;
  readonly path: string;
}

/** What of the editor can go into a prompt. In Restricted Mode nothing can; secret files never can. */
export interface EditorContext {
  /** The last text editor that had the focus; the panel taking the focus does not change it. */
  editor(): vscode.TextEditor | undefined;
  selection(): { readonly item: ContextItem; readonly target: ApplyTarget } | undefined;
  file(uri: vscode.Uri): Promise<ContextItem | undefined>;
  problems(): ContextItem | undefined;
  diff(): Promise<ContextItem | undefined>;
  findFiles(query: string): Promise<FoundFile[]>;
  workspace(): z.infer<typeof workspaceSchema> | undefined;
  dispose(): void;
}

export function createEditorContext(): EditorContext {
  let last = vscode.window.activeTextEditor;
  const subscription = vscode.window.onDidChangeActiveTextEditor((editor) => {
    if (editor !== undefined && isCode(editor)) last = editor;
  });
  const editor = (): vscode.TextEditor | undefined => {
    const active = vscode.window.activeTextEditor;
    if (active !== undefined && isCode(active)) return active;
    return vscode.window.visibleTextEditors.find((each) => each.document === last?.document) ?? visible(last);
  };
  const allowed = (uri: vscode.Uri): boolean =>
    vscode.workspace.isTrusted && !isSecretFile(uri.path) && !leadsAway(uri);
  return {
    editor,
    selection() {
      const current = editor();
      if (current === undefined || current.selection.isEmpty || !allowed(current.document.uri))
        return undefined;
      return readSelection(current);
    },
    file: async (uri) => (allowed(uri) ? readFile(uri) : undefined),
    problems() {
      const current = editor();
      return current !== undefined && allowed(current.document.uri)
        ? readProblems(current.document)
        : undefined;
    },
    async diff() {
      if (!vscode.workspace.isTrusted) return undefined;
      const text = await gitDiff(editor()?.document.uri);
      return text === undefined ? undefined : { kind: 'diff', name: 'git diff', language: 'diff', text };
    },
    async findFiles(query) {
      if (!vscode.workspace.isTrusted) return [];
      const pattern = query === '' ? '**/*' : `**/*${query.replace(/[^\p{L}\p{N}._/-]/gu, '?')}*`;
      const uris = await vscode.workspace.findFiles(pattern, SKIPPED, 50);
      return uris.filter(allowed).map((uri) => ({ uri, path: vscode.workspace.asRelativePath(uri) }));
    },
    workspace: readWorkspace,
    dispose: () => subscription.dispose(),
  };
}

/** True for a link to a secret file or out of its folder, and for one of this machine that can't be followed. */
function leadsAway(uri: vscode.Uri): boolean {
  if (uri.scheme !== 'file') return false; // links elsewhere are judged when the file is read
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  try {
    const realFolder = folder === undefined ? undefined : realpathSync(folder.uri.fsPath);
    return !isReadablePlace({ realFolder, realPath: realpathSync(uri.fsPath) });
  } catch (error) {
    // A file that is not there any more leads nowhere; its editor may still be open.
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}

/** Output panes and diffs of ours are text editors too, but nothing that a question is about. */
function isCode(editor: vscode.TextEditor): boolean {
  return !['output', 'debug', 'comment', 'vscode-scm', 'whetstone-preview'].includes(
    editor.document.uri.scheme,
  );
}

function visible(editor: vscode.TextEditor | undefined): vscode.TextEditor | undefined {
  return editor !== undefined && !editor.document.isClosed ? editor : undefined;
}

function readSelection(editor: vscode.TextEditor): { item: ContextItem; target: ApplyTarget } {
  const { document, selection } = editor;
  const text = document.getText(selection);
  const { start, end } = selection;
  // A selection that ends at the start of a line does not reach into it.
  const lastLine = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
  return {
    item: {
      kind: 'selection',
      name: vscode.workspace.asRelativePath(document.uri),
      language: document.languageId,
      range: [start.line + 1, lastLine],
      text: capText(text),
    },
    target: {
      uri: document.uri.toString(),
      start: { line: start.line, character: start.character },
      end: { line: end.line, character: end.character },
      text,
    },
  };
}

async function readFile(uri: vscode.Uri): Promise<ContextItem | undefined> {
  const name = vscode.workspace.asRelativePath(uri);
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open !== undefined) {
    return { kind: 'file', name, language: open.languageId, text: capText(open.getText()) };
  }
  const { size, type } = await vscode.workspace.fs.stat(uri);
  if (size > MAX_FILE_BYTES) return undefined;
  // Where it leads on another machine can't be seen from here.
  if (uri.scheme !== 'file' && (type & vscode.FileType.SymbolicLink) !== 0) return undefined;
  const bytes = await vscode.workspace.fs.readFile(uri);
  if (bytes.includes(0)) return undefined; // not a text file
  return { kind: 'file', name, text: capText(new TextDecoder().decode(bytes)) };
}

function readProblems(document: vscode.TextDocument): ContextItem | undefined {
  const problems = vscode.languages
    .getDiagnostics(document.uri)
    .filter((each) => each.severity <= vscode.DiagnosticSeverity.Warning)
    .slice(0, MAX_PROBLEMS);
  if (problems.length === 0) return undefined;
  const lines = problems.map((each) => {
    const kind = each.severity === vscode.DiagnosticSeverity.Error ? 'error' : 'warning';
    const line = each.range.start.line;
    return `line ${line + 1}: ${kind}: ${each.message}\n    ${document.lineAt(line).text.trim()}`;
  });
  const name = vscode.workspace.asRelativePath(document.uri);
  return { kind: 'problems', name, text: capText(lines.join('\n')) };
}

function readWorkspace(): z.infer<typeof workspaceSchema> | undefined {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) return undefined;
  const hash = createHash('sha256').update(folder.uri.toString()).digest('hex').slice(0, 32);
  return { name: folder.name, hash };
}
