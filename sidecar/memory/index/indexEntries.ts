import { CATEGORIES, type Category } from '../../protocol/words.ts';
import { parseReasons } from '../journal/parseReasons.ts';
import { FLAGS, type IndexTables, ROW_KINDS, VERDICT_CODES } from './indexTables.ts';
import type {
  AppliedEntry,
  CandidateEntry,
  DecisionEntry,
  MemoryIndex,
  RequestEntry,
  SurvivalEntry,
} from './memoryIndex.ts';
import { decodeTime } from './timeCode.ts';

export type IndexEntries = Pick<
  MemoryIndex,
  | 'asOf'
  | 'request'
  | 'requestTime'
  | 'candidate'
  | 'decision'
  | 'requests'
  | 'liveDecisions'
  | 'survival'
  | 'applied'
> & { readonly latest: string | undefined };
type Filter = NonNullable<Parameters<MemoryIndex['requests']>[0]>;

/** Makes entries of rows, on demand. */
export function indexEntries(tables: IndexTables): IndexEntries {
  const { requests, candidates, decisions, last } = tables;
  return {
    get asOf() {
      return eventId(tables, last.event);
    },
    get latest() {
      return last.event === 0 ? undefined : decodeTime(last.at);
    },
    request: (id) => requestEntry(tables, requests.ids.find(id)),
    requestTime: (id) => {
      const row = requests.ids.find(id);
      const isKnown = row >= 0 && requests.gone.at(row) === 0 && requests.event.at(row) > 0;
      return isKnown ? decodeTime(requests.at.at(row)) : undefined;
    },
    candidate: (id) => candidateEntry(tables, candidates.ids.find(id)),
    decision: (id) => decisionEntry(tables, decisions.ids.find(id)),
    requests: (filter = {}) => listRequests(tables, filter),
    liveDecisions: (limit) => listLive(tables, limit ?? Number.POSITIVE_INFINITY),
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
  const live = requests.live.at(row);
  return {
    request: requests.ids.id(row),
    thread: threads.id(requests.thread.at(row) - 1),
    event,
    at: decodeTime(requests.at.at(row)),
    category: categoryOf(tables, row),
    model: strings.text(requests.model.at(row)) ?? '',
    version: strings.text(requests.version.at(row)),
    candidates: candidatesOf(tables, row),
    decisions: decided.flatMap((each) => decisionEntry(tables, each) ?? []),
    live: live > 0 ? decisionEntry(tables, live - 1) : undefined,
  };
}

/** The category of a request's row; `other` where its own line is unknown. */
export function categoryOf({ requests, strings }: IndexTables, row: number): Category {
  const text = strings.text(requests.category.at(row));
  return CATEGORIES.find((each) => each === text) ?? 'other';
}

function candidatesOf(tables: IndexTables, request: number): CandidateEntry[] {
  const { requests, candidates, events } = tables;
  const rows: number[] = [];
  for (let each = requests.firstCandidate.at(request); each > 0; each = candidates.next.at(each - 1))
    rows.push(each - 1);
  const byTime = (a: number, b: number): number =>
    candidates.at.at(a) - candidates.at.at(b) ||
    events.ids.compare(candidates.event.at(a) - 1, candidates.event.at(b) - 1);
  return rows.sort(byTime).flatMap((row) => candidateEntry(tables, row) ?? []);
}

/** Rows of a request's decisions in order of time. */
function decisionsOf({ requests, decisions, events }: IndexTables, request: number): number[] {
  const rows: number[] = [];
  for (let each = requests.firstDecision.at(request); each > 0; each = decisions.next.at(each - 1))
    rows.push(each - 1);
  const byTime = (a: number, b: number): number =>
    decisions.at.at(a) - decisions.at.at(b) ||
    events.ids.compare(decisions.event.at(a) - 1, decisions.event.at(b) - 1);
  return rows.sort(byTime);
}

function candidateEntry(tables: IndexTables, row: number): CandidateEntry | undefined {
  const { candidates, requests } = tables;
  const event = row < 0 ? undefined : eventId(tables, candidates.event.at(row));
  if (event === undefined || isGone(tables, candidates.request.at(row))) return undefined;
  const sha256 = Buffer.from(candidates.sha256.bytes(32 * (row + 1)).subarray(32 * row)).toString('hex');
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
  const { requestOrder, requests, threads, events } = tables;
  const limit = filter.limit ?? Number.POSITIVE_INFINITY;
  const thread = filter.thread === undefined ? undefined : threads.find(filter.thread) + 1;
  const before = filter.before === undefined ? -1 : requests.ids.find(filter.before);
  const isBefore = (row: number): boolean =>
    (requests.at.at(row) - requests.at.at(before) ||
      events.ids.compare(requests.event.at(row) - 1, requests.event.at(before) - 1)) < 0;
  const found: RequestEntry[] = [];
  for (let place = requestOrder.count - 1; place >= 0 && found.length < limit; place -= 1) {
    const row = requestOrder.at(place);
    if (thread !== undefined && requests.thread.at(row) !== thread) continue;
    if (before >= 0 && requests.event.at(before) > 0 && !isBefore(row)) continue;
    const entry = requestEntry(tables, row);
    if (entry) found.push(entry);
  }
  return found;
}

function listLive(tables: IndexTables, limit: number): DecisionEntry[] {
  const { decisionOrder, decisions, requests } = tables;
  const found: DecisionEntry[] = [];
  for (let place = decisionOrder.count - 1; place >= 0 && found.length < limit; place -= 1) {
    const row = decisionOrder.at(place);
    if (requests.live.at(decisions.request.at(row) - 1) !== row + 1) continue;
    const entry = decisionEntry(tables, row);
    if (entry) found.push(entry);
  }
  return found;
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
