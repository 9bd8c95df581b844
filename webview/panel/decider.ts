import type { Verdict } from '../../sidecar/protocol/words.ts';
import { canDecide, openCandidate } from '../panelStore.ts';
import type { Card, Intent } from '../protocol.ts';
import type { Pending } from './cardActions.ts';

export interface Decider {
  pending(request: string): Pending | undefined;
  /** Sends a verdict on the open answer; false where it can't be decided on, or already is. */
  decide(card: Card, chosen: string | undefined, verdict: Verdict, editedText?: string): boolean;
  addReasons(card: Card, reasons: readonly string[], note: string): void;
  undo(card: Card): void;
  /** Takes in what the host says of a card: sends what waited for the decision's id. */
  seen(card: Card): void;
  /** A text of the answer was first shown in full at `now`, in milliseconds. */
  shown(candidate: string, now: number): void;
}

interface Waiting extends Pending {
  /** The errors shown at the press; another one means that the decision failed. */
  readonly errors: string;
  readonly later: readonly ((decision: string) => Intent)[];
}

/**
 * Decisions between the press and the host's word. The host names a decision; a reason or an undo that comes before
 * that name is known waits here and is sent with it, so no press is ever lost.
 */
export function createDecider(post: (intent: Intent) => void, now: () => number): Decider {
  const waiting = new Map<string, Waiting>();
  const shownAt = new Map<string, number>();
  const later = (card: Card, make: (decision: string) => Intent, reasons: readonly string[]) => {
    if (card.decision) {
      post(make(card.decision.id));
      return;
    }
    const open = waiting.get(card.request);
    if (!open) return;
    waiting.set(card.request, {
      ...open,
      reasons: [...open.reasons, ...reasons],
      later: [...open.later, make],
    });
  };
  return {
    pending: (request) => waiting.get(request),
    decide: (card, chosen, verdict, editedText) => {
      const candidate = openCandidate(card, chosen);
      if (card.decision || waiting.has(card.request) || !canDecide(candidate)) return false;
      waiting.set(card.request, { verdict, reasons: [], later: [], errors: errorsOf(card) });
      const { id, sha256 } = candidate;
      const dwellMs = Math.max(0, now() - (shownAt.get(id) ?? now()));
      const seen = card.candidates.flatMap((each) => (shownAt.has(each.id) ? [each.id] : []));
      const edited = editedText === undefined ? {} : { editedText };
      post({
        type: 'decide',
        request: card.request,
        candidate: id,
        sha256,
        verdict,
        reasons: [],
        dwellMs,
        seen,
        ...edited,
      });
      return true;
    },
    addReasons: (card, reasons, note) => {
      const words = note.trim();
      if (reasons.length === 0 && words === '') return;
      const more = words === '' ? {} : { note: words };
      later(card, (decision) => ({ type: 'addReasons', decision, reasons: [...reasons], ...more }), reasons);
    },
    undo: (card) => later(card, (decision) => ({ type: 'undo', decision }), []),
    seen: (card) => {
      const open = waiting.get(card.request);
      if (!open || (!card.decision && errorsOf(card) === open.errors)) return;
      waiting.delete(card.request);
      const { decision } = card;
      if (decision) for (const make of open.later) post(make(decision.id));
    },
    shown: (candidate, at) => {
      if (!shownAt.has(candidate)) shownAt.set(candidate, at);
    },
  };
}

function errorsOf(card: Card): string {
  return JSON.stringify([card.error, card.candidates.map((candidate) => candidate.error)]);
}
