import * as vscode from 'vscode';
import type { Knowledge } from './knowledge.ts';
import { rowContext, rowDescription, rowDetails, type TreeRow } from './treeRows.ts';

/** What the editor's tree asks. */
export interface KnowledgeTree {
  getChildren(row: TreeRow | undefined): Promise<TreeRow[]>;
  getTreeItem(row: TreeRow): vscode.TreeItem;
  /** Boxes that were ticked or cleared. */
  switched(items: readonly (readonly [TreeRow, vscode.TreeItemCheckboxState])[]): Promise<void>;
}

export function createKnowledgeTree(knowledge: Knowledge): KnowledgeTree {
  return {
    getChildren: knowledge.rows,
    getTreeItem: itemOf,
    async switched(items) {
      for (const [row, state] of items) {
        if (row.kind !== 'entry') continue;
        await knowledge.switch(row.entry.key, state === vscode.TreeItemCheckboxState.Checked);
      }
    },
  };
}

function itemOf(row: TreeRow): vscode.TreeItem {
  if (row.kind === 'entry') return entryItem(row);
  if (row.kind === 'failed') {
    const item = new vscode.TreeItem(row.message);
    item.iconPath = new vscode.ThemeIcon('warning');
    item.command = { command: 'whetstone.refreshKnowledge', title: 'Try again' };
    item.tooltip = `${row.message} Select to try again.`;
    return item;
  }
  const open =
    row.section === 'history'
      ? vscode.TreeItemCollapsibleState.Collapsed
      : vscode.TreeItemCollapsibleState.Expanded;
  const item = new vscode.TreeItem(row.label, open);
  item.id = `section:${row.section}`;
  item.description = String(row.count);
  item.contextValue = `section ${row.section}`;
  item.accessibilityInformation = { label: `${row.label}, ${row.count}` };
  return item;
}

function entryItem({ entry }: Extract<TreeRow, { kind: 'entry' }>): vscode.TreeItem {
  const item = new vscode.TreeItem(entry.text);
  const details = rowDetails(entry);
  item.id = entry.key;
  item.description = rowDescription(entry);
  item.tooltip = details;
  item.contextValue = rowContext(entry);
  item.accessibilityInformation = { label: details.replaceAll('\n', ', ') };
  item.command = { command: 'whetstone.whatWhetstoneKnows', title: 'Show', arguments: [entry.key] };
  if (entry.on !== undefined) {
    const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
    item.checkboxState = {
      state: entry.on ? Checked : Unchecked,
      tooltip: entry.on ? 'On: switch it off' : 'Off: switch it on',
      accessibilityInformation: { label: `${entry.text}, on` },
    };
  }
  return item;
}
