import type { Action } from '../../sidecar/protocol/errors.ts';
import type { Candidates, Intent } from '../../webview/protocol.ts';
import { ACTION_ENTRIES } from '../notify.ts';
import type { Applying } from './applying.ts';
import type { Asking } from './asking.ts';
import type { Blocking } from './blocking.ts';
import type { Deciding } from './deciding.ts';
import type { PanelCore } from './panelCore.ts';
import type { PanelModels } from './panelModels.ts';
import type { PanelPages } from './panelPages.ts';

export interface IntentParts {
  readonly core: PanelCore;
  readonly asking: Asking;
  readonly deciding: Deciding;
  readonly applying: Applying;
  readonly blocking: Blocking;
  readonly models: PanelModels;
  readonly pages: PanelPages;
  runCommand(command: string, ...args: readonly string[]): Promise<void>;
  /** Keeps how many answers each request gets. */
  setCandidates(candidates: Candidates): Promise<void>;
  /** Asks, then opens an address outside. */
  openLink(href: string): Promise<void>;
  /** Starts the sidecar again after it stopped, and looks at the server anew. */
  reconnect(): Promise<void>;
}

type Handlers = { readonly [T in Intent['type']]: (intent: Extract<Intent, { type: T }>) => unknown };

/** What each intent of the page does. Intents name wishes; everything they act on is looked up here. */
export function createIntents(parts: IntentParts): (intent: Intent) => Promise<void> {
  const { core, asking, deciding, applying, models, pages } = parts;
  const handlers: Handlers = {
    ready: () => pages.ready(),
    ask: (intent) => asking.ask(intent),
    stop: ({ request }) => asking.stop(request),
    choose: ({ request, reading }) => asking.choose(request, reading),
    another: ({ request }) => asking.another(request),
    retry: ({ request }) => asking.retry(request),
    decide: (intent) => deciding.decide(intent),
    addReasons: (intent) => deciding.addReasons(intent),
    undo: ({ decision }) => deciding.undo(decision),
    block: (intent) => parts.blocking.set(intent),
    copy: (intent) => applying.copy(intent),
    apply: (intent) => applying.apply(intent),
    open: ({ request, candidate }) => core.cards.open(request, candidate),
    category: ({ request, category }) => core.showCard(core.cards.setCategory(request, category)),
    async addChip({ kind, id }) {
      await core.chips.add(kind, id);
      core.showFrame();
    },
    removeChip({ id }) {
      core.chips.remove(id);
      core.showFrame();
    },
    async findFiles({ query }) {
      core.post({ type: 'files', query, files: await core.chips.find(query) });
    },
    action: ({ action, request }) => act(parts, action, request),
    pull: ({ name }) => models.pull(name),
    cancelPull: () => models.cancelPull(),
    pickModel: () => parts.runCommand('whetstone.selectModel'),
    settings: () => parts.runCommand('workbench.action.openSettings', '@ext:whetstone.whetstone'),
    newThread: () => pages.newThread(),
    candidates: ({ candidates }) => parts.setCandidates(candidates),
    seeRule: ({ rule }) => parts.runCommand('whetstone.whatWhetstoneKnows', `rule:${rule}`),
    link: ({ href }) => parts.openLink(href),
    older: () => pages.older(),
    resync: ({ request }) => core.showCard(core.cards.get(request)),
    draft: ({ text }) => core.memory.setDraft(text),
  };
  return async (intent) => {
    // The table above has one handler for each type; which one is only known at run time.
    const handle: (intent: never) => unknown = handlers[intent.type];
    await handle(intent as never);
  };
}

async function act(parts: IntentParts, action: Action, request: string | undefined): Promise<void> {
  const { effect } = ACTION_ENTRIES[action];
  if (effect.kind === 'command') return parts.runCommand(effect.command, ...effect.args);
  if (action === 'retry') {
    if (request !== undefined) return parts.asking.retry(request);
    return parts.reconnect();
  }
  if (request === undefined) return;
  if (action === 'showDiff' || action === 'applyElsewhere' || action === 'copy') {
    await parts.applying.again(request, action);
  }
}
