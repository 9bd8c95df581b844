import * as vscode from 'vscode';
import type { KeyValueStore } from '../../panel/panelMemory.ts';
import type { Applied } from '../applyEdit.ts';
import { createEditorFiles, openDocument } from './editorFiles.ts';
import { PENDING_SURVIVAL } from './pendingKey.ts';
import { type AppliedCode, createSurvivalWatch, type SurvivalWatchDeps } from './survivalWatch.ts';

export interface EditorSurvivalDeps
  extends Pick<SurvivalWatchDeps, 'client' | 'dataFolder' | 'clock' | 'schedule'> {
  /** Of the workspace: another one has other files. */
  readonly store: KeyValueStore;
}

/** Code of an answer that is on its way into a file. */
export type AppliedBlock = Pick<AppliedCode, 'request' | 'candidate' | 'block' | 'code'>;

export interface EditorSurvival {
  watch(block: AppliedBlock, applied: Applied): void;
  /** Takes every measurement that is due. */
  look(): Promise<void>;
  dispose(): void;
}

/** The survival watch on VS Code's documents and files. */
export function createEditorSurvival({ store, ...deps }: EditorSurvivalDeps): EditorSurvival {
  const { workspace } = vscode;
  const watch = createSurvivalWatch({
    ...deps,
    files: createEditorFiles(),
    openText: (uri) => openDocument(uri)?.getText(),
    trusted: () => workspace.isTrusted,
    load: () => store.get(PENDING_SURVIVAL),
    save: (entries) => store.update(PENDING_SURVIVAL, entries),
  });
  const events = vscode.Disposable.from(
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length === 0 || !isFile(document)) return;
      const changes = contentChanges.map(({ rangeOffset: offset, rangeLength: length, text }) => ({
        ...{ offset, length, text },
      }));
      watch.changed({ uri: document.uri.toString(), changes });
    }),
    workspace.onDidOpenTextDocument((document) => {
      if (isFile(document)) watch.opened(document.uri.toString(), document.getText());
    }),
    workspace.onDidCloseTextDocument((document) => {
      if (isFile(document)) watch.closed(document.uri.toString(), document.getText());
    }),
    workspace.onDidRenameFiles(({ files }) => {
      for (const { oldUri, newUri } of files) watch.renamed(oldUri.toString(), newUri.toString());
    }),
    // A laptop that was opened again.
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) watch.look();
    }),
    workspace.onDidGrantWorkspaceTrust(() => watch.look()),
  );
  return {
    watch: (block, { uri, edit }) => watch.applied({ ...block, uri: uri.toString(), edit }),
    look: () => watch.look(),
    dispose() {
      events.dispose();
      watch.dispose();
    },
  };
}

/** Not an output channel, a preview, or the other side of a comparison. */
function isFile({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === 'untitled' || vscode.workspace.fs.isWritableFileSystem(uri.scheme) === true;
}
