import type { Intent } from '../protocol.ts';
import { type BannerView, createBanner } from './banner.ts';
import type { CardActions } from './cardActions.ts';
import { asksBack, pickReading } from './cardKeys.ts';
import { type CardList, createCardList } from './cardList.ts';
import { createCardView } from './cardView.ts';
import { createCardActions } from './createCardActions.ts';
import { drawCard } from './drawPanel.ts';
import { createEmptyState, type EmptyState } from './emptyState.ts';
import { createFrameQueue, type FrameQueue } from './frameQueue.ts';
import { createHeader, type Header } from './header.ts';
import type { PanelContext } from './panelContext.ts';
import { createPromptBox, type PromptBox } from './promptBox.ts';

export interface PanelParts {
  readonly header: Header;
  readonly banner: BannerView;
  readonly empty: EmptyState;
  readonly box: PromptBox;
  readonly list: CardList;
  readonly queue: FrameQueue;
  readonly actions: CardActions;
  focusCard(request: string | undefined): void;
}

const DRAFT_MS = 300;

/** Makes the visible parts and ties them to each other. */
export function createPanelParts(context: PanelContext): PanelParts {
  const { post, store, ui, decider, live, tools } = context;
  const focusCard = (request: string | undefined) => {
    if (request) list.view(request)?.element.focus();
  };
  const newest = () => store.card(store.order().at(-1) ?? '');
  const box = createPromptBox({
    draft: ui.get().draft,
    post,
    onDraft: keepDraft(context),
    onSend: (prompt) => {
      ui.set({ sent: prompt });
      list.toEnd();
    },
    onEscape: () => focusCard(store.order().at(-1)),
    asked: () => asksBack(newest()),
    onAnswer: (key) => {
      const card = newest();
      if (!card) return;
      if (key === '0' || key === 'Enter') actions.choose(card.request, null);
      else pickReading(Number(key), card, actions);
    },
  });
  const queue = createFrameQueue((requests) =>
    list.keepPlace(() => {
      for (const request of requests) drawCard(context, list, request);
    }),
  );
  const actions = createCardActions({
    ...{ store, ui, decider, post, focusCard },
    redraw: (request) => queue.add(request),
    say: live.say,
    clearPrompt: (prompt) => box.text() === prompt && box.set(''),
  });
  const list = createCardList({
    makeCard: (request) => createCardView(request, tools, actions),
    onOlder: askOlderOnce(context),
    onScroll: (scroll) => ui.get().scroll !== scroll && ui.set({ scroll }),
  });
  const empty = createEmptyState((prompt) => {
    box.set(prompt);
    box.focus();
  });
  list.element.prepend(empty.element);
  return {
    header: createHeader(post),
    banner: createBanner(post),
    empty,
    box,
    list,
    queue,
    actions,
    focusCard,
  };
}

/** Keeps the draft at once on the page and, when typing pauses, with the host. */
function keepDraft({ ui, post }: PanelContext): (text: string) => void {
  let timer: number | undefined;
  let told = ui.get().draft;
  return (draft) => {
    ui.set({ draft });
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      const intent: Intent = { type: 'draft', text: draft };
      if (draft !== told) post(intent);
      told = draft;
    }, DRAFT_MS);
  };
}

/** Asks for older cards, once for each oldest card. */
function askOlderOnce({ store, post }: PanelContext): () => void {
  const asked = new Set<string>();
  return () => {
    const oldest = store.order()[0] ?? '';
    if (!store.more() || asked.has(oldest)) return;
    asked.add(oldest);
    post({ type: 'older' });
  };
}
