import type { Envelope, EventOf, JournalEvent } from './events.ts';
import type { CandidateEntry, DecisionEntry, MemoryIndex, RequestEntry } from './memoryIndex.ts';
import type { Place } from './place.ts';
import { createSmallEvents } from './smallEvents.ts';

/** The index and what feeds it. */
export interface WritableMemoryIndex extends MemoryIndex {
  /** Takes an event in; false where its id is already known. `event` is undefined for kinds not known here. */
  add(line: Envelope, event: JournalEvent | undefined, place: Place): boolean;
  has(id: string): boolean;
  place(id: string): Place | undefined;
  clear(): void;
}

interface Stamp {
  readonly at: string;
  readonly event: string;
}
type Head = Omit<RequestEntry, 'candidates' | 'decisions' | 'live'>;
type CandidateState = CandidateEntry & { readonly at: string };
type DecisionState = Omit<DecisionEntry, 'undone'>;
interface RequestState {
  head: Head | undefined;
  readonly candidates: Set<string>;
  readonly decisions: Set<string>;
}

interface State {
  readonly places: Map<string, Place>;
  readonly requests: Map<string, RequestState>;
  readonly candidates: Map<string, CandidateState>;
  readonly decisions: Map<string, DecisionState>;
  readonly undone: Set<string>;
  readonly small: ReturnType<typeof createSmallEvents>;
  last: Stamp | undefined;
  /** Made on demand, dropped by the next change. */
  newestRequests: RequestState[] | undefined;
  live: DecisionEntry[] | undefined;
}

/**
 * Folds events into what is known: the union by event id in the order of (time, id), so that neither the order of
 * arrival nor repeats make a difference. A click that was recorded twice counts once, at its earlier time.
 */
export function createMemoryIndex(): WritableMemoryIndex {
  let state = emptyState();
  return {
    add: (line, event, place) => addEvent(state, line, event, place),
    has: (id) => state.places.has(id),
    place: (id) => state.places.get(id),
    clear: () => {
      state = emptyState();
    },
    get asOf() {
      return state.last?.event;
    },
    get eventCount() {
      return state.places.size;
    },
    request: (id) => requestEntry(state, state.requests.get(id)),
    candidate: (id) => candidateEntry(state.candidates.get(id)),
    decision: (id) => decisionEntry(state, state.decisions.get(id)),
    requests: (filter = {}) => listRequests(state, filter),
    liveDecisions: () => [...liveDecisions(state)],
    versions: () => state.small.list('version'),
    runs: () => state.small.list('run'),
    states: () => state.small.list('state'),
    rules: () => state.small.list('rule'),
    feedback: () => state.small.list('feedback'),
    survival: () => state.small.list('survival'),
    applied: () => state.small.list('applied'),
    reasonsOf: (decision) => state.small.reasonsOf(decision),
  };
}

function emptyState(): State {
  return {
    places: new Map(),
    requests: new Map(),
    candidates: new Map(),
    decisions: new Map(),
    undone: new Set(),
    small: createSmallEvents(),
    last: undefined,
    newestRequests: undefined,
    live: undefined,
  };
}

function addEvent(state: State, line: Envelope, event: JournalEvent | undefined, place: Place): boolean {
  const fresh = !state.places.has(line.id);
  if (fresh) state.places.set(line.id, place);
  const stamp = { at: line.at, event: line.id };
  if (isBefore(state.last, stamp)) state.last = stamp;
  if (event) fold(state, event, place);
  state.live = undefined;
  state.newestRequests = undefined;
  return fresh;
}

function fold(state: State, event: JournalEvent, place: Place): void {
  switch (event.kind) {
    case 'request':
      foldRequest(state, event, place);
      return;
    case 'candidate':
      foldCandidate(state, event, place);
      return;
    case 'decision':
      foldDecision(state, event, place);
      return;
    case 'undo':
      state.undone.add(event.decision);
      return;
    default:
      state.small.add(event);
  }
}

function foldRequest(state: State, event: EventOf<'request'>, place: Place): void {
  const request = requestState(state, event.request);
  if (!wins(event, request.head)) return;
  state.places.set(event.id, place);
  const { thread, category, model, version, at } = event;
  request.head = { request: event.request, thread, event: event.id, at, category, model, version };
}

function foldCandidate(state: State, event: EventOf<'candidate'>, place: Place): void {
  const before = state.candidates.get(event.candidate);
  if (!wins(event, before)) return;
  if (before) state.requests.get(before.request)?.candidates.delete(event.candidate);
  state.places.set(event.id, place);
  const { candidate, request, sha256, at } = event;
  state.candidates.set(candidate, { candidate, request, event: event.id, sha256, at });
  requestState(state, request).candidates.add(candidate);
}

function foldDecision(state: State, event: EventOf<'decision'>, place: Place): void {
  const before = state.decisions.get(event.decision);
  if (!wins(event, before)) return;
  if (before) state.requests.get(before.request)?.decisions.delete(event.decision);
  state.places.set(event.id, place);
  const { decision, request, candidate, verdict, reasons, at } = event;
  const hasNote = Boolean(event.note);
  state.decisions.set(decision, {
    decision,
    event: event.id,
    at,
    request,
    candidate,
    verdict,
    reasons,
    hasNote,
  });
  requestState(state, request).decisions.add(decision);
}

function requestState(state: State, id: string): RequestState {
  const known = state.requests.get(id);
  if (known) return known;
  const created: RequestState = { head: undefined, candidates: new Set(), decisions: new Set() };
  state.requests.set(id, created);
  return created;
}

/** True where the event is the first of its subject, or earlier than the one known. */
function wins(event: { readonly at: string; readonly id: string }, known: Stamp | undefined): boolean {
  return known === undefined || isBefore({ at: event.at, event: event.id }, known);
}

function isBefore(a: Stamp | undefined, b: Stamp): boolean {
  return a === undefined || compareStamps(a, b) < 0;
}

function compareStamps(a: Stamp, b: Stamp): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.event < b.event ? -1 : a.event > b.event ? 1 : 0;
}

function candidateEntry(known: CandidateState | undefined): CandidateEntry | undefined {
  if (!known) return undefined;
  const { candidate, request, event, sha256 } = known;
  return { candidate, request, event, sha256 };
}

function decisionEntry(state: State, known: DecisionState | undefined): DecisionEntry | undefined {
  if (!known) return undefined;
  const later = state.small.reasonsOf(known.decision);
  const undone = state.undone.has(known.decision);
  if (later.length === 0) return { ...known, undone };
  const reasons = [...new Set([...known.reasons, ...later.flatMap((event) => event.reasons)])];
  return { ...known, reasons, hasNote: known.hasNote || later.some((event) => event.note), undone };
}

function requestEntry(state: State, known: RequestState | undefined): RequestEntry | undefined {
  if (!known?.head) return undefined;
  const candidates = [...known.candidates]
    .flatMap((id) => state.candidates.get(id) ?? [])
    .sort(compareStamps);
  const decisions = [...known.decisions]
    .flatMap((id) => decisionEntry(state, state.decisions.get(id)) ?? [])
    .sort(compareStamps);
  return {
    ...known.head,
    candidates: candidates.flatMap((each) => candidateEntry(each) ?? []),
    decisions,
    live: decisions.findLast((each) => !each.undone),
  };
}

function listRequests(
  state: State,
  filter: NonNullable<Parameters<MemoryIndex['requests']>[0]>,
): RequestEntry[] {
  state.newestRequests ??= [...state.requests.values()]
    .filter((each) => each.head)
    .sort((a, b) => (a.head && b.head ? compareStamps(b.head, a.head) : 0));
  const before = filter.before === undefined ? undefined : state.requests.get(filter.before)?.head;
  const found: RequestEntry[] = [];
  for (const each of state.newestRequests) {
    if (found.length >= (filter.limit ?? Number.POSITIVE_INFINITY)) break;
    if (!each.head || (filter.thread !== undefined && each.head.thread !== filter.thread)) continue;
    if (before && compareStamps(each.head, before) >= 0) continue;
    const entry = requestEntry(state, each);
    if (entry) found.push(entry);
  }
  return found;
}

function liveDecisions(state: State): DecisionEntry[] {
  if (state.live) return state.live;
  const live: DecisionEntry[] = [];
  for (const request of state.requests.values()) {
    let last: DecisionState | undefined;
    for (const id of request.decisions) {
      const decision = state.undone.has(id) ? undefined : state.decisions.get(id);
      if (decision && isBefore(last, decision)) last = decision;
    }
    const entry = decisionEntry(state, last);
    if (entry) live.push(entry);
  }
  state.live = live.sort((a, b) => compareStamps(b, a));
  return state.live;
}
