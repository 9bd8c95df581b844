import type { JournalEvent } from '../events.ts';
import type { ChangeLog } from './changeLog.ts';
import type { IndexTables } from './indexTables.ts';
import { createKeptCounts, type KeptCounts } from './keptCounts.ts';
import type { MemoryIndex } from './memoryIndex.ts';
import { countVerdicts, type VerdictCounts } from './verdictCounts.ts';

/** Keeps counts in step with the tables, event by event. */
export interface IndexFollower extends Pick<MemoryIndex, 'tally' | 'keptAfter'> {
  /** Runs `fold`, which takes the event into the tables, and counts what it changed. */
  follow<T>(event: JournalEvent, fold: () => T): T;
}

/**
 * Everything is counted once, when it is first asked for. From then on a request that an event bears on is taken out
 * of the counts before the event is folded and put in again after it, so what kind of change it is makes no difference.
 */
export function createIndexFollower(tables: IndexTables, changes: ChangeLog): IndexFollower {
  let verdicts: VerdictCounts | undefined;
  let kept: KeptCounts | undefined;

  function settle(event: JournalEvent, rows: ReadonlySet<number>): void {
    for (const row of rows) {
      verdicts?.count(row, 1);
      changes.note(row);
      // Rarely: an answer of a forgotten request counts no more, whatever was measured of it.
      if (tables.requests.gone.at(row) > 0) kept = undefined;
    }
    // What was forgotten by itself can have said something about any decision.
    if (event.kind !== 'forget' || event.events.length === 0) return;
    verdicts = undefined;
    changes.lose();
  }

  return {
    follow: (event, fold) => {
      if (!verdicts && !kept && !changes.isFollowed) return fold();
      const rows = requestsOf(tables, event, new Set());
      for (const row of rows) verdicts?.count(row, -1);
      const result = fold();
      settle(event, requestsOf(tables, event, rows));
      return result;
    },
    tally: (since) => {
      if (verdicts?.since !== since) verdicts = countVerdicts(tables, since);
      return verdicts.result();
    },
    keptAfter: (minutes, ratio) => {
      if (kept?.minutes !== minutes || kept.ratio !== ratio) kept = createKeptCounts(tables, minutes, ratio);
      return kept.result();
    },
  };
}

/** Adds the rows of the requests that an event bears on, as far as they are known. */
function requestsOf(tables: IndexTables, event: JournalEvent, rows: Set<number>): Set<number> {
  const { requests, candidates, decisions } = tables;
  const take = (row: number): void => {
    if (row >= 0) rows.add(row);
  };
  const takeRequest = (id: string): void => take(requests.ids.find(id));
  const takeCandidate = (id: string): void => take(candidates.request.at(candidates.ids.find(id)) - 1);
  const takeDecision = (id: string): void => take(decisions.request.at(decisions.ids.find(id)) - 1);
  switch (event.kind) {
    case 'request':
    case 'shown':
      takeRequest(event.request);
      break;
    case 'candidate':
      takeRequest(event.request);
      takeCandidate(event.candidate);
      break;
    case 'decision':
      takeRequest(event.request);
      takeDecision(event.decision);
      break;
    case 'undo':
    case 'reason':
      takeDecision(event.decision);
      break;
    case 'forget':
      event.requests.forEach(takeRequest);
      event.candidates.forEach(takeCandidate);
      event.decisions.forEach(takeDecision);
      break;
  }
  return rows;
}
