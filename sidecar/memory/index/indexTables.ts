import { createColumn } from './column.ts';
import { createIdTable, type IdTable } from './idTable.ts';
import type { RowChain } from './rowChain.ts';
import { createRowOrder, type RowOrder } from './rowOrder.ts';
import { createSegmentNames, type SegmentNames } from './segmentNames.ts';
import { createSmallEvents } from './smallEvents.ts';
import { createStringTable, type StringTable } from './stringTable.ts';

/** What an event was folded as; its line is read again from the journal where the index keeps it whole. */
export const ROW_KINDS = { other: 0, kept: 1, survival: 2, applied: 3 } as const;
export const VERDICT_CODES = ['approved', 'denied', 'edited'] as const;
/** Numbers that a hash takes in its column. */
export const BYTES_OF_SHA256 = 32;
/** Of a decision: it has a note, it was taken back, reasons were added later. */
export const FLAGS = { note: 1, undone: 2, later: 4 } as const;

/**
 * Everything the index holds, by row in columns of numbers: about 300 bytes a decided request, where objects take
 * 2,000. A reference to another row is that row plus one; 0 is none.
 */
export interface IndexTables {
  readonly segments: SegmentNames;
  readonly strings: StringTable;
  readonly threads: IdTable;
  readonly events: ReturnType<typeof eventTable>;
  readonly requests: ReturnType<typeof requestTable>;
  readonly candidates: ReturnType<typeof candidateTable>;
  readonly decisions: ReturnType<typeof decisionTable>;
  readonly marks: ReturnType<typeof markTable>;
  readonly requestOrder: RowOrder;
  readonly decisionOrder: RowOrder;
  readonly small: ReturnType<typeof createSmallEvents>;
  /** The latest event: its time and its row plus one. */
  readonly last: { at: number; event: number };
}

export function createIndexTables(): IndexTables {
  const events = eventTable();
  const requests = requestTable();
  const decisions = decisionTable();
  return {
    segments: createSegmentNames(),
    strings: createStringTable(),
    threads: createIdTable(),
    events,
    requests,
    candidates: candidateTable(),
    decisions,
    marks: markTable(),
    requestOrder: createRowOrder(byStamp(events, requests)),
    decisionOrder: createRowOrder(byStamp(events, decisions)),
    small: createSmallEvents(),
    last: { at: 0, event: 0 },
  };
}

/** The order of rows by the time, then the id, of their events. */
export function byStamp(
  { ids }: IndexTables['events'],
  { at, event }: Pick<IndexTables['requests'], 'at' | 'event'>,
): (a: number, b: number) => number {
  return (a, b) => at.at(a) - at.at(b) || ids.compare(event.at(a) - 1, event.at(b) - 1);
}

/** The answers of each request. */
export const candidateChain = ({ requests, candidates }: IndexTables): RowChain => ({
  request: candidates.request,
  first: requests.firstCandidate,
  next: candidates.next,
});

/** The decisions on each request. */
export const decisionChain = ({ requests, decisions }: IndexTables): RowChain => ({
  request: decisions.request,
  first: requests.firstDecision,
  next: decisions.next,
});

function eventTable() {
  return {
    ids: createIdTable(),
    segment: createColumn('u32'),
    offset: createColumn('f64'),
    length: createColumn('u32'),
    kind: createColumn('u8'),
  };
}

/**
 * `event` is 0 where only other events name the request. `shown` is the newest event that says how its answers were
 * shown, `live` the decision that counts.
 */
function requestTable() {
  return {
    ids: createIdTable(),
    event: createColumn('u32'),
    at: createColumn('f64'),
    thread: createColumn('u32'),
    category: createColumn('u32'),
    model: createColumn('u32'),
    version: createColumn('u32'),
    shown: createColumn('u32'),
    firstCandidate: createColumn('u32'),
    firstDecision: createColumn('u32'),
    live: createColumn('u32'),
    /** 1 where it is forgotten. */
    gone: createColumn('u8'),
  };
}

/** `sha256` has `BYTES_OF_SHA256` numbers a row. */
function candidateTable() {
  return {
    ids: createIdTable(),
    event: createColumn('u32'),
    at: createColumn('f64'),
    request: createColumn('u32'),
    sha256: createColumn('u8'),
    next: createColumn('u32'),
  };
}

function decisionTable() {
  return {
    ids: createIdTable(),
    event: createColumn('u32'),
    at: createColumn('f64'),
    request: createColumn('u32'),
    candidate: createColumn('u32'),
    verdict: createColumn('u8'),
    flags: createColumn('u8'),
    reasons: createColumn('u32'),
    next: createColumn('u32'),
  };
}

/** What became of answers: `applied` and `survival` events in the order of their coming; `event` is a row, not plus one. */
function markTable() {
  return {
    count: { rows: 0 },
    event: createColumn('u32'),
    at: createColumn('f64'),
    candidate: createColumn('u32'),
    minutes: createColumn('f64'),
    ratio: createColumn('f64'),
  };
}
