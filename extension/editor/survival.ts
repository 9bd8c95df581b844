import * as vscode from 'vscode';
import type { Client } from '../../sidecar/protocol/methods.ts';
import type { Applied } from './applyEdit.ts';
import { keptRatio } from './keptRatio.ts';

const AFTER_MINUTES = [1, 10, 60];

/** Looks at applied code after 1, 10 and 60 minutes and records how much of it is still there. */
export interface SurvivalWatch {
  watch(candidate: string, code: string, applied: Applied): void;
  dispose(): void;
}

export function createSurvivalWatch(client: Client): SurvivalWatch {
  const timers = new Set<NodeJS.Timeout>();

  async function measure(
    candidate: string,
    code: string,
    uri: vscode.Uri,
    afterMinutes: number,
  ): Promise<void> {
    const text = await readText(uri);
    const ratio = text === undefined ? 0 : keptRatio(code, text);
    await client.call('survival.record', { candidate, afterMinutes, ratio });
  }

  return {
    watch(candidate, code, { uri }) {
      for (const minutes of AFTER_MINUTES) {
        const timer = setTimeout(() => {
          timers.delete(timer);
          // A measurement that can't be recorded is one measurement fewer, nothing that the user must know.
          measure(candidate, code, uri, minutes).catch(() => undefined);
        }, minutes * 60_000);
        timers.add(timer);
      }
    },
    dispose() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

async function readText(uri: vscode.Uri): Promise<string | undefined> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open !== undefined) return open.getText();
  const bytes = await vscode.workspace.fs.readFile(uri).then(
    (read) => read,
    () => undefined,
  );
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}
