import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import * as vscode from 'vscode';
import { countOf } from '../../sidecar/protocol/countOf.ts';
import { AppError } from '../../sidecar/protocol/errors.ts';
import type { ApplyTarget } from './applyTarget.ts';
import { fileEnding, newFilePath } from './newFilePath.ts';
import type { PreviewDocuments } from './previewDocuments.ts';
import { protectedPlace } from './protectedPaths.ts';
import type { CodeEdit } from './survival/broughtLines.ts';

export type How = 'insert' | 'replace' | 'newFile';

export interface ApplyRequest {
  readonly how: How;
  readonly code: string;
  readonly language: string;
  /** The selection that the question was about; without one, the selection of now. */
  readonly target: ApplyTarget | undefined;
}

export interface Applied {
  readonly uri: vscode.Uri;
  /** First and last line that was written, from 1. */
  readonly range: [number, number];
  readonly edit: CodeEdit;
}

export interface ApplyEditDeps {
  readonly previews: PreviewDocuments;
  editor(): vscode.TextEditor | undefined;
}

export interface ApplyEdit {
  /**
   * Writes code into a file after the user has seen the difference and agreed; undefined where the user did not.
   * Rejects with `apply.*`.
   */
  apply(request: ApplyRequest): Promise<Applied | undefined>;
  /** Shows what the document holds now beside what it would have become. */
  showDiff(request: ApplyRequest): Promise<void>;
}

interface Place {
  readonly document: vscode.TextDocument;
  readonly range: vscode.Range;
}

export function createApplyEdit({ previews, editor }: ApplyEditDeps): ApplyEdit {
  async function into(request: ApplyRequest): Promise<Applied | undefined> {
    const column = columnOf(editor());
    const place = await placeOf(request, editor());
    const { document, range } = place;
    const text = fitted(request, place);
    const { version } = document;
    const name = vscode.workspace.asRelativePath(document.uri);
    const verb = request.how === 'insert' ? 'Insert' : 'Replace';
    const lines = lineCount(text);
    const title = `${verb} ${countOf(lines, 'line')} at ${name}:${range.start.line + 1}`;
    if (!(await agreed(previews, { document, proposed: spliced(place, text), title, verb, column })))
      return undefined;
    if (!(await confirmProtected(document.uri))) return undefined;
    if (document.isClosed || document.version !== version) throw documentChanged(name);
    const written = editOf(place, text);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, range, text);
    if (!(await vscode.workspace.applyEdit(edit))) throw documentChanged(name);
    await vscode.window.showTextDocument(document, { viewColumn: column });
    return { uri: document.uri, range: [range.start.line + 1, range.start.line + lines], edit: written };
  }

  async function newFile(request: ApplyRequest): Promise<Applied | undefined> {
    const column = columnOf(editor());
    const folder = vscode.workspace.workspaceFolders?.[0];
    if (folder === undefined) {
      await vscode.window.showTextDocument(
        await vscode.workspace.openTextDocument({ content: request.code, language: request.language }),
      );
      return undefined;
    }
    const uri = await askForPath(folder, request.language);
    if (uri === undefined) return undefined;
    const text = request.code.endsWith('\n') ? request.code : `${request.code}\n`;
    const name = vscode.workspace.asRelativePath(uri);
    const title = `New file ${name}, ${countOf(lineCount(text), 'line')}`;
    if (
      !(await agreed(previews, { document: undefined, proposed: text, title, verb: 'Create', name, column }))
    )
      return undefined;
    if (!(await confirmProtected(uri))) return undefined;
    const edit = new vscode.WorkspaceEdit();
    edit.createFile(uri, { overwrite: false, contents: new TextEncoder().encode(text) });
    if (!(await vscode.workspace.applyEdit(edit))) throw documentChanged(name);
    await vscode.window.showTextDocument(uri, { viewColumn: column });
    return { uri, range: [1, lineCount(text)], edit: { before: '', from: 0, to: 0, text } };
  }

  return {
    async apply(request) {
      if (!vscode.workspace.isTrusted) throw untrusted();
      return request.how === 'newFile' ? newFile(request) : into(request);
    },
    async showDiff(request) {
      const uri =
        request.target === undefined ? editor()?.document.uri : vscode.Uri.parse(request.target.uri);
      if (uri === undefined) return;
      const document = await vscode.workspace.openTextDocument(uri);
      const before = previews.put(`then/${nameOf(uri)}`, request.target?.text ?? '');
      const title = `${nameOf(uri)}: the selection when you asked, and the document now`;
      const options = { viewColumn: columnOf(editor()) };
      await vscode.commands.executeCommand('vscode.diff', before, document.uri, title, options);
    },
  };
}

async function placeOf(request: ApplyRequest, editor: vscode.TextEditor | undefined): Promise<Place> {
  const { target } = request;
  if (request.how === 'replace' && target !== undefined) {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(target.uri));
    const range = new vscode.Range(
      new vscode.Position(target.start.line, target.start.character),
      new vscode.Position(target.end.line, target.end.character),
    );
    if (document.getText(range) !== target.text) {
      throw documentChanged(vscode.workspace.asRelativePath(document.uri));
    }
    return { document, range };
  }
  if (editor === undefined || editor.document.isClosed) {
    throw new AppError('apply.noEditor', 'There is no open file to write into.', {
      next: 'Open a file and put the cursor where the code should go, or make a new file.',
    });
  }
  if (request.how === 'insert') {
    return {
      document: editor.document,
      range: new vscode.Range(editor.selection.active, editor.selection.active),
    };
  }
  if (editor.selection.isEmpty) {
    throw new AppError('apply.noEditor', 'Nothing is selected.', {
      next: 'Select the code to replace, or use Insert.',
    });
  }
  return { document: editor.document, range: editor.selection };
}

/** The code with the document's line ends, and with a line of its own where it goes between lines. */
function fitted(request: ApplyRequest, { document, range }: Place): string {
  const replaced = document.getText(range);
  const ownLines = request.how === 'insert' ? range.start.character === 0 : replaced.endsWith('\n');
  const text = ownLines && !request.code.endsWith('\n') ? `${request.code}\n` : request.code;
  return document.eol === vscode.EndOfLine.CRLF ? text.replace(/\r?\n/g, '\r\n') : text;
}

function editOf({ document, range }: Place, text: string): CodeEdit {
  const [from, to] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  return { before: document.getText(), from, to, text };
}

function spliced(place: Place, text: string): string {
  const { before, from, to } = editOf(place, text);
  return before.slice(0, from) + text + before.slice(to);
}

interface Proposal {
  readonly document: vscode.TextDocument | undefined;
  readonly proposed: string;
  readonly title: string;
  readonly verb: string;
  readonly name?: string;
  /** Where the code is; the panel stays in sight beside it. */
  readonly column: vscode.ViewColumn;
}

/** Shows the difference and asks; the preview is closed again whatever the answer. */
async function agreed(previews: PreviewDocuments, proposal: Proposal): Promise<boolean> {
  const name = proposal.name ?? (proposal.document ? nameOf(proposal.document.uri) : 'file');
  const before = proposal.document?.uri ?? previews.put(`nothing/${name}`, '');
  const after = previews.put(name, proposal.proposed);
  const options = { preview: true, viewColumn: proposal.column };
  await vscode.commands.executeCommand('vscode.diff', before, after, proposal.title, options);
  const items = [
    { label: `$(check) ${proposal.verb}`, agreed: true },
    { label: '$(close) Discard', agreed: false },
  ];
  const picked = await vscode.window.showQuickPick(items, { title: proposal.title, ignoreFocusOut: true });
  await closePreview(after);
  return picked?.agreed === true;
}

async function closePreview(after: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const shown = tabs.filter(
    (tab) =>
      tab.input instanceof vscode.TabInputTextDiff && tab.input.modified.toString() === after.toString(),
  );
  await vscode.window.tabGroups.close(shown);
}

async function askForPath(folder: vscode.WorkspaceFolder, language: string): Promise<vscode.Uri | undefined> {
  const path = await vscode.window.showInputBox({
    title: 'New file',
    prompt: `Path inside ${folder.name}`,
    value: `new${fileEnding(language)}`,
    ignoreFocusOut: true,
    validateInput: async (value) => {
      const wanted = newFilePath(value);
      if ('refused' in wanted) return wanted.refused;
      const there = await exists(vscode.Uri.joinPath(folder.uri, wanted.path));
      return there ? 'This file exists. Choose another name, or open it and use Insert.' : undefined;
    },
  });
  const wanted = path === undefined ? undefined : newFilePath(path);
  return wanted === undefined || 'refused' in wanted
    ? undefined
    : vscode.Uri.joinPath(folder.uri, wanted.path);
}

/** The column of the last text editor, else the first: never the one that the panel is in. */
function columnOf(editor: vscode.TextEditor | undefined): vscode.ViewColumn {
  return editor?.viewColumn ?? vscode.ViewColumn.One;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

/** A second question for files that can run things or lie elsewhere; there is no "always". */
async function confirmProtected(uri: vscode.Uri): Promise<boolean> {
  const reason = await whyProtected(uri);
  if (reason === undefined) return true;
  const name = vscode.workspace.asRelativePath(uri);
  const choice = await vscode.window.showWarningMessage(
    `Write to ${name}?`,
    { modal: true, detail: `This file ${reason}. Read the change before you agree.` },
    'Write to it',
  );
  return choice === 'Write to it';
}

async function whyProtected(uri: vscode.Uri): Promise<string | undefined> {
  if (uri.scheme === 'untitled') return undefined;
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder === undefined) return 'is outside the open folder';
  const place = { folder: folder.uri.path, path: uri.path };
  if (uri.scheme !== 'file') return protectedPlace(place);
  const [root, file] = await Promise.all([realpath(folder.uri.fsPath), realOf(uri.fsPath)]);
  return protectedPlace({ ...place, real: { folder: root, path: file } });
}

/** The real path of a file, or of what exists of the way to it, for one that is yet to be made. */
async function realOf(path: string): Promise<string> {
  const parts = path.split(sep);
  for (let kept = parts.length; kept > 1; kept--) {
    const real = await realpath(parts.slice(0, kept).join(sep)).catch(() => undefined);
    if (real !== undefined) return [real, ...parts.slice(kept)].join(sep);
  }
  return path;
}

const nameOf = (uri: vscode.Uri): string => uri.path.split('/').at(-1) ?? 'file';
const lineCount = (text: string): number => text.replace(/\r?\n$/, '').split('\n').length;

function documentChanged(name: string): AppError {
  return new AppError('apply.documentChanged', `${name} changed since you asked.`, {
    why: 'The text that this answer is about is no longer there.',
    next: 'Look at the difference, or choose another place.',
  });
}

function untrusted(): AppError {
  return new AppError(
    'apply.untrusted',
    'This folder is in Restricted Mode, so nothing is written to its files.',
    {
      next: 'Trust the folder, or copy the code.',
    },
  );
}
