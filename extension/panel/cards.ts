import { createHash } from 'node:crypto';
import type { ErrorData } from '../../sidecar/protocol/errors.ts';
import type { Params, Result } from '../../sidecar/protocol/methods.ts';
import type { Candidate, RequestRecord } from '../../sidecar/protocol/requestSchemas.ts';
import type { Category } from '../../sidecar/protocol/words.ts';
import type { CandidateView, Card, DecisionView, ErrorView } from '../../webview/protocol.ts';
import { errorView } from '../notify.ts';
import { candidateView, cardOfRecord } from './cardOf.ts';

export interface NewCard {
  readonly request: string;
  readonly prompt: string;
  readonly category: Category | undefined;
  readonly context: readonly string[];
  readonly model: string;
}

/** What a delta did: `append` it to the page as it is, show the whole `card` again, or nothing. */
export type DeltaEffect = 'append' | 'card' | 'none';

/** The cards of the panel, oldest first. The host owns them; the page only shows copies. */
export interface Cards {
  begin(card: NewCard): Card;
  status(note: Params<'request.status'>): Card | undefined;
  delta(note: Params<'request.delta'>): DeltaEffect;
  thinking(note: Params<'request.thinking'>): boolean;
  end(note: Params<'request.end'>): Card | undefined;
  answered(result: Result<'request.ask'>): Card | undefined;
  /** The whole request failed. Candidates that were under way keep their text and count as stopped. */
  failed(request: string, error: ErrorData): Card | undefined;
  /** The sidecar died: every candidate under way keeps its text and counts as stopped. Returns changed cards. */
  interrupt(error: ErrorData): Card[];
  decide(request: string, decision: DecisionView | undefined): Card | undefined;
  setError(request: string, error: ErrorView | undefined): Card | undefined;
  open(request: string, candidate: string): void;
  setCategory(request: string, category: Category): Card | undefined;
  /** Adds recorded requests before the cards that are there; known ones are left as they are. */
  restore(records: readonly RequestRecord[]): Card[];
  remove(request: string): void;
  clear(): void;
  get(request: string): Card | undefined;
  all(): Card[];
  readonly newest: Card | undefined;
  /** Cards with a candidate under way or a request without any yet. */
  readonly busy: boolean;
  /** True for an answer whose end only this window saw; a decision on it must carry a copy of the text. */
  isOnlyHere(candidate: string): boolean;
}

export const RUNNING: ReadonlySet<CandidateView['state']> = new Set(['waiting', 'loading', 'streaming']);

export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** Canonical text: `\n` line ends, nothing trimmed. */
export const canonicalText = (text: string): string => text.replace(/\r\n?/g, '\n');

export function createCards(now: () => number): Cards {
  let cards: Card[] = [];
  const asking = new Set<string>();
  const onlyHere = new Set<string>();
  const find = (request: string) => cards.find((card) => card.request === request);
  const candidateOf = (request: string, id: string) => find(request)?.candidates.find((c) => c.id === id);

  function halt(card: Card, error: ErrorView): boolean {
    let changed = asking.delete(card.request);
    for (const candidate of card.candidates) {
      if (!RUNNING.has(candidate.state)) continue;
      candidate.text = canonicalText(candidate.text);
      candidate.state = candidate.text === '' ? 'failed' : 'stopped';
      candidate.error = error;
      if (candidate.text !== '') {
        candidate.sha256 = sha256(candidate.text);
        onlyHere.add(candidate.id);
      }
      changed = true;
    }
    return changed;
  }

  return {
    begin(fresh) {
      const card: Card = {
        ...fresh,
        category: fresh.category ?? 'other',
        context: [...fresh.context],
        candidates: [],
        restored: false,
      };
      cards.push(card);
      asking.add(card.request);
      return card;
    },
    status: (note) => applyStatus(find(note.request), note, now),
    delta(note) {
      const candidate = candidateOf(note.request, note.candidate);
      if (candidate === undefined || !RUNNING.has(candidate.state) || note.seq < candidate.nextSeq) return 'none';
      const inOrder = note.seq === candidate.nextSeq;
      candidate.text += note.text;
      candidate.nextSeq = note.seq + 1;
      candidate.state = 'streaming';
      return inOrder ? 'append' : 'card';
    },
    thinking(note) {
      const candidate = candidateOf(note.request, note.candidate);
      if (candidate === undefined || !RUNNING.has(candidate.state)) return false;
      candidate.thinking += note.text;
      return true;
    },
    end(note) {
      const card = find(note.request);
      if (card) putCandidate(card, note.candidate);
      return card;
    },
    answered(result) {
      const card = find(result.request);
      asking.delete(result.request);
      if (card === undefined) return undefined;
      for (const candidate of result.candidates) putCandidate(card, candidate);
      card.category = result.category;
      card.sent = result.sent;
      if (result.suggested !== undefined) {
        card.suggested = result.suggested;
        card.open ??= result.suggested;
      }
      return card;
    },
    failed(request, error) {
      const card = find(request);
      if (card === undefined) return undefined;
      halt(card, errorView(error));
      // What happened to a candidate is shown on it; the card says it only where there is none.
      if (!card.candidates.some((candidate) => candidate.error)) card.error = errorView(error);
      return card;
    },
    interrupt: (error) => cards.filter((card) => halt(card, errorView(error))),
    decide(request, decision) {
      const card = find(request);
      if (card === undefined) return undefined;
      if (decision === undefined) delete card.decision;
      else card.decision = decision;
      return card;
    },
    setError(request, error) {
      const card = find(request);
      if (card === undefined) return undefined;
      if (error === undefined) delete card.error;
      else card.error = error;
      return card;
    },
    open(request, candidate) {
      const card = find(request);
      if (card?.candidates.some((other) => other.id === candidate)) card.open = candidate;
    },
    setCategory(request, category) {
      const card = find(request);
      if (card) card.category = category;
      return card;
    },
    restore(records) {
      const fresh = records.filter((record) => !find(record.request)).map(cardOfRecord);
      fresh.sort((a, b) => (a.request < b.request ? -1 : 1));
      cards = [...fresh, ...cards];
      return fresh;
    },
    remove(request) {
      cards = cards.filter((card) => card.request !== request);
      asking.delete(request);
    },
    clear() {
      cards = [];
      asking.clear();
    },
    get: find,
    all: () => cards,
    get newest() {
      return cards.at(-1);
    },
    get busy() {
      return asking.size > 0 || cards.some((card) => card.candidates.some((c) => RUNNING.has(c.state)));
    },
    isOnlyHere: (candidate) => onlyHere.has(candidate),
  };
}

function applyStatus(
  card: Card | undefined,
  note: Params<'request.status'>,
  now: () => number,
): Card | undefined {
  if (card === undefined) return undefined;
  card.category = note.category;
  card.model = note.model;
  card.sent = note.sent;
  delete card.error;
  const state = note.state === 'generating' ? 'streaming' : note.state;
  const known = card.candidates.find((candidate) => candidate.id === note.candidate);
  if (known === undefined) {
    card.candidates.push({
      id: note.candidate,
      state,
      text: '',
      thinking: '',
      nextSeq: 0,
      model: note.model,
      ...(note.label !== undefined && { label: note.label }),
      ...(state === 'loading' && { loadingSince: now() }),
    });
  } else if (RUNNING.has(known.state)) {
    known.state = state;
    if (state === 'loading') known.loadingSince ??= now();
  }
  return card;
}

function putCandidate(card: Card, candidate: Candidate): void {
  const at = card.candidates.findIndex((other) => other.id === candidate.candidate);
  const known = card.candidates[at];
  const view = candidateView(candidate, known?.nextSeq ?? 0);
  if (known === undefined) card.candidates.push(view);
  else card.candidates[at] = view;
}
