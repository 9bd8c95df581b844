import * as vscode from 'vscode';
import { COMMANDS } from './commandNames.ts';
import { PENDING_SURVIVAL } from './editor/survival/pendingKey.ts';
import { registerKnowledgeView } from './knowledge/registerKnowledgeView.ts';
import { createLazySession, type LazySession } from './lazySession.ts';
import { registerStatusBar } from './statusBar.ts';

/*
 * The first of two bundles: what must be there as soon as a window opens, and nothing that costs time to load.
 * Schemas, the RPC library and everything that needs them are in the second, session.cjs, loaded at first use.
 */

const SETTLED_MS = 1_000;

export function activate(context: vscode.ExtensionContext): void {
  const treeChanges = new vscode.EventEmitter<undefined>();
  const session = createLazySession({ context, statusBar: registerStatusBar(context), treeChanges });
  context.subscriptions.push(session);
  registerCommands(context, session);
  registerKnowledgeView(context, treeChanges, session);
  registerPanelSerializer(context, session);
  registerUnsentDecisions(context, session);
  registerPendingSurvival(context, session);
}

function registerCommands(context: vscode.ExtensionContext, session: LazySession): void {
  for (const name of COMMANDS) {
    const run = (...args: unknown[]) => session.get().run(name, args);
    context.subscriptions.push(vscode.commands.registerCommand(`whetstone.${name}`, run));
  }
}

/** The panel survives a reload of the window. */
function registerPanelSerializer(context: vscode.ExtensionContext, session: LazySession): void {
  const serializer: vscode.WebviewPanelSerializer = {
    deserializeWebviewPanel: async (panel) => session.get().adoptPanel(panel),
  };
  context.subscriptions.push(vscode.window.registerWebviewPanelSerializer('whetstone.panel', serializer));
}

/** Clicks that an earlier window could not save are the one thing that starts the sidecar unasked. */
function registerUnsentDecisions(context: vscode.ExtensionContext, session: LazySession): void {
  const unsent = context.workspaceState.get<unknown[]>('whetstone.unsentDecisions', []);
  if (unsent.length > 0) session.get().sendUnsent();
}

/**
 * Applied code of an earlier window that is still to be looked at: its files are followed again once the window has
 * come to rest. The sidecar starts only when a look is due.
 */
function registerPendingSurvival(context: vscode.ExtensionContext, session: LazySession): void {
  if (context.workspaceState.get<unknown[]>(PENDING_SURVIVAL, []).length === 0) return;
  const timer = setTimeout(() => session.get(), SETTLED_MS);
  context.subscriptions.push({ dispose: () => clearTimeout(timer) });
}
