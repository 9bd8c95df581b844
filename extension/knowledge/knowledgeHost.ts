import * as vscode from 'vscode';
import {
  type KnowledgeHostMessage,
  type KnowledgeIntent,
  knowledgeIntentMessageSchema,
} from '../../webview/knowledgeProtocol.ts';
import { errorSentence } from '../notify.ts';
import { pageRoots, renderPage } from '../panel/renderPage.ts';
import { toAppError } from '../sidecar/rpcErrors.ts';
import type { Knowledge } from './knowledge.ts';
import { knowledgeView } from './knowledgeView.ts';

const PAGE_TYPE = 'whetstone.knowledgePage';

export interface KnowledgeHostDeps {
  readonly extensionUri: vscode.Uri;
  readonly knowledge: Knowledge;
  /** Shows a request where the user made it, or its text. */
  showRequest(request: string): Promise<void>;
  ask(): Promise<void>;
  /** Runs what the page asks for, and shows what went wrong. */
  run(work: () => Promise<void>): Promise<void>;
}

/** The page of what Whetstone knows; there is one. */
export interface KnowledgeHost {
  /** Opens it, at an entry where one is named. */
  show(key?: string, evidence?: boolean): void;
  /** What it shows is not so any more. */
  stale(): void;
  dispose(): void;
}

export function createKnowledgeHost(deps: KnowledgeHostDeps): KnowledgeHost {
  return new KnowledgePage(deps);
}

type WithoutRender<M> = M extends KnowledgeHostMessage ? Omit<M, 'renderId'> : never;
type Handlers = {
  readonly [T in KnowledgeIntent['type']]: (intent: Extract<KnowledgeIntent, { type: T }>) => unknown;
};

class KnowledgePage implements KnowledgeHost {
  private readonly deps: KnowledgeHostDeps;
  private readonly handlers: Handlers;
  private panel: vscode.WebviewPanel | undefined;
  private renderId = '';
  private isReady = false;
  /** What to bring into sight once the page is there. */
  private wanted: { readonly key: string; readonly evidence: boolean } | undefined;

  constructor(deps: KnowledgeHostDeps) {
    this.deps = deps;
    this.handlers = this.createHandlers(deps);
  }

  show(key?: string, evidence = false): void {
    if (key !== undefined) this.wanted = { key, evidence };
    if (this.panel === undefined) this.open();
    else this.panel.reveal(undefined, false);
    if (this.isReady) this.load();
  }

  stale(): void {
    if (this.isReady && this.panel?.visible === true) this.load();
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private open(): void {
    const { extensionUri } = this.deps;
    const options = { localResourceRoots: pageRoots(extensionUri), enableFindWidget: true };
    const { Active } = vscode.ViewColumn;
    const panel = vscode.window.createWebviewPanel(PAGE_TYPE, 'What Whetstone Knows', Active, options);
    this.panel = panel;
    panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message));
    panel.onDidChangeViewState(() => {
      // A hidden page is thrown away by the editor; it says `ready` again when it is shown.
      if (!panel.visible) this.isReady = false;
    });
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.isReady = false;
      this.wanted = undefined;
    });
    this.renderId = renderPage(panel, extensionUri, {
      title: 'What Whetstone knows',
      script: 'knowledge.js',
      styles: ['codicon.css', 'knowledge.css'],
    });
  }

  private receive(message: unknown): void {
    const parsed = knowledgeIntentMessageSchema.safeParse(message);
    if (!parsed.success || parsed.data.renderId !== this.renderId) return;
    const { intent } = parsed.data;
    // The table has one handler for each type; which one is only known at run time.
    const handle: (intent: never) => unknown = this.handlers[intent.type];
    this.deps.run(async () => void (await handle(intent as never))).catch(() => undefined);
  }

  private createHandlers({ knowledge, showRequest, ask }: KnowledgeHostDeps): Handlers {
    return {
      ready: () => {
        this.isReady = true;
        this.load();
      },
      refresh: () => knowledge.retry(),
      ask: () => ask(),
      switch: ({ key, on }) => knowledge.switch(key, on),
      pin: ({ key, pinned }) => knowledge.pin(key, pinned),
      edit: ({ key, text }) => knowledge.edit(key, text),
      forget: ({ key }) => knowledge.forget(key),
      evidence: async ({ key }) => {
        this.send({ type: 'evidence', key, ...(await knowledge.evidence(key)) });
      },
      openRequest: ({ request }) => showRequest(request),
      openUse: async ({ key }) => {
        const request = await knowledge.lastUse(key);
        if (request !== undefined) await showRequest(request);
      },
      addMemory: async ({ memory, text }) => this.show(await knowledge.addMemory(memory, text)),
      addBlock: async ({ phrase }) => this.show(await knowledge.addBlock(phrase)),
    };
  }

  /** Sends what is known; what could not be read is said on the page itself. */
  private load(): void {
    this.deps.knowledge.load().then(
      (sources) => {
        this.send({ type: 'knowledge', knowledge: knowledgeView(sources) });
        const { wanted } = this;
        this.wanted = undefined;
        if (wanted) this.send({ type: 'show', ...wanted });
      },
      (error: unknown) => {
        const message = errorSentence(toAppError(error).toData()).slice(0, 1_000);
        this.send({ type: 'failed', message });
      },
    );
  }

  private send(message: WithoutRender<KnowledgeHostMessage>): void {
    if (!this.isReady) return;
    this.panel?.webview.postMessage({ ...message, renderId: this.renderId });
  }
}
