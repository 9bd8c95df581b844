import type { HostMessage } from '../protocol.ts';
import { announcement, justFailed } from './announcements.ts';
import { currentCard } from './cardKeys.ts';
import { drawChange } from './drawPanel.ts';
import { isFolded, type PanelContext } from './panelContext.ts';
import type { PanelParts } from './panelParts.ts';

type OfType<T extends HostMessage['type']> = Extract<HostMessage, { type: T }>;

/** Makes the function that takes every message of the host. */
export function createReceiver(context: PanelContext, parts: PanelParts): (message: HostMessage) => void {
  const { store, ui, decider, post } = context;
  /** Cards that were asked for anew because a part of their stream is missing. */
  const gaps = new Set<string>();
  /** Sent by the page before this one and perhaps lost with it; what this page sends has a host that listens. */
  let leftover = ui.get().sent;
  const apply = (message: HostMessage) => {
    const change = store.apply(message);
    if (change.kind !== 'gap') return drawChange(context, parts, change);
    if (gaps.has(change.request)) return;
    gaps.add(change.request);
    post({ type: 'resync', request: change.request });
  };
  const receiveCard = (message: OfType<'card'>) => {
    const before = store.card(message.card.request);
    gaps.delete(message.card.request);
    decider.seen(message.card);
    apply(message);
    const words = announcement(before, message.card);
    if (words) context.live.say(words);
    if (ui.get().sent === message.card.prompt) ui.set({ sent: undefined });
    if (justFailed(before, message.card) && parts.box.text() === '') parts.box.set(message.card.prompt);
  };
  const receiveState = (message: OfType<'state'>) => {
    gaps.clear();
    for (const card of message.state.cards) decider.seen(card);
    apply(message);
    const arrived = message.state.cards.some((card) => card.prompt === leftover);
    if (parts.box.text() === '') parts.box.set((!arrived && leftover) || message.state.draft);
    if (ui.get().sent === leftover) ui.set({ sent: undefined });
    leftover = undefined;
  };
  return (message) => {
    if (message.type === 'state') receiveState(message);
    else if (message.type === 'card') receiveCard(message);
    else if (message.type === 'files') parts.box.files(message);
    else if (message.type === 'do') runCommand(message.what, context, parts);
    else if (message.type === 'draft') parts.box.set(message.text);
    else if (message.type === 'reveal') reveal(message.request, context, parts);
    else apply(message);
  };
}

/** Unfolds a card and goes there; the view then follows the end no more. */
function reveal(request: string, context: PanelContext, parts: PanelParts): void {
  if (!context.store.card(request)) return;
  if (isFolded(context, request)) parts.actions.fold(request, false);
  parts.list.view(request)?.element.scrollIntoView({ block: 'start' });
  parts.focusCard(request);
}

/** A command of the editor, for the card that has the focus, else the newest. */
function runCommand(what: OfType<'do'>['what'], { store, post }: PanelContext, parts: PanelParts): void {
  const request = currentCard(store);
  if (what === 'focusBox') parts.box.focus();
  else if (!request) return;
  else if (what === 'approve') parts.actions.decide(request, 'approved');
  else if (what === 'deny') parts.actions.decide(request, 'denied');
  else if (what === 'edit') parts.actions.openWork(request, 'edit');
  else if (what === 'undo') parts.actions.undo(request);
  else post({ type: 'stop', request });
}
