import type { Category, Verdict } from '../../protocol/words.ts';
import { parseReasons } from '../journal/parseReasons.ts';
import { categoryOf, isGone } from './indexEntries.ts';
import { FLAGS, type IndexTables, ROW_KINDS, VERDICT_CODES } from './indexTables.ts';
import type { Tally } from './memoryIndex.ts';
import { decodeTime, encodeTime } from './timeCode.ts';

/** Counts every live verdict in one pass over the columns. */
export function tallyDecisions(tables: IndexTables, since: string): Tally {
  const { requests, decisions, strings } = tables;
  const threshold = since === '' ? -1 : encodeTime(since);
  const verdicts = new Map<Category, Record<Verdict, number>>();
  const byReasons = new Map<number, number>();
  const withLater: number[] = [];
  let fresh = 0;
  let known = 0;
  let latest = -1;
  for (let row = 0; row < requests.ids.rows; row += 1) {
    if (requests.event.at(row) > 0 && requests.gone.at(row) === 0) {
      known += 1;
      latest = Math.max(latest, requests.at.at(row));
    }
    const live = requests.live.at(row) - 1;
    if (live < 0) continue;
    const verdict = VERDICT_CODES[decisions.verdict.at(live)] ?? 'denied';
    const at = decisions.at.at(live);
    latest = Math.max(latest, at);
    if (at > threshold) fresh += 1;
    countVerdict(verdicts, categoryOf(tables, row), verdict);
    if (verdict !== 'denied') continue;
    if ((decisions.flags.at(live) & FLAGS.later) !== 0) withLater.push(live);
    else byReasons.set(decisions.reasons.at(live), (byReasons.get(decisions.reasons.at(live)) ?? 0) + 1);
  }
  const denialReasons = new Map<string, number>();
  for (const [list, uses] of byReasons) countReasons(denialReasons, parseReasons(strings.text(list)), uses);
  for (const live of withLater) {
    const later = tables.small.reasonsOf(decisions.ids.id(live)).flatMap((each) => each.reasons);
    const own = parseReasons(strings.text(decisions.reasons.at(live)));
    countReasons(denialReasons, [...new Set([...own, ...later])], 1);
  }
  return {
    requests: known,
    verdicts,
    since: fresh,
    denialReasons,
    latest: latest < 0 ? undefined : decodeTime(latest),
  };
}

function countVerdict(
  verdicts: Map<Category, Record<Verdict, number>>,
  category: Category,
  verdict: Verdict,
): void {
  const counts = verdicts.get(category) ?? { approved: 0, denied: 0, edited: 0 };
  verdicts.set(category, counts);
  counts[verdict] += 1;
}

function countReasons(counts: Map<string, number>, reasons: readonly string[], uses: number): void {
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + uses);
}

/** The first measurement after that time counts for each applied answer. */
export function keptAfter(
  tables: IndexTables,
  minutes: number,
  ratio: number,
): { kept: number; measured: number } {
  const { candidates, events, marks } = tables;
  const applied = new Uint8Array(candidates.ids.rows);
  const first = new Map<number, number>();
  for (let row = 0; row < marks.count.rows; row += 1)
    if (events.kind.at(marks.event.at(row)) === ROW_KINDS.applied) applied[marks.candidate.at(row)] = 1;
  for (let row = 0; row < marks.count.rows; row += 1) {
    const candidate = marks.candidate.at(row);
    if (events.kind.at(marks.event.at(row)) !== ROW_KINDS.survival) continue;
    if (
      isGone(tables, candidates.request.at(candidate)) ||
      applied[candidate] !== 1 ||
      marks.minutes.at(row) < minutes
    )
      continue;
    const known = first.get(candidate);
    if (known === undefined || isSooner(marks, row, known)) first.set(candidate, row);
  }
  let kept = 0;
  for (const row of first.values()) if (marks.ratio.at(row) >= ratio) kept += 1;
  return { kept, measured: first.size };
}

function isSooner(marks: IndexTables['marks'], row: number, known: number): boolean {
  return (marks.minutes.at(row) - marks.minutes.at(known) || marks.at.at(row) - marks.at.at(known)) < 0;
}
