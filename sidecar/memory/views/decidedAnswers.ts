import type { EventKind, EventOf } from '../events.ts';
import type { DecisionEntry } from '../index/memoryIndex.ts';
import type { EventSource } from './eventSource.ts';
import { reasonText } from './reasonText.ts';

/** A request with its live verdict and the texts of both. */
export interface DecidedAnswer {
  readonly decision: DecisionEntry;
  readonly requestAt: string;
  readonly prompt: string;
  readonly category: string;
  /** The text decided on: the corrected one where it was edited. */
  readonly response: string;
  /** The text before the correction. */
  readonly original: string | undefined;
  readonly reason: string;
}

/** Requests with a live verdict, oldest first. Lost texts (damaged lines) are empty; the verdict still counts. */
export async function* decidedAnswers(source: EventSource): AsyncGenerator<DecidedAnswer> {
  const { index } = source;
  const decisions = index
    .liveDecisions()
    .map((decision) => ({ decision, at: index.requestTime(decision.request) ?? decision.at }))
    .sort((a, b) => (a.at === b.at ? compare(a.decision.request, b.decision.request) : compare(a.at, b.at)));
  for (const { decision, at } of decisions) yield await readAnswer(source, decision, at);
}

async function readAnswer(
  source: EventSource,
  entry: DecisionEntry,
  requestAt: string,
): Promise<DecidedAnswer> {
  const { index } = source;
  const known = index.request(entry.request);
  const request = await readKind(source, known?.event, 'request');
  const answer = known?.candidates.find((each) => each.candidate === entry.candidate);
  const candidate = await readKind(source, (answer ?? index.candidate(entry.candidate))?.event, 'candidate');
  const decision = await readKind(source, entry.event, 'decision');
  const text = candidate?.text ?? '';
  const edited = decision?.verdict === 'edited' ? decision.editedText : undefined;
  const later = index.reasonsOf(entry.decision).map((event) => event.note);
  const notes = [decision?.note, ...later].filter((note) => note !== undefined);
  return {
    decision: entry,
    requestAt,
    prompt: request?.prompt ?? '',
    category: request?.category ?? 'other',
    response: edited ?? text,
    original: edited === undefined ? undefined : text,
    reason: reasonText(entry.reasons, notes),
  };
}

/** The event of that id where it is of that kind. */
export async function readKind<K extends EventKind>(
  source: Pick<EventSource, 'read'>,
  id: string | undefined,
  kind: K,
): Promise<EventOf<K> | undefined> {
  const event: { readonly kind: string } | undefined = id === undefined ? undefined : await source.read(id);
  return isKind(event, kind) ? event : undefined;
}

function isKind<K extends EventKind>(
  event: { readonly kind: string } | undefined,
  kind: K,
): event is EventOf<K> {
  return event?.kind === kind;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
