import type { Envelope, JournalEvent } from '../events.ts';
import type { Place } from '../journal/place.ts';
import { type ChangeLog, createChangeLog } from './changeLog.ts';
import { foldEvent } from './foldEvent.ts';
import { decisionsOf, indexEntries } from './indexEntries.ts';
import { createIndexFollower, type IndexFollower } from './indexFollower.ts';
import { createIndexTables, type IndexTables } from './indexTables.ts';
import type { Changed, MemoryIndex } from './memoryIndex.ts';
import { encodeTime } from './timeCode.ts';

/** The index and what feeds it. */
export interface WritableMemoryIndex extends MemoryIndex {
  /** Takes an event in; false where its id is already known. `event` is undefined for kinds not known here. */
  add(line: Envelope, event: JournalEvent | undefined, place: Place): boolean;
  /** Undefined where the id is unknown, or the segment it lay in is gone. */
  place(id: string): Place | undefined;
}

/** The index as the journal's reader keeps it in step. */
export interface JournalIndex extends WritableMemoryIndex {
  /** Events in a segment that is gone have no place until they are seen in another. */
  dropSegment(name: string): void;
  /** Events without a place. */
  readonly orphans: number;
  /** From now on every event that comes is remembered, to be taken over by `replace`. */
  hold(): void;
  /** Ends that. */
  release(): void;
  /** Puts other tables in the place of these, together with what came since `hold`. */
  replace(tables: IndexTables): void;
  readonly tables: IndexTables;
}

type Arrived = Parameters<WritableMemoryIndex['add']>;

/**
 * Folds events into what is known: the union by event id in the order of (time, id), so that neither the order of
 * arrival nor repeats make a difference. A click that was recorded twice counts once, at its earlier time.
 */
export function createMemoryIndex(): JournalIndex {
  let tables = createIndexTables();
  const changes = createChangeLog();
  let entries = indexEntries(tables);
  let follower = createIndexFollower(tables, changes);
  let held: Arrived[] | undefined;

  function use(next: IndexTables): void {
    tables = next;
    entries = indexEntries(tables);
    follower = createIndexFollower(tables, changes);
    changes.lose();
  }

  return {
    add: (line, event, place) => {
      held?.push([line, event, place]);
      return addEvent(tables, follower, line, event, place);
    },
    has: (id) => tables.events.ids.find(id) >= 0,
    place: (id) => placeOf(tables, id),
    dropSegment: (name) => tables.segments.drop(name),
    get orphans() {
      return tables.segments.orphans;
    },
    hold: () => {
      held = [];
    },
    release: () => {
      held = undefined;
    },
    replace: (next) => {
      use(next);
      for (const [line, event, place] of held ?? []) addEvent(tables, follower, line, event, place);
      held = undefined;
    },
    get tables() {
      return tables;
    },
    get asOf() {
      return entries.asOf;
    },
    get eventCount() {
      return tables.events.ids.rows;
    },
    request: (id) => entries.request(id),
    requestTime: (id) => entries.requestTime(id),
    candidate: (id) => entries.candidate(id),
    decision: (id) => entries.decision(id),
    liveOf: (request) => entries.liveOf(request),
    requests: (filter = {}) => entries.requests(filter),
    liveDecisions: (filter = {}) => entries.liveDecisions(filter),
    changedSince: (position) => changedSince(tables, changes, position),
    tally: (since) => follower.tally(since),
    keptAfter: (minutes, ratio) => follower.keptAfter(minutes, ratio),
    versions: () => tables.small.list('version'),
    runs: () => tables.small.list('run'),
    states: () => tables.small.list('state'),
    rules: () => tables.small.list('rule'),
    memories: () => tables.small.list('memory'),
    blocks: () => tables.small.list('block'),
    persona: () => tables.small.list('persona'),
    hypotheses: () => tables.small.list('hypotheses'),
    choices: () => tables.small.list('choice'),
    feedback: () => tables.small.list('feedback'),
    forgets: () => tables.small.list('forget'),
    survival: () => entries.survival(),
    applied: () => entries.applied(),
    reasonsOf: (decision) => tables.small.reasonsOf(decision),
  };
}

function changedSince(tables: IndexTables, changes: ChangeLog, asked: number | undefined): Changed {
  const { rows, position } = changes.since(asked);
  if (!rows) return { position, requests: undefined, decisions: [] };
  const { requests, decisions } = tables;
  const decided = Array.from(rows).flatMap((row) => decisionsOf(tables, row));
  return {
    position,
    requests: Array.from(rows, (row) => requests.ids.id(row)),
    decisions: decided.map((row) => decisions.ids.id(row)),
  };
}

function addEvent(
  tables: IndexTables,
  follower: IndexFollower,
  line: Envelope,
  event: JournalEvent | undefined,
  place: Place,
): boolean {
  const { events, last } = tables;
  const before = events.ids.rows;
  const row = events.ids.add(line.id);
  const fresh = row === before;
  if (fresh) setPlace(tables, row, place);
  const at = encodeTime(line.at);
  const later =
    last.event === 0 || at > last.at || (at === last.at && events.ids.compare(last.event - 1, row) < 0);
  if (later) {
    last.at = at;
    last.event = row + 1;
  }
  const taken = event ? follower.follow(event, () => foldEvent(tables, event, row)) : true;
  if (!fresh && (taken || tables.segments.name(events.segment.at(row)) === undefined)) {
    tables.segments.count(events.segment.at(row), -1);
    setPlace(tables, row, place);
  }
  return fresh;
}

function setPlace({ events, segments }: IndexTables, row: number, place: Place): void {
  const segment = segments.number(place.segment);
  segments.count(segment, 1);
  events.segment.set(row, segment);
  events.offset.set(row, place.offset);
  events.length.set(row, place.length);
}

function placeOf({ events, segments }: IndexTables, id: string): Place | undefined {
  const row = events.ids.find(id);
  const segment = row < 0 ? undefined : segments.name(events.segment.at(row));
  if (segment === undefined) return undefined;
  return { segment, offset: events.offset.at(row), length: events.length.at(row) };
}
