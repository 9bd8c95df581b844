import * as vscode from 'vscode';
import type { LazySession } from '../lazySession.ts';
import type { TreeRow } from './treeRows.ts';

export const KNOWLEDGE_VIEW = 'whetstone.knowledge';

/** Part of what is loaded with the window: the tree's parts come when it is looked at, and nothing starts before. */
export function registerKnowledgeView(
  context: vscode.ExtensionContext,
  /** Fired where the tree is to be read again. */
  changes: vscode.EventEmitter<undefined>,
  session: LazySession,
): void {
  const view = vscode.window.createTreeView<TreeRow>(KNOWLEDGE_VIEW, {
    treeDataProvider: {
      onDidChangeTreeData: changes.event,
      getChildren: (row) => session.get().knowledgeTree.getChildren(row),
      getTreeItem: (row) => session.get().knowledgeTree.getTreeItem(row),
    },
    manageCheckboxStateManually: true,
  });
  const ticks = view.onDidChangeCheckboxState(({ items }) => session.get().switchKnowledge(items));
  context.subscriptions.push(changes, view, ticks);
}
