import * as vscode from 'vscode';
import type { CommandName } from '../commandNames.ts';
import type { EditorContext } from '../editor/context.ts';
import type { PreviewDocuments } from '../editor/previewDocuments.ts';
import type { KnowledgeParts } from '../knowledge/knowledgeParts.ts';
import type { PanelController } from '../panel/panelController.ts';
import type { PanelCore } from '../panel/panelCore.ts';
import type { PanelHost } from '../panel/panelHost.ts';
import { createReportHost } from '../report/reportHost.ts';
import { runCommand } from '../runCommand.ts';
import type { ServerTokens } from '../serverTokens.ts';
import { readDataFolder, readSettings } from '../settings.ts';
import { showMarkdown } from '../showMarkdown.ts';
import type { SidecarClient } from '../sidecar/sidecarClient.ts';
import type { StatusBar } from '../statusBar.ts';
import { doctorReport } from './doctorReport.ts';
import { createExchangeCommands } from './exchangeCommands.ts';
import { installTerminalCommand } from './installTerminalCommand.ts';
import { createKnowledgeCommands } from './knowledgeCommands.ts';
import { showMenu } from './menu.ts';
import { createModelCommands } from './modelCommands.ts';
import { setServerToken } from './setServerToken.ts';
import { startOllama } from './startOllama.ts';
import { createTrainCommands } from './trainCommands.ts';
import { createTrainingFiles } from './trainingFiles.ts';
import { withProgress } from './withProgress.ts';

export interface CommandsDeps {
  readonly context: vscode.ExtensionContext;
  readonly client: SidecarClient;
  readonly core: PanelCore;
  readonly editor: EditorContext;
  readonly host: PanelHost;
  readonly knowledge: KnowledgeParts;
  readonly log: vscode.LogOutputChannel;
  readonly panel: PanelController;
  readonly previews: PreviewDocuments;
  readonly statusBar: StatusBar;
  readonly tokens: ServerTokens;
}

type Commands = Readonly<Record<CommandName, (args: readonly unknown[]) => Promise<void>>>;

/** What each command does. */
export function createCommands(deps: CommandsDeps): Commands {
  const { client, panel, statusBar } = deps;
  const dataFolder = (): string => readDataFolder(process.env);
  const say = (line: string): void => {
    vscode.window.setStatusBarMessage(line, 8_000);
  };
  const showText = (name: string, markdown: string) => showMarkdown(deps.previews, name, markdown);
  const models = createModelCommands({ client, changed: panel.refresh, say });
  const report = createReportHost({
    extensionUri: deps.context.extensionUri,
    client,
    activate: models.activate,
    showText,
    run: runCommand,
  });
  const train = createTrainCommands({ client, busy: statusBar.busy, showReport: report.show });
  const files = createTrainingFiles({ client, dataFolder, showText, onReset: panel.clear });
  return {
    ...panelCommands(deps),
    ...train,
    ...files,
    ...createExchangeCommands({ client, say, showText }),
    ...createKnowledgeCommands(deps.knowledge),
    switchModel: models.switchModel,
    selectModel: models.selectModel,
    pullModel: async ([name]) => models.pullModel(typeof name === 'string' ? name : undefined),
    setUpBuiltIn: models.setUpBuiltIn,
    setServerToken: () =>
      setServerToken({ tokens: deps.tokens, host: () => readSettings(process.env).host, say }),
    installTerminalCommand: () => installTerminalCommand(deps.context.extensionPath),
    diagnose: () => diagnose(deps, showText),
    showLogs: async () => deps.log.show(),
    menu: () => showMenu(statusBar.due),
    async startOllama() {
      await withProgress('Starting Ollama', (_, signal) => startOllama(client, signal));
      await panel.refresh();
    },
  };
}

type PanelCommands = Pick<
  Commands,
  'ask' | 'askAboutSelection' | 'askFromContextMenu' | 'approve' | 'deny' | 'editAndApprove' | 'stop' | 'undo'
>;

function panelCommands({ host, core }: CommandsDeps): PanelCommands {
  const tell = (what: 'approve' | 'deny' | 'edit' | 'stop' | 'undo') => async () => {
    if (!host.isVisible) host.reveal();
    host.postWhenReady({ type: 'do', what });
  };
  const focusBox = (): void => {
    host.reveal();
    host.postWhenReady({ type: 'do', what: 'focusBox' });
  };
  const askAboutSelection = async (): Promise<void> => {
    await core.chips.add('selection', undefined);
    core.showFrame();
    focusBox();
  };
  return {
    ask: async () => focusBox(),
    askAboutSelection,
    askFromContextMenu: askAboutSelection,
    approve: tell('approve'),
    deny: tell('deny'),
    editAndApprove: tell('edit'),
    stop: tell('stop'),
    undo: tell('undo'),
  };
}

async function diagnose(
  { client, context }: CommandsDeps,
  showText: (name: string, markdown: string) => Promise<void>,
): Promise<void> {
  const [health, doctor] = await Promise.all([client.call('health.get', {}), client.call('doctor.run', {})]);
  const { version }: { version: string } = context.extension.packageJSON;
  const editor = `${vscode.env.appName} ${vscode.version}`;
  const platform = `${process.platform} ${process.arch}, Node ${process.versions.node}`;
  await showText('Diagnosis.md', doctorReport({ version, editor, platform, health, doctor }));
}
