import * as vscode from 'vscode';
import type { Client } from '../../sidecar/protocol/methods.ts';
import type { TrainResult } from '../../sidecar/protocol/trainingSchemas.ts';
import {
  type ReportHostMessage,
  type ReportIntent,
  reportIntentMessageSchema,
} from '../../webview/reportProtocol.ts';
import { ACTION_ENTRIES } from '../notify.ts';
import { pageRoots, renderPage } from '../panel/renderPage.ts';
import { decisionsText } from './decisionsText.ts';

const REPORT_TYPE = 'whetstone.report';
/** So many are shown at once, however old. */
const MAX_DECISIONS = 200;

export interface ReportHostDeps {
  readonly extensionUri: vscode.Uri;
  readonly client: Client;
  activate(version: string): Promise<void>;
  showText(name: string, markdown: string): Promise<void>;
  /** Runs what a button asks for, and shows what went wrong. */
  run(work: () => Promise<void>): Promise<void>;
}

/** The page that a training ends in. Each training opens a page of its own. */
export interface ReportHost {
  show(result: TrainResult): void;
}

export function createReportHost(deps: ReportHostDeps): ReportHost {
  return {
    show(result) {
      const title = result.version === undefined ? 'Training' : `Training v${result.version.number}`;
      const options = { localResourceRoots: pageRoots(deps.extensionUri) };
      const panel = vscode.window.createWebviewPanel(REPORT_TYPE, title, vscode.ViewColumn.Active, options);
      new ReportPage(deps, panel, result).open();
    },
  };
}

class ReportPage {
  private readonly deps: ReportHostDeps;
  private readonly panel: vscode.WebviewPanel;
  private readonly result: TrainResult;
  private renderId = '';

  constructor(deps: ReportHostDeps, panel: vscode.WebviewPanel, result: TrainResult) {
    this.deps = deps;
    this.panel = panel;
    this.result = result;
  }

  open(): void {
    this.panel.webview.onDidReceiveMessage((message: unknown) => {
      const parsed = reportIntentMessageSchema.safeParse(message);
      if (!parsed.success || parsed.data.renderId !== this.renderId) return;
      const { intent } = parsed.data;
      this.deps.run(() => this.act(intent)).catch(() => undefined);
    });
    this.renderId = renderPage(this.panel, this.deps.extensionUri, {
      title: 'Training report',
      script: 'report.js',
      styles: ['codicon.css', 'report.css'],
    });
  }

  private async act(intent: ReportIntent): Promise<void> {
    switch (intent.type) {
      case 'ready':
        return this.send();
      case 'useVersion':
        if (intent.version !== this.result.version?.version) return;
        await this.deps.activate(intent.version);
        return this.send();
      case 'keep':
        this.panel.dispose();
        return;
      case 'seeDecisions':
        return this.showDecisions(new Set(intent.decisions));
      case 'openModelfile':
        await vscode.commands.executeCommand('whetstone.openTrainedModelfile');
        return;
      case 'openLog':
        await vscode.commands.executeCommand('whetstone.showTrainingLog');
        return;
      case 'action': {
        const { effect } = ACTION_ENTRIES[intent.action];
        // The only thing that a report can try again is the training itself.
        if (effect.kind === 'command') await vscode.commands.executeCommand(effect.command, ...effect.args);
        else if (intent.action === 'retry') await vscode.commands.executeCommand('whetstone.trainModel');
        else if (intent.action === 'showDiff')
          await vscode.commands.executeCommand('whetstone.openTrainedModelfile');
      }
    }
  }

  private async send(): Promise<void> {
    const { activeVersion } = await this.deps.client.call('stats.get', {});
    const message: ReportHostMessage = {
      type: 'result',
      renderId: this.renderId,
      result: this.result,
      ...(activeVersion !== undefined && { activeNumber: activeVersion.number }),
    };
    await this.panel.webview.postMessage(message);
  }

  private async showDecisions(wanted: ReadonlySet<string>): Promise<void> {
    const ids = [...wanted].slice(0, MAX_DECISIONS);
    const listed = { ids, limit: MAX_DECISIONS, texts: true };
    const { decisions } = await this.deps.client.call('decision.list', listed);
    await this.deps.showText('Decisions.md', decisionsText(decisions));
  }
}
