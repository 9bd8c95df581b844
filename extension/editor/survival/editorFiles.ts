import * as vscode from 'vscode';
import type { Reading, SurvivalFiles } from './measurePlace.ts';

interface GitExports {
  getAPI(version: 1): {
    getRepository(uri: vscode.Uri): { readonly state: { readonly HEAD?: Head } } | null;
  };
}
interface Head {
  readonly name?: string;
  readonly commit?: string;
}

/** Larger files are not read. */
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_SAME_NAME = 20;

/** Files as the editor has them: an open document before the file, unsaved text of an earlier window too. */
export function createEditorFiles(): SurvivalFiles {
  return {
    read: (uri) => read(vscode.Uri.parse(uri)),
    sameName: (uri) => sameName(vscode.Uri.parse(uri)),
    branch: (uri) => branch(vscode.Uri.parse(uri)),
  };
}

export function openDocument(uri: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri);
}

async function read(uri: vscode.Uri): Promise<Reading> {
  const open = openDocument(uri.toString()) ?? (await fromTab(uri));
  // The tab of a file that was deleted elsewhere stays open, with a text that is nowhere any more.
  const inMemory = open !== undefined && (open.isDirty || open.isUntitled);
  if (inMemory) return { kind: 'text', text: open.getText(), open: true };
  if (uri.scheme === 'untitled') return { kind: 'gone' };
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (open !== undefined) return { kind: 'text', text: open.getText(), open: true };
    if (size > MAX_BYTES) return { kind: 'unreadable' };
    const bytes = await vscode.workspace.fs.readFile(uri);
    return { kind: 'text', text: new TextDecoder().decode(bytes), open: false };
  } catch (error) {
    const gone = isNotFound(error) && (await folderIsThere(uri));
    return gone ? { kind: 'gone' } : { kind: 'unreadable' };
  }
}

/** A document whose tab was not looked at since the window opened: it may have text that was never saved. */
async function fromTab(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const has = tabs.some(
    ({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString(),
  );
  if (!has) return undefined;
  return vscode.workspace.openTextDocument(uri).then(
    (document) => document,
    () => undefined,
  );
}

/** The open folder that the file was in, else the file's own folder: without it the file is out of reach, not gone. */
async function folderIsThere(uri: vscode.Uri): Promise<boolean> {
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri ?? vscode.Uri.joinPath(uri, '..');
  return vscode.workspace.fs.stat(folder).then(
    () => true,
    () => false,
  );
}

function isNotFound(error: unknown): boolean {
  return error instanceof vscode.FileSystemError && error.code === 'FileNotFound';
}

async function sameName(uri: vscode.Uri): Promise<string[]> {
  const name = uri.path.split('/').at(-1) ?? '';
  if (name === '') return [];
  // What a glob would read as a pattern matches itself as any character.
  const found = await vscode.workspace.findFiles(
    `**/${name.replace(/[[\]{}*?!]/g, '?')}`,
    undefined,
    MAX_SAME_NAME,
  );
  return found.map(String).filter((other) => other !== uri.toString());
}

/** By the editor's own git, which is not started for this. */
function branch(uri: vscode.Uri): string | undefined {
  const git = vscode.extensions.getExtension<GitExports>('vscode.git');
  if (git?.isActive !== true) return undefined;
  const head = git.exports.getAPI(1).getRepository(uri)?.state.HEAD;
  return head?.name ?? head?.commit;
}
