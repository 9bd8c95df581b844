import { createHash } from 'node:crypto';
import type { ErrorData } from '../../sidecar/protocol/errors.ts';
import type { Params, Result } from '../../sidecar/protocol/methods.ts';
import type { Candidate, RequestRecord } from '../../sidecar/protocol/requestSchemas.ts';
import type { Category } from '../../sidecar/protocol/words.ts';
import type { CandidateView, Card, DecisionView, ErrorView, ReadingsView } from '../../webview/protocol.ts';
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
  /** Marks answers by what of them is blocked now; undefined where nothing changed. */
  mark(record: RequestRecord): Card | undefined;
  setCategory(request: string, category: Category): Card | undefined;
  /** The request is on its way to an answer. */
  resume(request: string): void;
  /** What the request may mean. While it is asked, nothing is under way. */
  setReadings(request: string, readings: ReadingsView | undefined): Card | undefined;
  /** Adds recorded requests before the cards that are there; known ones are left as they are. */
  restore(records: readonly RequestRecord[]): Card[];
  remove(request: string): void;
  clear(): void;
  get(request: string): Card | undefined;
  all(): Card[];
  /** Cards with a candidate under way or a request without any yet. */
  readonly busy: boolean;
  /** True once any answer is complete. */
  readonly hasAnswer: boolean;
  /** True for an answer whose end only this window saw; a decision on it must carry a copy of the text. */
  isOnlyHere(candidate: string): boolean;
}

export const RUNNING: ReadonlySet<CandidateView['state']> = new Set(['waiting', 'loading', 'streaming']);

export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** Canonical text: `\n` line ends, nothing trimmed. */
export const canonicalText = (text: string): string => text.replace(/\r\n?/g, '\n');

export function createCards(now: () => number): Cards {
  return new CardList(now);
}

class CardList implements Cards {
  private readonly now: () => number;
  private cards: Card[] = [];
  private readonly asking = new Set<string>();
  private readonly onlyHere = new Set<string>();

  constructor(now: () => number) {
    this.now = now;
  }

  begin(fresh: NewCard): Card {
    const { category, ...rest } = fresh;
    const card: Card = {
      ...rest,
      ...(category !== undefined && { category }),
      context: [...fresh.context],
      candidates: [],
      restored: false,
    };
    this.cards.push(card);
    this.asking.add(card.request);
    return card;
  }

  status(note: Params<'request.status'>): Card | undefined {
    return applyStatus(this.get(note.request), note, this.now);
  }

  delta(note: Params<'request.delta'>): DeltaEffect {
    const candidate = this.running(note.request, note.candidate);
    if (candidate === undefined || note.seq < candidate.nextSeq) return 'none';
    const inOrder = note.seq === candidate.nextSeq;
    candidate.text += note.text;
    candidate.nextSeq = note.seq + 1;
    candidate.state = 'streaming';
    return inOrder ? 'append' : 'card';
  }

  thinking(note: Params<'request.thinking'>): boolean {
    const candidate = this.running(note.request, note.candidate);
    if (candidate === undefined) return false;
    candidate.thinking += note.text;
    return true;
  }

  end(note: Params<'request.end'>): Card | undefined {
    const card = this.get(note.request);
    if (card) putCandidate(card, note.candidate);
    return card;
  }

  answered(result: Result<'request.ask'>): Card | undefined {
    const card = this.get(result.request);
    this.asking.delete(result.request);
    if (card === undefined) return undefined;
    for (const candidate of result.candidates) putCandidate(card, candidate);
    card.category = result.category;
    card.sent = result.sent;
    if (result.suggested !== undefined) {
      card.suggested = result.suggested;
      if (result.chosenBy) card.chosenBy = result.chosenBy;
      card.open ??= result.suggested;
    }
    return card;
  }

  failed(request: string, error: ErrorData): Card | undefined {
    const card = this.get(request);
    if (card === undefined) return undefined;
    this.halt(card, errorView(error));
    // What happened to a candidate is shown on it; the card says it only where there is none.
    if (!card.candidates.some((candidate) => candidate.error)) card.error = errorView(error);
    return card;
  }

  interrupt(error: ErrorData): Card[] {
    return this.cards.filter((card) => this.halt(card, errorView(error)));
  }

  decide(request: string, decision: DecisionView | undefined): Card | undefined {
    const card = this.get(request);
    if (card === undefined) return undefined;
    if (decision === undefined) delete card.decision;
    else card.decision = decision;
    return card;
  }

  setError(request: string, error: ErrorView | undefined): Card | undefined {
    const card = this.get(request);
    if (card === undefined) return undefined;
    if (error === undefined) delete card.error;
    else card.error = error;
    return card;
  }

  open(request: string, candidate: string): void {
    const card = this.get(request);
    if (card?.candidates.some((other) => other.id === candidate)) card.open = candidate;
  }

  mark({ request, candidates }: RequestRecord): Card | undefined {
    const card = this.get(request);
    const changed = candidates.filter(({ candidate, blocked }) => {
      const view = card?.candidates.find(({ id }) => id === candidate);
      if (!view || String(view.blocked ?? '') === String(blocked ?? '')) return false;
      if (blocked) view.blocked = blocked;
      else delete view.blocked;
      return true;
    });
    return changed.length > 0 ? card : undefined;
  }

  setCategory(request: string, category: Category): Card | undefined {
    const card = this.get(request);
    if (card) card.category = category;
    return card;
  }

  resume(request: string): void {
    if (this.get(request)) this.asking.add(request);
  }

  setReadings(request: string, readings: ReadingsView | undefined): Card | undefined {
    const card = this.get(request);
    if (card === undefined) return undefined;
    if (readings === undefined) delete card.readings;
    else card.readings = readings;
    if (readings?.state === 'open') this.asking.delete(request);
    return card;
  }

  restore(records: readonly RequestRecord[]): Card[] {
    const fresh = records.filter((record) => !this.get(record.request)).map(cardOfRecord);
    fresh.sort((a, b) => (a.request < b.request ? -1 : 1));
    this.cards = [...fresh, ...this.cards];
    return fresh;
  }

  remove(request: string): void {
    this.cards = this.cards.filter((card) => card.request !== request);
    this.asking.delete(request);
  }

  clear(): void {
    this.cards = [];
    this.asking.clear();
  }

  get(request: string): Card | undefined {
    return this.cards.find((card) => card.request === request);
  }

  all(): Card[] {
    return this.cards;
  }

  get busy(): boolean {
    const running = this.cards.some((card) => card.candidates.some((each) => RUNNING.has(each.state)));
    return running || this.asking.size > 0;
  }

  get hasAnswer(): boolean {
    return this.cards.some((card) => card.candidates.some((each) => each.state === 'complete'));
  }

  isOnlyHere(candidate: string): boolean {
    return this.onlyHere.has(candidate);
  }

  private running(request: string, id: string): CandidateView | undefined {
    const candidate = this.get(request)?.candidates.find((each) => each.id === id);
    return candidate !== undefined && RUNNING.has(candidate.state) ? candidate : undefined;
  }

  private halt(card: Card, error: ErrorView): boolean {
    let changed = this.asking.delete(card.request);
    for (const candidate of card.candidates) {
      if (!RUNNING.has(candidate.state)) continue;
      changed = true;
      candidate.text = canonicalText(candidate.text);
      candidate.error = error;
      candidate.state = candidate.text === '' ? 'failed' : 'stopped';
      if (candidate.text === '') continue;
      candidate.sha256 = sha256(candidate.text);
      this.onlyHere.add(candidate.id);
    }
    return changed;
  }
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
