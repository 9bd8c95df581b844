import { type Change, canDecide, openCandidate } from '../panelStore.ts';
import type { CardUi } from './cardActions.ts';
import type { CardList } from './cardList.ts';
import { isFolded, type PanelContext } from './panelContext.ts';
import type { PanelParts } from './panelParts.ts';

/** Draws one card as it is now. */
export function drawCard(context: PanelContext, list: CardList, request: string): void {
  const { store, ui, decider } = context;
  const card = store.card(request);
  if (!card) return;
  const cardUi = uiOf(context, request);
  const open = openCandidate(card, ui.get().openTabs[request]);
  if (!cardUi.folded && canDecide(open)) decider.shown(open.id, performance.now());
  list.view(request)?.update(card, cardUi);
}

function uiOf(context: PanelContext, request: string): CardUi {
  const { store, ui, decider } = context;
  const { work, openTabs } = ui.get();
  const frame = store.frame();
  return {
    newest: store.order().at(-1) === request,
    folded: isFolded(context, request),
    chosen: openTabs[request],
    work: work?.request === request ? work : undefined,
    pending: decider.pending(request),
    canWrite: frame?.canWrite ?? false,
    reasons: frame?.reasons ?? [],
  };
}

/** Draws everything but the cards. */
export function drawFrame({ store }: PanelContext, parts: PanelParts): void {
  const frame = store.frame();
  if (!frame) return;
  parts.header.update(frame);
  parts.banner.update(frame.banner);
  parts.box.update(frame);
  const blocked = frame.banner.kind === 'noServer' || frame.banner.kind === 'noModels';
  parts.empty.update(blocked ? [] : frame.examples, store.order().length === 0);
}

/** Draws what a message changed: streams once a frame, the rest at once. */
export function drawChange(context: PanelContext, parts: PanelParts, change: Change): void {
  const { store, ui } = context;
  const { list, queue } = parts;
  const drawAll = (requests: readonly string[]) => {
    for (const request of requests) drawCard(context, list, request);
  };
  switch (change.kind) {
    case 'all': {
      const { scroll } = ui.get();
      list.show(store.order(), store.more());
      drawAll(store.order());
      drawFrame(context, parts);
      list.restore(scroll);
      return;
    }
    case 'frame':
      drawFrame(context, parts);
      queue.add(...store.order().filter((request) => !isFolded(context, request)));
      return;
    case 'newCard':
      list.add(change.request);
      drawFrame(context, parts);
      queue.add(change.request, ...store.order().slice(-2, -1));
      return;
    case 'card':
      queue.add(change.request);
      return;
    case 'older':
      list.prepend(change.requests, store.more(), () => drawAll(change.requests));
      return;
    default:
  }
}
