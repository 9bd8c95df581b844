import type { AppError } from '../../sidecar/protocol/errors.ts';
import type { Intent } from '../../webview/protocol.ts';
import type { DecisionQueue } from '../sidecar/decisionQueue.ts';
import { disconnected, toAppError } from '../sidecar/rpcErrors.ts';
import type { SidecarClient } from '../sidecar/sidecarClient.ts';
import { type ApplyingDeps, createApplying } from './applying.ts';
import { type AskDeps, createAsking } from './asking.ts';
import { createBlocking } from './blocking.ts';
import { createDeciding } from './deciding.ts';
import { createIntents, type IntentParts } from './intents.ts';
import type { PanelCore } from './panelCore.ts';
import type { PanelMessage } from './panelHost.ts';
import { createPanelModels } from './panelModels.ts';
import { createPanelPages } from './panelPages.ts';

export interface PanelControllerDeps
  extends Pick<AskDeps, 'newId' | 'language' | 'workspace'>,
    Pick<ApplyingDeps, 'applyEdit' | 'copyText' | 'onApplied'>,
    Pick<IntentParts, 'runCommand' | 'openLink' | 'setCandidates'> {
  readonly core: PanelCore;
  readonly client: SidecarClient;
  readonly queue: DecisionQueue;
  /** Says in the log what an intent could not do. */
  onFailure(error: AppError): void;
  /** Asks before a download, with host and size. */
  confirmFetch(name: string): Promise<boolean>;
}

export interface PanelController {
  intent(intent: Intent): void;
  /** Sends the page a command of the editor. */
  command(what: Extract<PanelMessage, { type: 'do' }>['what']): PanelMessage;
  /** Looks at models and statistics anew. */
  refresh(): Promise<void>;
  /** Everything was reset: no card is true any more. */
  clear(): void;
  /** Another data folder is in use after `restart`: cards of the one before go at once, those in it come. */
  changeFolder(restart: () => Promise<void>): Promise<void>;
}

/** Joins the parts of the panel, and what the sidecar says, to its cards. */
export function createPanelController(deps: PanelControllerDeps): PanelController {
  const { core, client, queue } = deps;
  const asking = createAsking({ ...deps, core });
  const applying = createApplying({ ...deps, core, targetOf: (request) => asking.targetOf(request) });
  const models = createPanelModels(core, deps.onFailure);
  const refresh = async (): Promise<void> => {
    await models.refresh();
    core.facts.stats = await client.call('stats.get', {});
    core.showFrame();
  };
  const pages = createPanelPages({
    core,
    waiting: () => queue.waiting,
    onRestored: () => asking.restoreQuestions(),
    onShown: () => {
      refresh().catch((error: unknown) => deps.onFailure(toAppError(error)));
    },
  });
  const reconnect = async (): Promise<void> => {
    if (client.state.kind === 'stopped') await client.restart();
    queue.flush();
    await refresh();
  };
  const pull = async (name: string): Promise<void> => {
    if (await deps.confirmFetch(name)) await models.pull(name);
  };
  const dispatch = createIntents({
    ...deps,
    asking,
    applying,
    blocking: createBlocking(core),
    reconnect,
    pages,
    models: { ...models, pull },
    deciding: createDeciding({ core, queue, newId: deps.newId }),
  });
  followSidecar(core, client, queue);
  return {
    intent: (intent) => {
      dispatch(intent).catch((error: unknown) => deps.onFailure(toAppError(error)));
    },
    command: (what) => ({ type: 'do', what }),
    refresh,
    clear: () => pages.newThread(),
    async changeFolder(restart) {
      core.facts.notSaved = undefined;
      await pages.reload(async () => {
        await restart();
        queue.flush(); // clicks that were held for the folder now in use can go
      });
    },
  };
}

function followSidecar(core: PanelCore, client: SidecarClient, queue: DecisionQueue): void {
  const { cards } = core;
  client.on('request.delta', (note) => {
    const effect = cards.delta(note);
    if (effect === 'append') core.post({ type: 'delta', ...note });
    else if (effect === 'card') core.showCard(cards.get(note.request));
  });
  client.on('request.thinking', ({ request, candidate, text, seq }) => {
    if (cards.thinking({ request, candidate, text, seq }))
      core.post({ type: 'thinking', request, candidate, text });
  });
  client.on('request.status', (note) => core.showCard(cards.status(note)));
  client.on('request.end', (note) => core.showCard(cards.end(note)));
  client.on('memory.changed', ({ stats }) => {
    core.facts.stats = stats;
    core.showFrame();
  });
  client.onState((state) => {
    if (state.kind === 'restarting' || state.kind === 'stopped') {
      for (const card of cards.interrupt(disconnected().toData())) core.showCard(card);
    }
    if (state.kind === 'ready') queue.flush();
    core.showFrame();
  });
}
