import { createColumn } from './column.ts';
import { isGone } from './indexEntries.ts';
import { type IndexTables, ROW_KINDS } from './indexTables.ts';

/** How many applied answers were measured after so many minutes, and how many of them kept at least that share. */
export interface KeptCounts {
  readonly minutes: number;
  readonly ratio: number;
  /** Counts the marks that came since the last call. */
  result(): { kept: number; measured: number };
}

/** The first measurement after that time counts for each applied answer. */
export function createKeptCounts(tables: IndexTables, minutes: number, ratio: number): KeptCounts {
  const { candidates, events, marks } = tables;
  const applied = createColumn('u8');
  /** The mark that counts, plus one, by the row of the answer. */
  const first = createColumn('u32');
  let seen = 0;
  let kept = 0;
  let measured = 0;

  function count(candidate: number, by: 1 | -1): void {
    const mark = first.at(candidate);
    if (applied.at(candidate) === 0 || mark === 0 || isGone(tables, candidates.request.at(candidate))) return;
    measured += by;
    if (marks.ratio.at(mark - 1) >= ratio) kept += by;
  }

  function isSooner(mark: number, known: number): boolean {
    const order =
      marks.minutes.at(mark) - marks.minutes.at(known) ||
      marks.at.at(mark) - marks.at.at(known) ||
      events.ids.compare(marks.event.at(mark), marks.event.at(known));
    return order < 0;
  }

  function take(mark: number): void {
    const candidate = marks.candidate.at(mark);
    count(candidate, -1);
    if (events.kind.at(marks.event.at(mark)) === ROW_KINDS.applied) applied.set(candidate, 1);
    else if (marks.minutes.at(mark) >= minutes) {
      const known = first.at(candidate);
      if (known === 0 || isSooner(mark, known - 1)) first.set(candidate, mark + 1);
    }
    count(candidate, 1);
  }

  return {
    minutes,
    ratio,
    result: () => {
      for (; seen < marks.count.rows; seen += 1) take(seen);
      return { kept, measured };
    },
  };
}
