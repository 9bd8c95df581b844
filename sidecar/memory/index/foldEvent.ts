import type { EventOf, JournalEvent } from '../events.ts';
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
import { chainedRows, chainRow } from './rowChain.ts';
import { encodeTime } from './timeCode.ts';

/**
 * Takes the facts of an event into the tables; `event` is its row. False where an earlier event of the same subject
 * holds. The same event seen again is taken again: it may lie elsewhere now, with texts removed from it.
 */
export function foldEvent(tables: IndexTables, line: JournalEvent, event: number): boolean {
  switch (line.kind) {
    case 'request':
      return foldRequest(tables, line, event);
    case 'candidate':
      return foldCandidate(tables, line, event);
    case 'shown':
      return foldShown(tables, line.request, event);
    case 'decision':
      return foldDecision(tables, line, event);
    case 'forgotten':
      // The newest one stays it, so that what is read again later says the same.
      return line.was !== 'shown' || !line.request || foldShown(tables, line.request, event);
    case 'undo':
      return foldUndo(tables, line);
    case 'applied':
    case 'survival':
      return foldMark(tables, line, event);
    case 'forget':
      foldForget(tables, line);
      break;
    case 'reason':
      setFlag(tables, line.decision, FLAGS.later);
      break;
  }
  if (tables.small.add(line)) tables.events.kind.set(event, ROW_KINDS.kept);
  return true;
}

function setFlag({ decisions }: IndexTables, decision: string, flag: number): number {
  const row = decisions.ids.add(decision);
  decisions.flags.set(row, decisions.flags.at(row) | flag);
  return row;
}

function foldRequest(tables: IndexTables, line: EventOf<'request'>, event: number): boolean {
  const { requests, strings, requestOrder } = tables;
  const row = requests.ids.add(line.request);
  const at = encodeTime(line.at);
  const known = requests.event.at(row);
  if (known > 0 && !takes(tables, at, event, requests.at.at(row), known - 1)) return false;
  const isMoved = known > 0 && (known !== event + 1 || requests.at.at(row) !== at);
  requests.event.set(row, event + 1);
  requests.at.set(row, at);
  requests.thread.set(row, tables.threads.add(line.thread) + 1);
  requests.category.set(row, strings.number(line.category));
  requests.model.set(row, strings.number(line.model));
  requests.version.set(row, strings.number(line.version));
  if (known === 0) requestOrder.add(row);
  if (isMoved) requestOrder.move(row);
  return true;
}

function foldCandidate(tables: IndexTables, line: EventOf<'candidate'>, event: number): boolean {
  const { candidates, requests } = tables;
  const row = candidates.ids.add(line.candidate);
  const at = encodeTime(line.at);
  const known = candidates.event.at(row);
  if (known > 0 && !takes(tables, at, event, candidates.at.at(row), known - 1)) return false;
  const request = requests.ids.add(line.request) + 1;
  candidates.event.set(row, event + 1);
  candidates.at.set(row, at);
  const sha256 = Buffer.from(line.sha256, 'hex');
  for (let byte = 0; byte < BYTES_OF_SHA256; byte += 1)
    candidates.sha256.set(row * BYTES_OF_SHA256 + byte, sha256[byte] ?? 0);
  chainRow(candidateChain(tables), row, request);
  return true;
}

/** The newest one counts, told by its id, which begins with its time: a time of its own would take eight bytes more. */
function foldShown({ events, requests }: IndexTables, request: string, event: number): boolean {
  const row = requests.ids.add(request);
  const known = requests.shown.at(row);
  if (known === 0 || events.ids.compare(known - 1, event) < 0) requests.shown.set(row, event + 1);
  return true;
}

function foldDecision(tables: IndexTables, line: EventOf<'decision'>, event: number): boolean {
  const { decisions, requests, decisionOrder } = tables;
  const row = decisions.ids.add(line.decision);
  const at = encodeTime(line.at);
  const known = decisions.event.at(row);
  if (known > 0 && !takes(tables, at, event, decisions.at.at(row), known - 1)) return false;
  const request = requests.ids.add(line.request) + 1;
  const isMoved = known > 0 && (known !== event + 1 || decisions.at.at(row) !== at);
  decisions.event.set(row, event + 1);
  decisions.at.set(row, at);
  decisions.candidate.set(row, tables.candidates.ids.add(line.candidate) + 1);
  decisions.verdict.set(row, VERDICT_CODES.indexOf(line.verdict));
  decisions.flags.set(row, (decisions.flags.at(row) & ~FLAGS.note) | (line.note ? FLAGS.note : 0));
  const reasons = line.reasons.length > 0 ? JSON.stringify(line.reasons) : undefined;
  decisions.reasons.set(row, tables.strings.number(reasons));
  if (known === 0) decisionOrder.add(row);
  if (isMoved) decisionOrder.move(row);
  const before = chainRow(decisionChain(tables), row, request);
  if (before > 0 && before !== request) settleLive(tables, before - 1);
  settleLive(tables, request - 1);
  return true;
}

function foldUndo(tables: IndexTables, line: EventOf<'undo'>): boolean {
  const request = tables.decisions.request.at(setFlag(tables, line.decision, FLAGS.undone));
  if (request > 0) settleLive(tables, request - 1);
  return true;
}

function foldForget(tables: IndexTables, line: EventOf<'forget'>): void {
  const { requests } = tables;
  for (const request of line.requests) {
    const row = requests.ids.add(request);
    requests.gone.set(row, 1);
    settleLive(tables, row);
  }
}

function foldMark(
  tables: IndexTables,
  line: EventOf<'applied'> | EventOf<'survival'>,
  event: number,
): boolean {
  const { events, marks, candidates } = tables;
  if (events.kind.at(event) !== ROW_KINDS.other) return true;
  events.kind.set(event, ROW_KINDS[line.kind]);
  const row = marks.count.rows;
  marks.count.rows += 1;
  marks.event.set(row, event);
  marks.at.set(row, encodeTime(line.at));
  marks.candidate.set(row, candidates.ids.add(line.candidate));
  if (line.kind === 'survival') {
    marks.minutes.set(row, line.afterMinutes);
    marks.ratio.set(row, line.ratio);
  }
  return true;
}

/** True for an earlier event than the known one, and for that one itself seen again. */
function takes(tables: IndexTables, at: number, event: number, knownAt: number, known: number): boolean {
  return at !== knownAt ? at < knownAt : tables.events.ids.compare(event, known) <= 0;
}

/** The last decision of a request that was not undone; of a forgotten one, none. */
function settleLive(tables: IndexTables, request: number): void {
  const { requests, decisions, events } = tables;
  const compare = byStamp(events, decisions);
  let live = 0;
  if (requests.gone.at(request) === 0)
    for (const row of chainedRows(decisionChain(tables), request)) {
      const isUndone = (decisions.flags.at(row) & FLAGS.undone) !== 0;
      if (!isUndone && (live === 0 || compare(row, live - 1) >= 0)) live = row + 1;
    }
  requests.live.set(request, live);
}
