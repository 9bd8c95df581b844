import * as vscode from 'vscode';
import type { PreviewDocuments } from './editor/previewDocuments.ts';

/** Shows a text that is in no file, rendered and read-only. */
export async function showMarkdown(
  previews: PreviewDocuments,
  name: string,
  markdown: string,
): Promise<void> {
  await vscode.commands.executeCommand('markdown.showPreview', previews.put(name, markdown));
}
