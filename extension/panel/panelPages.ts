import type { RequestRecord } from '../../sidecar/protocol/requestSchemas.ts';
import type { Card, DecisionView } from '../../webview/protocol.ts';
import type { QueueEntry } from '../sidecar/decisionQueue.ts';
import type { PanelCore } from './panelCore.ts';

const PAGE = 20;

/** Which requests the panel shows: the thread of this workspace, newest page first. */
export interface PanelPages {
  /** The page says that it is there: it gets everything. */
  ready(): Promise<void>;
  older(): Promise<void>;
  newThread(): void;
  /** What is shown goes at once; what is there after `restart` comes, where cards were asked for before. */
  reload(restart: () => Promise<void>): Promise<void>;
}

export interface PanelPagesDeps {
  readonly core: PanelCore;
  /** Clicks that are not on disk yet, oldest first. */
  waiting(): readonly QueueEntry[];
  /** Called when the first cards of a list are there, before they are shown. */
  onRestored(): void;
  /** Called once the page has its first state. */
  onShown(): void;
}

export function createPanelPages({ core, waiting, onRestored, onShown }: PanelPagesDeps): PanelPages {
  let loaded: Promise<void> | undefined;
  /** Which list of cards is shown; what was read for an earlier one is dropped. */
  let shown = 0;

  async function read(before: string | undefined): Promise<readonly RequestRecord[]> {
    const { requests } = await core.client.call('request.list', {
      thread: core.memory.thread,
      limit: PAGE,
      ...(before !== undefined && { before }),
    });
    return requests;
  }

  /** The cards of a page, newest where `before` is undefined; undefined where another list is shown by now. */
  async function restore(before: string | undefined): Promise<Card[] | undefined> {
    const list = shown;
    for (;;) {
      const held = waiting();
      const requests = await read(before);
      if (list !== shown) return undefined;
      const still = waiting();
      // A click that was saved meanwhile may be missing in what was read.
      if (held.some(({ key }) => !still.some((entry) => entry.key === key))) continue;
      core.facts.more = requests.length === PAGE;
      const cards = core.cards.restore(requests);
      showWaiting(core, still);
      return cards;
    }
  }

  async function load(): Promise<void> {
    const list = shown;
    try {
      if ((await restore(undefined)) === undefined) return;
      onRestored();
      core.showState();
    } catch {
      if (list === shown) loaded = undefined; // the banner says why; the next `ready` tries again
    }
  }

  /** Whether cards were asked for before. */
  function clear(): boolean {
    const before = loaded !== undefined;
    shown += 1;
    loaded = undefined;
    core.cards.clear();
    core.facts.more = false;
    core.showState();
    return before;
  }

  return {
    async ready() {
      core.showState();
      onShown();
      loaded ??= load();
      await loaded;
    },
    async older() {
      const cards = await restore(core.cards.all()[0]?.request);
      if (cards !== undefined) core.post({ type: 'older', cards, more: core.facts.more });
    },
    newThread() {
      core.memory.newThread();
      clear();
      loaded = Promise.resolve(); // a new thread has no cards on disk
      core.post({ type: 'do', what: 'focusBox' });
    },
    async reload(restart) {
      const asked = clear();
      await restart();
      if (!asked) return;
      onShown();
      loaded ??= load();
      await loaded;
    },
  };
}

/** Clicks that are still queued count on the cards as much as those on disk: in their order, however often applied. */
function showWaiting(core: PanelCore, entries: readonly QueueEntry[]): void {
  for (const { method, params } of entries) {
    if (method === 'decision.record') showRecord(core, params);
    else {
      const card = core.cards.all().find(({ decision }) => decision?.id === params.decision);
      if (card?.decision === undefined) continue;
      const view = method === 'decision.undo' ? undefined : withReasons(card.decision, params);
      core.cards.decide(card.request, view);
    }
  }
}

type Entry<M extends QueueEntry['method']> = Extract<QueueEntry, { method: M }>['params'];

function showRecord(core: PanelCore, params: Entry<'decision.record'>): void {
  const { decision: id, request, candidate, verdict, reasons, note } = params;
  if (core.cards.get(request)?.decision?.id === id) return;
  const view = { id, verdict, reasons, candidate, line: '', state: 'queued' as const };
  core.cards.decide(request, note === undefined ? view : { ...view, note });
}

function withReasons(view: DecisionView, { reasons, note }: Entry<'decision.reason'>): DecisionView {
  const all = [...new Set([...view.reasons, ...reasons])].slice(0, 32);
  return { ...view, reasons: all, state: 'queued', ...(note !== undefined && { note }) };
}
