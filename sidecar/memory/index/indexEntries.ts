import { CATEGORIES, type Category } from '../../protocol/words.ts';
import {
  BYTES_OF_SHA256,
  byStamp,
  candidateChain,
  decisionChain,
  FLAGS,
  type IndexTables,
  ROW_KINDS,
  VERDICT_CODES,
} from './indexTables.ts';
import type {
  AppliedEntry,
  CandidateEntry,
  DecisionEntry,
  MemoryIndex,
  RequestEntry,
  SurvivalEntry,
} from './memoryIndex.ts';
import { parseReasons } from './parseReasons.ts';
import { chainedRows } from './rowChain.ts';
import type { RowOrder } from './rowOrder.ts';
import { decodeTime, encodeTime } from './timeCode.ts';

export type IndexEntries = Pick<
  MemoryIndex,
  | 'asOf'
  | 'request'
  | 'requestTime'
  | 'candidate'
  | 'decision'
  | 'liveOf'
  | 'requests'
  | 'liveDecisions'
  | 'survival'
  | 'applied'
>;
type Filter = NonNullable<Parameters<MemoryIndex['requests']>[0]>;
type LiveFilter = NonNullable<Parameters<MemoryIndex['liveDecisions']>[0]>;
type Stamped = IndexTables['requests'] | IndexTables['decisions'];

const DENIED = VERDICT_CODES.indexOf('denied');
const EDITED = VERDICT_CODES.indexOf('edited');

/** Makes entries of rows, on demand. */
export function indexEntries(tables: IndexTables): IndexEntries {
  const { requests, candidates, decisions, last } = tables;
  return {
    get asOf() {
      return eventId(tables, last.event);
    },
    request: (id) => requestEntry(tables, requests.ids.find(id)),
    requestTime: (id) => {
      const row = requests.ids.find(id);
      const isKnown = row >= 0 && requests.gone.at(row) === 0 && requests.event.at(row) > 0;
      return isKnown ? decodeTime(requests.at.at(row)) : undefined;
    },
    candidate: (id) => candidateEntry(tables, candidates.ids.find(id)),
    decision: (id) => decisionEntry(tables, decisions.ids.find(id)),
    liveOf: (request) => liveEntry(tables, requests.ids.find(request)),
    requests: (filter = {}) => listRequests(tables, filter),
    liveDecisions: (filter = {}) => listLive(tables, filter),
    survival: () =>
      marksOf(tables, ROW_KINDS.survival).map((row): SurvivalEntry => {
        const { marks } = tables;
        return { ...markEntry(tables, row), afterMinutes: marks.minutes.at(row), ratio: marks.ratio.at(row) };
      }),
    applied: () => marksOf(tables, ROW_KINDS.applied).map((row) => markEntry(tables, row)),
  };
}

/** True where the request, given as its row plus one, is forgotten. */
export function isGone({ requests }: IndexTables, request: number): boolean {
  return request > 0 && requests.gone.at(request - 1) > 0;
}

/** The id of an event's row plus one. */
function eventId({ events }: IndexTables, reference: number): string | undefined {
  return reference > 0 ? events.ids.id(reference - 1) : undefined;
}

function requestEntry(tables: IndexTables, row: number): RequestEntry | undefined {
  const { requests, threads, strings } = tables;
  const event = row < 0 || requests.gone.at(row) > 0 ? undefined : eventId(tables, requests.event.at(row));
  if (event === undefined) return undefined;
  const decided = decisionsOf(tables, row);
  return {
    request: requests.ids.id(row),
    thread: threads.id(requests.thread.at(row) - 1),
    event,
    at: decodeTime(requests.at.at(row)),
    category: categoryOf(tables, row),
    model: strings.text(requests.model.at(row)) ?? '',
    version: strings.text(requests.version.at(row)),
    candidates: candidatesOf(tables, row),
    shown: shownOf(tables, row),
    decisions: decided.flatMap((each) => decisionEntry(tables, each) ?? []),
    live: liveEntry(tables, row),
  };
}

function shownOf(tables: IndexTables, request: number): string | undefined {
  const event = eventId(tables, tables.requests.shown.at(request));
  return event === undefined || tables.small.hides(event) ? undefined : event;
}

function liveEntry(tables: IndexTables, request: number): DecisionEntry | undefined {
  return decisionEntry(tables, tables.requests.live.at(request) - 1);
}

/** The category of a request's row; `other` where its own line is unknown. */
export function categoryOf({ requests, strings }: IndexTables, row: number): Category {
  const text = strings.text(requests.category.at(row));
  return CATEGORIES.find((each) => each === text) ?? 'other';
}

function candidatesOf(tables: IndexTables, request: number): CandidateEntry[] {
  const rows = chainedRows(candidateChain(tables), request).sort(byStamp(tables.events, tables.candidates));
  return rows.flatMap((row) => candidateEntry(tables, row) ?? []);
}

/** Rows of a request's decisions in order of time. */
export function decisionsOf(tables: IndexTables, request: number): number[] {
  return chainedRows(decisionChain(tables), request).sort(byStamp(tables.events, tables.decisions));
}

function candidateEntry(tables: IndexTables, row: number): CandidateEntry | undefined {
  const { candidates, requests } = tables;
  const event = row < 0 ? undefined : eventId(tables, candidates.event.at(row));
  if (event === undefined || isGone(tables, candidates.request.at(row))) return undefined;
  const hashes = candidates.sha256.bytes(BYTES_OF_SHA256 * (row + 1));
  const sha256 = Buffer.from(hashes.subarray(BYTES_OF_SHA256 * row)).toString('hex');
  const request = requests.ids.id(candidates.request.at(row) - 1);
  return { candidate: candidates.ids.id(row), request, event, sha256 };
}

function decisionEntry(tables: IndexTables, row: number): DecisionEntry | undefined {
  const { candidates, decisions, requests, small, strings } = tables;
  const event = row < 0 ? undefined : eventId(tables, decisions.event.at(row));
  if (event === undefined || isGone(tables, decisions.request.at(row))) return undefined;
  const decision = decisions.ids.id(row);
  const flags = decisions.flags.at(row);
  const later = (flags & FLAGS.later) === 0 ? [] : small.reasonsOf(decision);
  const own = parseReasons(strings.text(decisions.reasons.at(row)));
  return {
    decision,
    event,
    at: decodeTime(decisions.at.at(row)),
    request: requests.ids.id(decisions.request.at(row) - 1),
    candidate: candidates.ids.id(decisions.candidate.at(row) - 1),
    verdict: VERDICT_CODES[decisions.verdict.at(row)] ?? 'denied',
    reasons: later.length === 0 ? own : [...new Set([...own, ...later.flatMap((each) => each.reasons)])],
    hasNote: (flags & FLAGS.note) !== 0 || later.some((each) => Boolean(each.note)),
    undone: (flags & FLAGS.undone) !== 0,
  };
}

function listRequests(tables: IndexTables, filter: Filter): RequestEntry[] {
  const { requestOrder, requests, threads } = tables;
  const limit = filter.limit ?? Number.POSITIVE_INFINITY;
  const thread = filter.thread === undefined ? undefined : threads.find(filter.thread) + 1;
  const found: RequestEntry[] = [];
  // A thread that begins has no requests: nothing to look for.
  if (thread === 0) return found;
  for (let place = lastPlace(requestOrder, requests, filter.before); place >= 0; place -= 1) {
    if (found.length >= limit) break;
    const row = requestOrder.at(place);
    if (thread !== undefined && requests.thread.at(row) !== thread) continue;
    const entry = requestEntry(tables, row);
    if (entry) found.push(entry);
  }
  return found;
}

function listLive(tables: IndexTables, { limit, before, until, only }: LiveFilter): DecisionEntry[] {
  const { decisionOrder, decisions, requests } = tables;
  const latest = until === undefined ? Number.POSITIVE_INFINITY : encodeTime(until);
  const found: DecisionEntry[] = [];
  for (let place = lastPlace(decisionOrder, decisions, before); place >= 0; place -= 1) {
    if (found.length >= (limit ?? Number.POSITIVE_INFINITY)) break;
    const row = decisionOrder.at(place);
    if (decisions.at.at(row) > latest) continue;
    if (requests.live.at(decisions.request.at(row) - 1) !== row + 1) continue;
    if (only === 'telling' && !isTelling(tables, row)) continue;
    if (only === 'liked' && decisions.verdict.at(row) === DENIED) continue;
    if (only === 'paired' && !isPaired(tables, row)) continue;
    const entry = decisionEntry(tables, row);
    if (entry) found.push(entry);
  }
  return found;
}

/** The place from which to go back: the last one, or that before an id which is known. */
function lastPlace(order: RowOrder, table: Stamped, before: string | undefined): number {
  const row = before === undefined ? -1 : table.ids.find(before);
  return (row >= 0 && table.event.at(row) > 0 ? order.before(row) : order.count) - 1;
}

/** True where a decision says more than its verdict: reasons, a note or another text. */
function isTelling({ decisions }: IndexTables, row: number): boolean {
  return (
    decisions.reasons.at(row) > 0 ||
    (decisions.flags.at(row) & (FLAGS.note | FLAGS.later)) !== 0 ||
    decisions.verdict.at(row) === EDITED
  );
}

/** True where a decision that is no denial corrects its answer, or another answer of its request was denied. */
function isPaired(tables: IndexTables, row: number): boolean {
  const { decisions } = tables;
  const verdict = decisions.verdict.at(row);
  if (verdict === DENIED || verdict === EDITED) return verdict === EDITED;
  const chain = decisionChain(tables);
  const request = decisions.request.at(row) - 1;
  // Mostly it is the only one: many are looked at for few that are paired.
  if (chain.first.at(request) === row + 1 && chain.next.at(row) === 0) return false;
  const candidate = decisions.candidate.at(row);
  return chainedRows(chain, request).some((each) => {
    const isDenial = decisions.verdict.at(each) === DENIED;
    const isUndone = (decisions.flags.at(each) & FLAGS.undone) !== 0;
    return isDenial && !isUndone && decisions.candidate.at(each) !== candidate;
  });
}

/** Rows of a kind in order of time. */
function marksOf(tables: IndexTables, kind: number): number[] {
  const { marks, events, candidates } = tables;
  const rows: number[] = [];
  for (let row = 0; row < marks.count.rows; row += 1)
    if (
      events.kind.at(marks.event.at(row)) === kind &&
      !isGone(tables, candidates.request.at(marks.candidate.at(row)))
    )
      rows.push(row);
  return rows.sort(
    (a, b) => marks.at.at(a) - marks.at.at(b) || events.ids.compare(marks.event.at(a), marks.event.at(b)),
  );
}

function markEntry({ marks, events, candidates }: IndexTables, row: number): AppliedEntry {
  return {
    event: events.ids.id(marks.event.at(row)),
    at: decodeTime(marks.at.at(row)),
    candidate: candidates.ids.id(marks.candidate.at(row)),
  };
}
