import { join, resolve } from 'node:path';
import { monotonicFactory } from 'ulid';
import * as vscode from 'vscode';
import type { AppError } from '../sidecar/protocol/errors.ts';
import type { CommandName } from './commandNames.ts';
import { createCommands } from './commands/createCommands.ts';
import { confirmFetch } from './commands/modelFetching.ts';
import { createDisposableBag } from './disposableBag.ts';
import { createApplyEdit } from './editor/applyEdit.ts';
import { createChips } from './editor/chips.ts';
import { createEditorContext, type EditorContext } from './editor/context.ts';
import { examplePrompts } from './editor/examplePrompts.ts';
import { createPreviewDocuments } from './editor/previewDocuments.ts';
import { createEditorSurvival, type EditorSurvival } from './editor/survival/editorSurvival.ts';
import { createKnowledgeParts } from './knowledge/knowledgeParts.ts';
import type { KnowledgeTree } from './knowledge/knowledgeTree.ts';
import { openLink } from './openLink.ts';
import { type Cards, createCards } from './panel/cards.ts';
import { createQueueOutcome } from './panel/deciding.ts';
import { createPanelController, type PanelController } from './panel/panelController.ts';
import { createPanelCore, type PanelCore } from './panel/panelCore.ts';
import { createPanelHost, type PanelHost } from './panel/panelHost.ts';
import { createPanelMemory, type PanelMemory } from './panel/panelMemory.ts';
import { runCommand } from './runCommand.ts';
import { createServerTokens, type ServerTokens } from './serverTokens.ts';
import { onSettingsChange, readDataFolder, readNodePath, readSettings, writeSetting } from './settings.ts';
import { showError } from './showError.ts';
import { showMarkdown } from './showMarkdown.ts';
import { createDecisionQueue, type DecisionQueue } from './sidecar/decisionQueue.ts';
import { createRuntimeChoice } from './sidecar/runtimeChoice.ts';
import { createSidecarClient, type SidecarClient } from './sidecar/sidecarClient.ts';
import { startSidecarProcess } from './sidecar/sidecarProcess.ts';
import { createSupervisor } from './sidecar/supervisor.ts';
import type { StatusBar } from './statusBar.ts';
import { watchSidecar } from './watchSidecar.ts';
import { whichMachine } from './whichMachine.ts';

const UNSENT_KEY = 'whetstone.unsentDecisions';

export interface SessionDeps {
  readonly context: vscode.ExtensionContext;
  readonly statusBar: StatusBar;
  /** Fired where the tree of what is known is to be read again. */
  readonly treeChanges: { fire(data: undefined): void };
}

/** Everything of a window that is needed once Whetstone is used. */
export interface Session {
  run(command: CommandName, args: readonly unknown[]): Promise<void>;
  adoptPanel(panel: vscode.WebviewPanel): void;
  readonly knowledgeTree: KnowledgeTree;
  /** Boxes of the tree that were ticked or cleared. */
  switchKnowledge(items: Parameters<KnowledgeTree['switched']>[0]): Promise<void>;
  /** Starts the sidecar for clicks that an earlier window could not save. */
  sendUnsent(): void;
  dispose(): Promise<void>;
}

/** Puts the parts of a window together. Nothing starts here: the sidecar is forked at its first call. */
export function createSession({ context, statusBar, treeChanges }: SessionDeps): Session {
  const bag = createDisposableBag();
  const log = bag.add(vscode.window.createOutputChannel('Whetstone', { log: true }));
  const tokens = createServerTokens({ secrets: context.secrets, state: context.globalState, log });
  const client = createClient(context, tokens, log);
  const editor = bag.add(createEditorContext());
  const previews = bag.add(createPreviewDocuments());
  const survival = bag.add(createSurvival(context, client));
  const newId = monotonicFactory();
  const cards = createCards(Date.now);
  const host = bag.add(
    createPanelHost({
      extensionUri: context.extensionUri,
      log,
      onIntent: (intent) => panel.intent(intent),
    }),
  );
  const core = createCore({
    client,
    cards,
    editor,
    statusBar,
    host,
    memory: createPanelMemory(context.workspaceState, newId),
  });
  const logFailure = (error: AppError): void => {
    log.error(`${error.code}: ${error.message} ${error.why ?? ''}`);
  };
  const tell = (error: AppError): void => {
    logFailure(error);
    showError(error, async () => undefined);
  };
  const queue = bag.add(createQueue(context, client, { core, statusBar, tell }));
  const panel = createPanelController({
    core,
    client,
    queue,
    newId,
    language: () => editor.editor()?.document.languageId,
    workspace: editor.workspace,
    applyEdit: createApplyEdit({ previews, editor: editor.editor }),
    copyText: async (text) => vscode.env.clipboard.writeText(text),
    onApplied: survival.watch,
    runCommand: async (command, ...args) => vscode.commands.executeCommand(command, ...args),
    openLink,
    async setCandidates(candidates) {
      await writeSetting('candidates', String(candidates));
      core.showFrame(); // where a workspace has its own number, that one stays and is shown
    },
    onFailure: logFailure,
    confirmFetch: (name) => confirmFetch(client, name),
  });
  const knowledge = bag.add(
    createKnowledgeParts({
      extensionUri: context.extensionUri,
      client,
      revealCard: (request) => revealCard(core, host, request),
      showText: (name, markdown) => showMarkdown(previews, name, markdown),
      onTreeStale: () => treeChanges.fire(undefined),
      schedule: later,
    }),
  );
  const commands = createCommands({
    ...{ context, client, core, editor, host, knowledge, log, panel, previews, statusBar, tokens },
  });
  bag.add(watchSidecar(client, statusBar, log));
  bag.add(watchEditor(core));
  bag.add(watchSettings(client, core, tokens, panel));
  return {
    run: (name, args) => runCommand(() => commands[name](args)),
    adoptPanel: (adopted) => host.adopt(adopted),
    knowledgeTree: knowledge.tree,
    switchKnowledge: (items) => runCommand(() => knowledge.tree.switched(items)),
    sendUnsent: queue.flush,
    async dispose() {
      bag.dispose();
      await client.dispose();
    },
  };
}

interface CoreParts {
  readonly client: SidecarClient;
  readonly cards: Cards;
  readonly editor: EditorContext;
  readonly statusBar: StatusBar;
  readonly host: PanelHost;
  readonly memory: PanelMemory;
}

function createCore({ client, cards, editor, statusBar, host, memory }: CoreParts): PanelCore {
  return createPanelCore({
    client,
    cards,
    chips: createChips(editor),
    memory,
    settings: () => readSettings(process.env),
    trusted: () => vscode.workspace.isTrusted,
    machine: () => whichMachine(readSettings(process.env).host),
    examples: () => examplePrompts(openFileName(editor)),
    post: (message) => host.post(message),
    onBusy(busy) {
      statusBar.busy(busy);
      setContext('whetstone.busy', busy);
      if (cards.hasAnswer) setContext('whetstone.hasAnswer', true);
    },
  });
}

/** Brings a card of the panel into sight; false where the panel does not have it. */
function revealCard(core: PanelCore, host: PanelHost, request: string): boolean {
  if (core.cards.get(request) === undefined) return false;
  if (!host.isVisible) host.reveal();
  host.postWhenReady({ type: 'reveal', request });
  return true;
}

function createClient(
  context: vscode.ExtensionContext,
  tokens: ServerTokens,
  log: vscode.LogOutputChannel,
): SidecarClient {
  const runtime = createRuntimeChoice({ nodePath: readNodePath, log });
  const { version }: { version: string } = context.extension.packageJSON;
  return createSidecarClient({
    open: () =>
      startSidecarProcess({
        bundle: join(context.extensionPath, 'dist', 'sidecar.cjs'),
        program: runtime.program,
        dataFolder: readDataFolder(process.env),
        log,
      }),
    async handshake() {
      // The token that is read is for the very host that goes along.
      const settings = readSettings(process.env);
      const token = await tokens.get(settings.host);
      const { isTrusted: trusted } = vscode.workspace;
      return {
        client: { name: 'vscode', version },
        settings,
        trusted,
        ...(token !== undefined && { token }),
      };
    },
    supervisor: createSupervisor(Date.now),
    runtime,
    schedule: later,
    log,
  });
}

/** For `when` clauses and the walkthrough's steps. */
function setContext(name: string, value: boolean): void {
  vscode.commands.executeCommand('setContext', name, value);
}

function createSurvival(context: vscode.ExtensionContext, client: SidecarClient): EditorSurvival {
  return createEditorSurvival({
    client,
    store: context.workspaceState,
    dataFolder: () => resolve(readDataFolder(process.env)),
    clock: Date.now,
    schedule: later,
  });
}

function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

interface QueueShows {
  readonly core: PanelCore;
  readonly statusBar: StatusBar;
  /** Shows an error that has no card. */
  tell(error: AppError): void;
}

function createQueue(
  context: vscode.ExtensionContext,
  client: SidecarClient,
  { core, statusBar, tell }: QueueShows,
): DecisionQueue {
  const outcome = createQueueOutcome(core, tell);
  const queue = createDecisionQueue({
    async send(entry) {
      if (entry.method === 'decision.record') return client.call(entry.method, entry.params);
      if (entry.method === 'decision.reason') return client.call(entry.method, entry.params);
      await client.call(entry.method, entry.params);
      return undefined;
    },
    // Resolved, so that a slash at its end does not make it another one.
    dataFolder: () => resolve(readDataFolder(process.env)),
    load: () => context.workspaceState.get(UNSENT_KEY),
    save: (entries) => context.workspaceState.update(UNSENT_KEY, entries),
    schedule: later,
    onAcknowledged(entry, noted) {
      if (entry.method === 'decision.record') setContext('whetstone.hasDecision', true);
      statusBar.needsUser(undefined);
      outcome.acknowledged(entry, noted);
    },
    onRefused(entry, error) {
      if (queue.waiting.length === 0) statusBar.needsUser(undefined);
      outcome.refused(entry, error);
    },
    onWaiting(entry, error) {
      outcome.waiting(entry, error, queue.waiting.length);
      if (core.facts.notSaved !== undefined) statusBar.needsUser('Decisions are not being saved.');
    },
  });
  return queue;
}

function watchEditor(core: PanelCore): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  // The selection changes with every key; the panel follows when it rests.
  const followed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(core.showFrame, 100);
  };
  return vscode.Disposable.from(
    vscode.window.onDidChangeTextEditorSelection((event) => {
      if (event.textEditor !== vscode.window.activeTextEditor) return;
      core.chips.selectionChanged();
      followed();
    }),
    vscode.window.onDidChangeActiveTextEditor(followed),
    vscode.workspace.onDidGrantWorkspaceTrust(followed),
    new vscode.Disposable(() => clearTimeout(timer)),
  );
}

function watchSettings(
  client: SidecarClient,
  core: PanelCore,
  tokens: ServerTokens,
  panel: PanelController,
): vscode.Disposable {
  const failed = (): void => undefined; // what does not work shows up in the banner
  const tellAgain = (): void => {
    if (client.state.kind !== 'ready') return;
    const looked = client.tellAgain().then(async () => {
      core.facts.models = await client.call('models.list', {});
      core.showFrame();
    });
    looked.catch(failed);
  };
  const tokenWatch = tokens.onChange(tellAgain);
  const settingsWatch = onSettingsChange({
    settings: tellAgain,
    dataFolder: () => {
      panel.changeFolder(() => client.restart()).catch(failed);
    },
  });
  return vscode.Disposable.from(settingsWatch, { dispose: () => tokenWatch.dispose() });
}

function openFileName(editor: EditorContext): string | undefined {
  const document = vscode.workspace.isTrusted ? editor.editor()?.document : undefined;
  return document === undefined || document.isUntitled ? undefined : document.uri.path.split('/').at(-1);
}
