import { type CardCommand, cardCommand } from '../keyMap.ts';
import { openCandidate, type PanelStore } from '../panelStore.ts';
import type { Card } from '../protocol.ts';
import type { CardActions } from './cardActions.ts';
import { meantBlock } from './createCardActions.ts';
import { offeredReasons } from './offeredReasons.ts';
import type { UiState } from './uiState.ts';

export interface CardKeyPorts {
  readonly store: PanelStore;
  readonly ui: UiState;
  readonly actions: CardActions;
  readonly isFolded: (request: string) => boolean;
  readonly focusCard: (request: string) => void;
  readonly focusBox: () => void;
  /** Blocks the selected words. */
  readonly block: () => void;
}

/** Single letters, digits and arrows on cards. Listens on the page; what is typed into fields is left alone. */
export function listenForCardKeys(ports: CardKeyPorts): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const request = currentCard(ports.store);
    if (!request) return;
    const work = ports.ui.get().work;
    const reasonsOpen = work?.request === request && work.mode === 'reasons';
    const target = event.target;
    if (isTyping(target) && event.key === 'Escape' && reasonsOpen) {
      event.preventDefault();
      ports.actions.closeWork();
      return;
    }
    const command = cardCommand(event, {
      typing: isTyping(target),
      reasonsOpen,
      readingsOpen: asksBack(ports.store.card(request)),
      onControl: isControl(target),
    });
    if (!command || (event.repeat && !MOVES.has(command.do))) return;
    if (ownsArrows(target) && MOVES.has(command.do)) return;
    event.preventDefault();
    run(command, request, ports);
  });
}

const MOVES: ReadonlySet<string> = new Set(['previous', 'next', 'first', 'last']);

function run(command: CardCommand, request: string, ports: CardKeyPorts): void {
  const { store, actions } = ports;
  const card = store.card(request);
  if (!card) return;
  if (command.do === 'approve') actions.decide(request, 'approved');
  else if (command.do === 'deny') actions.decide(request, 'denied');
  else if (command.do === 'edit') actions.openWork(request, 'edit');
  else if (command.do === 'undo') actions.undo(request);
  else if (command.do === 'block') ports.block();
  else if (command.do === 'close') actions.closeWork();
  else if (command.do === 'allReasons') actions.changeWork({ all: true });
  else if (command.do === 'fold') actions.fold(request, !ports.isFolded(request));
  else if (command.do === 'reason') pickReason(command.number, card, ports);
  else if (command.do === 'reading') pickReading(command.number, card, actions);
  else if (command.do === 'skipReading') actions.choose(request, null);
  else if (command.do === 'candidate') openTab(command.number, card, actions);
  else if (command.do === 'copy' || command.do === 'insert') useCode(command.do, card, ports);
  else move(command.do, request, ports);
}

function openTab(number: number, card: Card, actions: CardActions): void {
  const candidate = card.candidates[number - 1];
  if (candidate) actions.openTab(card.request, candidate.id);
}

function useCode(what: 'copy' | 'insert', card: Card, ports: CardKeyPorts): void {
  const open = openCandidate(card, ports.ui.get().openTabs[card.request]);
  const block = meantBlock(open?.text ?? '', focusedBlock());
  if (what === 'copy') ports.actions.copy(card.request, block);
  else if (block >= 0) ports.actions.apply(card.request, block, 'insert');
}

/** True while it is found out or asked what the request of a card means. */
export function asksBack(card: Card | undefined): boolean {
  return card?.readings?.state === 'open' || card?.readings?.state === 'looking';
}

export function pickReading(digit: number, card: Card, actions: CardActions): void {
  const reading = card.readings?.rows[digit - 1];
  if (reading) actions.choose(card.request, reading.id);
}

function pickReason(digit: number, card: Card, ports: CardKeyPorts): void {
  const verdict = card.decision?.verdict ?? 'denied';
  const reason = offeredReasons(verdict, ports.store.frame()?.reasons ?? [])[digit - 1];
  if (reason) ports.actions.addReasons(card.request, [reason], '');
}

function move(where: 'previous' | 'next' | 'first' | 'last', request: string, ports: CardKeyPorts): void {
  const order = ports.store.order();
  const at = order.indexOf(request);
  const onCard = document.activeElement?.closest('.card') !== null && document.activeElement !== null;
  const target = { previous: at - (onCard ? 1 : 0), next: at + 1, first: 0, last: order.length - 1 }[where];
  const next = order[target];
  if (next) ports.focusCard(next);
  else if (where === 'next') ports.focusBox();
}

/** The card that has the focus, else the newest. */
export function currentCard(store: PanelStore): string | undefined {
  const focused = document.activeElement?.closest<HTMLElement>('.card')?.dataset['request'];
  return focused ?? store.order().at(-1);
}

function focusedBlock(): number | undefined {
  const block = document.activeElement?.closest<HTMLElement>('.codeBlock')?.dataset['block'];
  return block === undefined ? undefined : Number(block);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('textarea, input, select, vscode-text-area, [contenteditable]') !== null
  );
}

function isControl(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('button, vscode-button, summary, [role="link"]') !== null
  );
}

/** Arrows, Home and End scroll long code, and move between tabs. */
function ownsArrows(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('pre, [role="tab"], .tableFrame') !== null;
}
