import * as vscode from 'vscode';
import type { Stats } from '../sidecar/protocol/statsSchemas.ts';
import { statusSummary, statusText, statusTooltip, trainingDue } from './statusText.ts';

const KEY = 'whetstone.statusBar';

export interface StatusBar {
  show(stats: Stats): void;
  busy(busy: boolean): void;
  /** Turns to the warning colour, with what the user should do; undefined turns it back. */
  needsUser(what: string | undefined): void;
  /** `14 new decisions since v2`, or empty. */
  readonly due: string;
}

interface Known {
  readonly summary: string;
  readonly tooltip: string;
  readonly due: string;
}

/** The entry at the bottom. It shows what was last known, so that nothing starts just to show it. */
export function registerStatusBar(context: vscode.ExtensionContext): StatusBar {
  const item = vscode.window.createStatusBarItem('whetstone.status', vscode.StatusBarAlignment.Right, 90);
  context.subscriptions.push(item);
  let known: Known = context.globalState.get<Known>(KEY, {
    summary: 'Whetstone',
    tooltip: '**Whetstone**',
    due: '',
  });
  let busy = false;
  let wanted: string | undefined;

  function render(): void {
    item.text = statusText(known.summary, busy);
    const note = wanted === undefined ? '' : `\n\n$(warning) ${wanted}`;
    item.tooltip = new vscode.MarkdownString(known.tooltip + note, true);
    item.accessibilityInformation = {
      label: `Whetstone, ${known.summary}${busy ? ', busy' : ''}`,
      role: 'button',
    };
    item.backgroundColor =
      wanted === undefined ? undefined : new vscode.ThemeColor('statusBarItem.warningBackground');
  }

  item.name = 'Whetstone';
  item.command = 'whetstone.menu';
  render();
  item.show();
  return {
    show(stats) {
      known = { summary: statusSummary(stats), tooltip: statusTooltip(stats), due: trainingDue(stats) };
      context.globalState.update(KEY, known);
      render();
    },
    busy(next) {
      if (busy === next) return;
      busy = next;
      render();
    },
    needsUser(what) {
      if (wanted === what) return;
      wanted = what;
      render();
    },
    get due() {
      return known.due;
    },
  };
}
