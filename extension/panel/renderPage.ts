import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { panelHtml } from './panelHtml.ts';

export interface PageFiles {
  readonly title: string;
  /** Names inside dist/webview. */
  readonly script: string;
  readonly styles: readonly string[];
}

/** Folders that a page may load from; nothing else of the machine can be reached. */
export function pageRoots(extensionUri: vscode.Uri): vscode.Uri[] {
  return [vscode.Uri.joinPath(extensionUri, 'dist', 'webview'), vscode.Uri.joinPath(extensionUri, 'media')];
}

/** Fills a webview with one of our pages; returns the id that its messages carry. */
export function renderPage(panel: vscode.WebviewPanel, extensionUri: vscode.Uri, files: PageFiles): string {
  const renderId = randomBytes(16).toString('hex');
  const { webview } = panel;
  const address = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', name)).toString();
  panel.iconPath = {
    light: vscode.Uri.joinPath(extensionUri, 'media', 'panel-light.svg'),
    dark: vscode.Uri.joinPath(extensionUri, 'media', 'panel-dark.svg'),
  };
  webview.options = {
    enableScripts: true,
    enableForms: false,
    enableCommandUris: false,
    localResourceRoots: pageRoots(extensionUri),
  };
  webview.html = panelHtml({
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
    renderId,
    title: files.title,
    script: address(files.script),
    styles: files.styles.map(address),
  });
  return renderId;
}
