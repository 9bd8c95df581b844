import * as vscode from 'vscode';
import type { Client, Result } from '../../sidecar/protocol/methods.ts';
import { formatBytes } from '../formatBytes.ts';
import { withProgress } from './withProgress.ts';

type Plan = Result<'models.pull'>['plan'];

/** Says what would be fetched from where, and asks. Nothing is fetched without a yes to host and size. */
export async function confirmFetch(client: Client, name: string): Promise<boolean> {
  const { plan } = await client.call('models.pull', { name, dryRun: true });
  if (plan.length === 0) return true;
  const title = name === 'builtin' ? 'Set up the built-in model?' : `Pull ${name}?`;
  const chosen = await vscode.window.showInformationMessage(
    title,
    { modal: true, detail: describePlan(plan) },
    'Download',
  );
  return chosen === 'Download';
}

/** One line a part: what, from which host, how much. */
export function describePlan(plan: Plan): string {
  const lines = plan.map(({ what, host, bytes }) => {
    return `${what}, from ${host}${bytes === undefined ? ', size not known' : `, ${formatBytes(bytes)}`}`;
  });
  const known = plan.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  return plan.length > 1 ? [...lines, `Together ${formatBytes(known)}.`].join('\n') : lines.join('\n');
}

/** Fetches with a progress notification; false where the user cancelled. */
export async function fetchModel(client: Client, name: string, title: string): Promise<boolean> {
  const fetched = await withProgress(title, async (report, signal) => {
    const stop = client.on('models.progress', ({ status, completedBytes, totalBytes }) => {
      const known = completedBytes !== undefined && totalBytes !== undefined && totalBytes > 0;
      const amount = known ? `, ${formatBytes(completedBytes)} of ${formatBytes(totalBytes)}` : '';
      const percent = known ? (100 * completedBytes) / totalBytes : undefined;
      report({ message: `${status}${amount}`, percent });
    });
    try {
      await client.call('models.pull', { name }, signal);
      return true;
    } finally {
      stop();
    }
  });
  return fetched ?? false;
}
