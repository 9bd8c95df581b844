import * as vscode from 'vscode';
import type { TrainResult } from '../../sidecar/protocol/trainingSchemas.ts';
import type { Log } from '../log.ts';
import { trainReport } from './trainReport.ts';

export interface ReportHostDeps {
  readonly context: vscode.ExtensionContext;
  readonly log: Log;
  activate(version: string): Promise<void>;
  showText(name: string, markdown: string): Promise<void>;
}

export interface ReportHost {
  show(result: TrainResult): void;
}

export function createReportHost({ log, activate, showText }: ReportHostDeps): ReportHost {
  async function offer(result: TrainResult): Promise<void> {
    await showText('Training report.md', trainReport(result));
    const { version } = result;
    if (version === undefined) return;
    const use = `Use v${version.number}`;
    const chosen = await vscode.window.showInformationMessage(result.line, use, 'Keep');
    if (chosen === use) await activate(version.version);
  }
  return {
    show(result) {
      offer(result).catch((error: unknown) => log.error(String(error)));
    },
  };
}
