import * as vscode from 'vscode';
import type { ExportKind } from '../../sidecar/protocol/exchangeSchemas.ts';
import { importOutcome } from '../../sidecar/protocol/importOutcome.ts';
import type { Client } from '../../sidecar/protocol/methods.ts';
import { formatBytes } from '../formatBytes.ts';
import { importReport, importSentence } from './importSummary.ts';
import { withProgress } from './withProgress.ts';

export interface ExchangeCommandsDeps {
  readonly client: Client;
  say(line: string): void;
  showText(name: string, markdown: string): Promise<void>;
}

export interface ExchangeCommands {
  importDecisions(): Promise<void>;
  exportData(): Promise<void>;
}

export function createExchangeCommands(deps: ExchangeCommandsDeps): ExchangeCommands {
  return { importDecisions: () => importDecisions(deps), exportData: () => exportData(deps) };
}

/** Says what a file holds that is new, and takes it in after a yes. */
async function importDecisions({ client, say, showText }: ExchangeCommandsDeps): Promise<void> {
  const path = await chooseSource();
  if (path === undefined) return;
  const preview = await withProgress('Looking through it', (_, signal) =>
    client.call('import.run', { path, preview: true }, signal),
  );
  if (!preview) return;
  if (importOutcome(preview) !== 'something') {
    if (preview.refused.count > 0 || preview.damaged) await showText('Import.md', importReport(preview));
    return say(importSentence(preview));
  }
  const [take, details] = ['Import', 'Show Details'] as const;
  let choice = await vscode.window.showInformationMessage(importSentence(preview), take, details);
  if (choice === details) {
    await showText('Import.md', importReport(preview));
    choice = await vscode.window.showInformationMessage(importSentence(preview), take);
  }
  if (choice !== take) return;
  const result = await withProgress('Importing', (_, signal) =>
    client.call('import.run', { path, preview: false }, signal),
  );
  if (result) say(importSentence(result));
}

/** A file, or a data folder or unpacked backup: not every platform's dialog offers both at once. */
async function chooseSource(): Promise<string | undefined> {
  const file = { label: 'File', detail: 'agent_memory.json, a backup, a database, CSV or JSON lines' };
  const folder = { label: 'Folder', detail: 'another data folder of Whetstone' };
  const picked = await vscode.window.showQuickPick([file, folder], {
    title: 'Import from',
    ignoreFocusOut: true,
  });
  if (!picked) return undefined;
  const isFile = picked === file;
  const found = await vscode.window.showOpenDialog({
    canSelectFiles: isFile,
    canSelectFolders: !isFile,
    openLabel: 'Look Through',
  });
  return found?.[0]?.fsPath;
}

const KINDS: readonly (vscode.QuickPickItem & { readonly what: ExportKind })[] = [
  { what: 'all', label: 'Backup', detail: 'Everything that was recorded, and training files' },
  { what: 'decisions', label: 'Decisions', detail: 'One JSON line a request that is decided' },
  { what: 'pairs', label: 'Pairs', detail: 'Prompt, chosen and rejected, one JSON line a pair' },
  { what: 'feedback', label: 'Feedback', detail: 'Scores, tags and corrections, as JSON lines' },
  { what: 'chat', label: 'Chats', detail: 'Decided requests as chat messages, as JSON lines' },
];

async function exportData({ client, say }: ExchangeCommandsDeps): Promise<void> {
  const picked = await vscode.window.showQuickPick(KINDS, { title: 'Export', ignoreFocusOut: true });
  if (!picked) return;
  const plain = { label: 'Texts as they are' };
  const redacted = { label: 'Keys and tokens replaced', detail: 'For a file that others will see' };
  const how = await vscode.window.showQuickPick([plain, redacted], {
    title: `Export ${picked.label}`,
    ignoreFocusOut: true,
  });
  if (!how) return;
  const folders = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel: 'Export Here',
  });
  const path = folders?.[0]?.fsPath;
  if (path === undefined) return;
  const result = await withProgress('Exporting', (_, signal) =>
    client.call('export.run', { kind: picked.what, path, redact: how === redacted }, signal),
  );
  if (result?.bytes === 0) say('Nothing to export.');
  else if (result) say(`Wrote ${result.path}, ${formatBytes(result.bytes)}.`);
}
