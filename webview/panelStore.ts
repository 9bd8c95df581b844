import type { CandidateView, Card, HostMessage, PanelState } from './protocol.ts';

export type Frame = Omit<PanelState, 'cards' | 'more' | 'draft'>;
type Delta = Extract<HostMessage, { type: 'delta' }>;
type Thinking = Extract<HostMessage, { type: 'thinking' }>;

/** What a message changed, so that only that is drawn again. */
export type Change =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'all' }
  | { readonly kind: 'frame' }
  | { readonly kind: 'newCard'; readonly request: string }
  | { readonly kind: 'card'; readonly request: string }
  | { readonly kind: 'older'; readonly requests: readonly string[] }
  /** A part of the stream is missing: the host must send the card anew. */
  | { readonly kind: 'gap'; readonly request: string };

export interface PanelStore {
  frame(): Frame | undefined;
  card(request: string): Card | undefined;
  /** Request ids, oldest first. */
  order(): readonly string[];
  more(): boolean;
  /** Takes in a message about cards or frame; others change nothing. */
  apply(message: HostMessage): Change;
}

/** Holds what the host last said. Cards are replaced, never changed in place. */
export function createPanelStore(): PanelStore {
  let frame: Frame | undefined;
  let order: string[] = [];
  let more = false;
  let cards = new Map<string, Card>();

  const putCard = (card: Card): Change => {
    const known = cards.has(card.request);
    cards.set(card.request, card);
    if (!known) order.push(card.request);
    return { kind: known ? 'card' : 'newCard', request: card.request };
  };
  const putText = (request: string, changed: Appended): Change => {
    if (changed.kind === 'gap') return { kind: 'gap', request };
    if (changed.kind === 'nothing') return changed;
    cards.set(request, changed.card);
    return { kind: 'card', request };
  };
  const apply = (message: HostMessage): Change => {
    switch (message.type) {
      case 'state': {
        const { cards: all, more: older, draft: _draft, ...rest } = message.state;
        frame = rest;
        more = older;
        cards = new Map(all.map((card) => [card.request, card]));
        order = [...cards.keys()];
        return { kind: 'all' };
      }
      case 'frame':
        frame = message.state;
        return { kind: 'frame' };
      case 'card':
        return putCard(message.card);
      case 'older': {
        const added = message.cards.filter((card) => !cards.has(card.request));
        for (const card of added) cards.set(card.request, card);
        const requests = added.map((card) => card.request);
        order = [...requests, ...order];
        more = message.more;
        return { kind: 'older', requests };
      }
      case 'delta':
        return putText(message.request, appendDelta(cards.get(message.request), message));
      case 'thinking':
        return putText(message.request, appendThinking(cards.get(message.request), message));
      default:
        return { kind: 'nothing' };
    }
  };
  return {
    frame: () => frame,
    card: (request) => cards.get(request),
    order: () => order,
    more: () => more,
    apply,
  };
}

export type Appended =
  | { readonly kind: 'card'; readonly card: Card }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'gap' };

/** Appends a delta that is next in line; a repeated one changes nothing; a later one, or one of an unknown answer, is a gap. */
export function appendDelta(card: Card | undefined, delta: Delta): Appended {
  const candidate = card?.candidates.find((one) => one.id === delta.candidate);
  if (!card || !candidate) return { kind: 'gap' };
  if (delta.seq < candidate.nextSeq) return { kind: 'nothing' };
  if (delta.seq > candidate.nextSeq) return { kind: 'gap' };
  const text = candidate.text + delta.text;
  return withCandidate(card, { ...candidate, text, nextSeq: delta.seq + 1, state: 'streaming' });
}

/** Appends to the thinking of an answer; unnumbered, because nothing is ever decided or learned from it. */
export function appendThinking(card: Card | undefined, message: Thinking): Appended {
  const candidate = card?.candidates.find((one) => one.id === message.candidate);
  if (!card || !candidate) return { kind: 'nothing' };
  return withCandidate(card, { ...candidate, thinking: candidate.thinking + message.text });
}

function withCandidate(card: Card, changed: CandidateView): Appended {
  const candidates = card.candidates.map((one) => (one.id === changed.id ? changed : one));
  return { kind: 'card', card: { ...card, candidates } };
}

/** The candidate whose tab is open: the user's choice, the host's, the suggested one, the first. */
export function openCandidate(card: Card, chosen?: string): CandidateView | undefined {
  for (const id of [chosen, card.open, card.suggested]) {
    const found = id && card.candidates.find((one) => one.id === id);
    if (found) return found;
  }
  return card.candidates[0];
}

/** What went wrong with the whole request. A stop is left out where the answer itself says that it was stopped. */
export function shownError(card: Card): Card['error'] {
  const said = card.error?.code === 'rpc.cancelled' && card.candidates.some((one) => one.state === 'stopped');
  return said ? undefined : card.error;
}

/** True where an answer can be decided on: its text has ended and its hash is known. */
export function canDecide(
  candidate: CandidateView | undefined,
): candidate is CandidateView & { sha256: string } {
  if (!candidate?.sha256) return false;
  if (candidate.state === 'complete') return true;
  return (candidate.state === 'stopped' || candidate.state === 'failed') && candidate.text !== '';
}

/** True while any answer of the card is still being made. */
export function isRunning(card: Card): boolean {
  if (card.error || card.readings?.state === 'open') return false;
  if (card.candidates.length === 0) return !card.decision;
  return card.candidates.some((one) => ['waiting', 'loading', 'streaming'].includes(one.state));
}
