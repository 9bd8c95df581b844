import * as vscode from 'vscode';

export const PREVIEW_SCHEME = 'whetstone-preview';

/** Read-only documents that live in memory: the proposed side of a diff, a report of Diagnose. */
export interface PreviewDocuments {
  /** A document of that name with the text; give it back when it is closed. */
  put(name: string, text: string): vscode.Uri;
  forget(uri: vscode.Uri): void;
  dispose(): void;
}

export function createPreviewDocuments(): PreviewDocuments {
  const texts = new Map<string, string>();
  let count = 0;
  const registration = vscode.workspace.registerTextDocumentContentProvider(PREVIEW_SCHEME, {
    provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '',
  });
  const closed = vscode.workspace.onDidCloseTextDocument((document) => texts.delete(document.uri.toString()));
  return {
    put(name, text) {
      count += 1;
      const uri = vscode.Uri.from({ scheme: PREVIEW_SCHEME, path: `/${count}/${name}` });
      texts.set(uri.toString(), text);
      return uri;
    },
    forget: (uri) => {
      texts.delete(uri.toString());
    },
    dispose() {
      registration.dispose();
      closed.dispose();
    },
  };
}
