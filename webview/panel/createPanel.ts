import { element } from '../element.ts';
import type { HostPort } from '../hostPort.ts';
import { createHighlighter } from '../markdown/highlightCode.ts';
import { createMarkdownRenderer } from '../markdown/renderMarkdown.ts';
import { createSanitizer } from '../markdown/sanitize.ts';
import { type Change, canDecide, createPanelStore, isRunning, openCandidate } from '../panelStore.ts';
import type { HostMessage, Intent } from '../protocol.ts';
import { announcement, justFailed } from './announcements.ts';
import { createBanner } from './banner.ts';
import type { CardActions, CardUi } from './cardActions.ts';
import { currentCard, listenForCardKeys } from './cardKeys.ts';
import { createCardList } from './cardList.ts';
import { createCardView } from './cardView.ts';
import { createCardActions } from './createCardActions.ts';
import { createDecider } from './decider.ts';
import { createEmptyState } from './emptyState.ts';
import { createFrameQueue } from './frameQueue.ts';
import { createHeader } from './header.ts';
import { createLiveRegion } from './liveRegion.ts';
import { createPromptBox } from './promptBox.ts';
import { createUiState } from './uiState.ts';

const DRAFT_MS = 300;

export interface Panel {
  receive(message: HostMessage): void;
}

/** Puts the parts of the panel together below `root`: what the host says is drawn, what the user does is sent. */
export function createPanel(root: HTMLElement, port: HostPort<HostMessage, Intent>): Panel {
  const post = port.post;
  const store = createPanelStore();
  const ui = createUiState(port.saved, port.save);
  const decider = createDecider(post, () => performance.now());
  const live = createLiveRegion();
  const sanitize = createSanitizer();
  const tools = { renderMarkdown: createMarkdownRenderer(sanitize), highlight: createHighlighter(sanitize) };
  const asked = new Set<string>();

  const header = createHeader(post);
  const banner = createBanner(post);
  const empty = createEmptyState((prompt) => {
    box.set(prompt);
    box.focus();
  });
  const box = createPromptBox({
    draft: ui.get().draft,
    post,
    onDraft: saveDraft(ui.set, post),
    onSend: (prompt) => {
      ui.set({ sent: prompt });
      list.toEnd();
    },
    onEscape: () => focusCard(store.order().at(-1)),
  });
  const isFolded = (request: string): boolean => {
    const said = ui.get().unfolded[request];
    if (said !== undefined) return !said;
    const card = store.card(request);
    const busy = ui.get().work?.request === request || (card !== undefined && isRunning(card));
    return store.order().at(-1) !== request && !busy;
  };
  const focusCard = (request: string | undefined) => {
    if (request) list.view(request)?.element.focus();
  };
  const queue = createFrameQueue((requests) => list.keepPlace(() => requests.forEach(draw)));
  const actions: CardActions = createCardActions({
    store,
    ui,
    decider,
    post,
    redraw: (request) => queue.add(request),
    say: live.say,
    focusCard,
    clearPrompt: (prompt) => box.text() === prompt && box.set(''),
  });
  const list = createCardList({
    makeCard: (request) => createCardView(request, tools, actions),
    onOlder: () => {
      if (!store.more() || asked.has(store.order()[0] ?? '')) return;
      asked.add(store.order()[0] ?? '');
      post({ type: 'older' });
    },
    onScroll: (scroll) => ui.get().scroll !== scroll && ui.set({ scroll }),
  });
  const uiOf = (request: string): CardUi => {
    const { work, openTabs } = ui.get();
    return {
      newest: store.order().at(-1) === request,
      folded: isFolded(request),
      chosen: openTabs[request],
      work: work?.request === request ? work : undefined,
      pending: decider.pending(request),
      canWrite: store.frame()?.canWrite ?? false,
      reasons: store.frame()?.reasons ?? [],
    };
  };
  function draw(request: string): void {
    const card = store.card(request);
    if (!card) return;
    const open = openCandidate(card, ui.get().openTabs[request]);
    if (open && canDecide(open)) decider.shown(open.id, performance.now());
    list.view(request)?.update(card, uiOf(request));
  }
  function drawFrame(): void {
    const frame = store.frame();
    if (!frame) return;
    header.update(frame);
    banner.update(frame.banner);
    box.update(frame);
    const blocked = frame.banner.kind === 'noServer' || frame.banner.kind === 'noModels';
    empty.update(blocked ? [] : frame.examples, store.order().length === 0);
  }
  function change(changed: Change): void {
    if (changed.kind === 'all') {
      const { scroll } = ui.get();
      list.show(store.order(), store.more());
      store.order().forEach(draw);
      drawFrame();
      list.restore(scroll);
    } else if (changed.kind === 'frame') {
      drawFrame();
      queue.add(...store.order().filter((request) => !isFolded(request)));
    } else if (changed.kind === 'newCard') {
      const { order } = store;
      list.add(changed.request);
      drawFrame();
      queue.add(changed.request, ...order().slice(-2, -1));
    } else if (changed.kind === 'card') queue.add(changed.request);
    else if (changed.kind === 'older') {
      list.prepend(changed.requests, store.more());
      changed.requests.forEach(draw);
    } else if (changed.kind === 'gap') resync(changed.request);
  }
  const gaps = new Set<string>();
  function resync(request: string): void {
    if (gaps.has(request)) return;
    gaps.add(request);
    post({ type: 'resync', request });
  }
  function receiveCards(message: HostMessage): void {
    const request = message.type === 'card' ? message.card.request : undefined;
    const before = request ? store.card(request) : undefined;
    const changed = store.apply(message);
    if (message.type === 'state') gaps.clear();
    const after = request ? store.card(request) : undefined;
    if (after) {
      gaps.delete(after.request);
      decider.seen(after);
      const words = announcement(before, after);
      if (words) live.say(words);
      if (ui.get().sent === after.prompt) ui.set({ sent: undefined });
      if (justFailed(before, after) && box.text() === '') box.set(after.prompt);
    }
    change(changed);
  }
  function receiveState(message: Extract<HostMessage, { type: 'state' }>): void {
    receiveCards(message);
    for (const card of message.state.cards) decider.seen(card);
    const { sent } = ui.get();
    const arrived = message.state.cards.some((card) => card.prompt === sent);
    if (box.text() === '') box.set((arrived ? undefined : sent) || message.state.draft);
    ui.set({ sent: undefined });
  }
  function command(what: Extract<HostMessage, { type: 'do' }>['what']): void {
    const request = currentCard(store);
    if (what === 'focusBox') return box.focus();
    if (!request) return;
    if (what === 'approve') actions.decide(request, 'approved');
    else if (what === 'deny') actions.decide(request, 'denied');
    else if (what === 'edit') actions.openWork(request, 'edit');
    else if (what === 'undo') actions.undo(request);
    else post({ type: 'stop', request });
  }
  listenForCardKeys({ store, ui, actions, isFolded, focusCard, focusBox: box.focus });
  listenForLinks(root, post);
  list.element.prepend(empty.element);
  root.append(
    header.element,
    list.element,
    element('div', { class: 'foot' }, banner.element, box.element),
    live.element,
  );
  return {
    receive: (message) => {
      if (message.type === 'state') receiveState(message);
      else if (message.type === 'files') box.files(message);
      else if (message.type === 'do') command(message.what);
      else if (message.type === 'draft') box.set(message.text);
      else receiveCards(message);
    },
  };
}

/** Keeps the draft at once on the page and, when typing pauses, with the host. */
function saveDraft(
  set: (change: { draft: string }) => void,
  post: (intent: Intent) => void,
): (text: string) => void {
  let timer: number | undefined;
  return (draft) => {
    set({ draft });
    window.clearTimeout(timer);
    timer = window.setTimeout(() => post({ type: 'draft', text: draft }), DRAFT_MS);
  };
}

function listenForLinks(root: HTMLElement, post: (intent: Intent) => void): void {
  const follow = (event: Event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>('a[data-href]') : null;
    const href = link?.dataset['href'];
    if (!href) return;
    event.preventDefault();
    post({ type: 'link', href });
  };
  root.addEventListener('click', follow);
  root.addEventListener('keydown', (event) => event.key === 'Enter' && follow(event));
}
