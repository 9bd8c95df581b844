import * as vscode from 'vscode';
import { type HostMessage, type Intent, intentMessageSchema } from '../../webview/protocol.ts';
import type { Log } from '../log.ts';
import { pageRoots, renderPage } from './renderPage.ts';

export const PANEL_TYPE = 'whetstone.panel';

type WithoutRender<M> = M extends HostMessage ? Omit<M, 'renderId'> : never;
/** A message to the page; the host adds which rendering of the page it is for. */
export type PanelMessage = WithoutRender<HostMessage>;

export interface PanelHostDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: Log;
  onIntent(intent: Intent): void;
}

export interface PanelHost {
  /** False where it is closed, or behind another tab. */
  readonly isVisible: boolean;
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
  return new WebviewHost(deps);
}

class WebviewHost implements PanelHost {
  private readonly deps: PanelHostDeps;
  private panel: vscode.WebviewPanel | undefined;
  private renderId = '';
  private ready = false;
  private held: PanelMessage[] = [];

  constructor(deps: PanelHostDeps) {
    this.deps = deps;
  }

  get isVisible(): boolean {
    return this.panel?.visible === true;
  }

  reveal(): void {
    if (this.panel !== undefined) {
      this.panel.reveal(undefined, false);
      return;
    }
    const column = vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    const options = { localResourceRoots: pageRoots(this.deps.extensionUri) };
    this.adopt(vscode.window.createWebviewPanel(PANEL_TYPE, 'Whetstone', column, options));
  }

  adopt(panel: vscode.WebviewPanel): void {
    this.panel?.dispose();
    this.panel = panel;
    this.ready = false;
    panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message));
    panel.onDidChangeViewState(() => {
      // A hidden page is thrown away by the editor; it says `ready` again when it is shown.
      if (!panel.visible) this.ready = false;
    });
    panel.onDidDispose(() => this.closed(panel));
    this.renderId = renderPage(panel, this.deps.extensionUri, {
      title: 'Whetstone',
      script: 'panel.js',
      styles: ['codicon.css', 'panel.css'],
    });
  }

  post(message: PanelMessage): void {
    if (this.ready) this.send(message);
  }

  postWhenReady(message: PanelMessage): void {
    if (this.ready) this.send(message);
    else this.held.push(message);
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private closed(panel: vscode.WebviewPanel): void {
    if (this.panel !== panel) return;
    this.panel = undefined;
    this.ready = false;
    this.held = [];
  }

  private receive(message: unknown): void {
    const parsed = intentMessageSchema.safeParse(message);
    if (!parsed.success) {
      this.deps.log.warn('Dropped a message of the panel that does not fit.');
      return;
    }
    const { intent, renderId } = parsed.data;
    if (renderId !== this.renderId) return;
    if (intent.type === 'ready') this.ready = true;
    this.deps.onIntent(intent);
    if (intent.type !== 'ready') return;
    const waiting = this.held;
    this.held = [];
    for (const each of waiting) this.send(each);
  }

  private send(message: PanelMessage): void {
    const sent = this.panel?.webview.postMessage({ ...message, renderId: this.renderId });
    sent?.then(undefined, (error: unknown) => {
      this.deps.log.warn(`The panel did not take a message: ${String(error)}`);
    });
  }
}
