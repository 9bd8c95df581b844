import type { RequestRecord } from '../../sidecar/protocol/requestSchemas.ts';
import type { QueueEntry } from '../sidecar/decisionQueue.ts';
import type { PanelCore } from './panelCore.ts';

const PAGE = 20;

/** Which requests the panel shows: the thread of this workspace, newest page first. */
export interface PanelPages {
  /** The page says that it is there: it gets everything. */
  ready(): Promise<void>;
  older(): Promise<void>;
  newThread(): void;
}

export interface PanelPagesDeps {
  readonly core: PanelCore;
  /** Clicks of an earlier window that are not on disk yet. */
  waiting(): readonly QueueEntry[];
  /** Called once the page has its first state. */
  onShown(): void;
}

export function createPanelPages({ core, waiting, onShown }: PanelPagesDeps): PanelPages {
  let loaded: Promise<void> | undefined;

  async function page(before: string | undefined): Promise<readonly RequestRecord[]> {
    const { requests } = await core.client.call('request.list', {
      thread: core.memory.thread,
      limit: PAGE,
      ...(before !== undefined && { before }),
    });
    core.facts.more = requests.length === PAGE;
    return requests;
  }

  async function load(): Promise<void> {
    try {
      core.cards.restore(await page(undefined));
      showWaiting(core, waiting());
      core.showState();
    } catch {
      loaded = undefined; // the banner says why; the next `ready` tries again
    }
  }

  return {
    async ready() {
      core.showState();
      onShown();
      loaded ??= load();
      await loaded;
    },
    async older() {
      const oldest = core.cards.all()[0];
      const cards = core.cards.restore(await page(oldest?.request));
      core.post({ type: 'older', cards, more: core.facts.more });
    },
    newThread() {
      core.memory.newThread();
      core.cards.clear();
      core.facts.more = false;
      core.showState();
      core.post({ type: 'do', what: 'focusBox' });
    },
  };
}

/** A decision that is still queued counts on the card as much as one on disk. */
function showWaiting(core: PanelCore, entries: readonly QueueEntry[]): void {
  for (const { method, params } of entries) {
    if (method !== 'decision.record' || core.cards.get(params.request)?.decision !== undefined) continue;
    const { decision: id, request, candidate, verdict, reasons, note } = params;
    const view = { id, verdict, reasons, candidate, line: '', state: 'queued' as const };
    core.cards.decide(request, note === undefined ? view : { ...view, note });
  }
}
