import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { type HostMessage, type Intent, intentMessageSchema } from '../../webview/protocol.ts';
import type { Log } from '../log.ts';
import { panelHtml } from './panelHtml.ts';

export const PANEL_TYPE = 'whetstone.panel';

type WithoutRender<M> = M extends HostMessage ? Omit<M, 'renderId'> : never;
/** A message to the page; the host adds which rendering of the page it is for. */
export type PanelMessage = WithoutRender<HostMessage>;

export interface PanelHostDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: Log;
  onIntent(intent: Intent): void;
  onClosed(): void;
}

export interface PanelHost {
  readonly isOpen: boolean;
  /** Opens the panel beside the code, or brings it to the front. */
  reveal(): void;
  /** Takes over a panel that the editor brought back after a reload. */
  adopt(panel: vscode.WebviewPanel): void;
  /** Sends to the page; a page that is not there gets the whole state when it is. */
  post(message: PanelMessage): void;
  /** Sends once the page has its state. */
  postWhenReady(message: PanelMessage): void;
  dispose(): void;
}

/** The webview panel: its page, its content security policy, its ready gate, and the check of what it sends. */
export function createPanelHost(deps: PanelHostDeps): PanelHost {
  const roots = [
    vscode.Uri.joinPath(deps.extensionUri, 'dist', 'webview'),
    vscode.Uri.joinPath(deps.extensionUri, 'media'),
  ];
  let panel: vscode.WebviewPanel | undefined;
  let renderId = '';
  let ready = false;
  let held: PanelMessage[] = [];

  function send(message: PanelMessage): void {
    panel?.webview.postMessage({ ...message, renderId }).then(undefined, (error: unknown) => {
      deps.log.warn(`The panel did not take a message: ${String(error)}`);
    });
  }

  function receive(message: unknown): void {
    const parsed = intentMessageSchema.safeParse(message);
    if (!parsed.success) return deps.log.warn('Dropped a message of the panel that does not fit.');
    if (parsed.data.renderId !== renderId) return;
    const { intent } = parsed.data;
    if (intent.type === 'ready') ready = true;
    deps.onIntent(intent);
    if (intent.type !== 'ready') return;
    const waiting = held;
    held = [];
    for (const each of waiting) send(each);
  }

  function adopt(adopted: vscode.WebviewPanel): void {
    panel?.dispose();
    panel = adopted;
    ready = false;
    renderId = randomBytes(16).toString('hex');
    adopted.iconPath = {
      light: vscode.Uri.joinPath(deps.extensionUri, 'media', 'panel-light.svg'),
      dark: vscode.Uri.joinPath(deps.extensionUri, 'media', 'panel-dark.svg'),
    };
    const { webview } = adopted;
    webview.options = { enableScripts: true, enableForms: false, enableCommandUris: false, localResourceRoots: roots };
    webview.onDidReceiveMessage(receive);
    adopted.onDidChangeViewState(() => {
      // A hidden page is thrown away by the editor; it says `ready` again when it is shown.
      if (!adopted.visible) ready = false;
    });
    adopted.onDidDispose(() => {
      if (panel !== adopted) return;
      panel = undefined;
      ready = false;
      deps.onClosed();
    });
    const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(deps.extensionUri, 'dist', 'webview', name));
    webview.html = panelHtml({
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      renderId,
      title: 'Whetstone',
      script: file('panel.js').toString(),
      styles: [file('codicon.css').toString(), file('panel.css').toString()],
    });
  }

  return {
    get isOpen() {
      return panel !== undefined;
    },
    reveal() {
      if (panel !== undefined) return panel.reveal(undefined, false);
      const column = vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
      adopt(vscode.window.createWebviewPanel(PANEL_TYPE, 'Whetstone', column, { localResourceRoots: roots }));
    },
    adopt,
    post: (message) => {
      if (ready) send(message);
    },
    postWhenReady: (message) => {
      if (ready) send(message);
      else held.push(message);
    },
    dispose: () => panel?.dispose(),
  };
}
