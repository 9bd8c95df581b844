import type { Category, Verdict } from '../../protocol/words.ts';
import { categoryOf } from './indexEntries.ts';
import { FLAGS, type IndexTables, VERDICT_CODES } from './indexTables.ts';
import type { Tally } from './memoryIndex.ts';
import { parseReasons } from './parseReasons.ts';
import { decodeTime, encodeTime } from './timeCode.ts';

/** Counts of requests and live verdicts, kept by adding and taking away single requests. */
export interface VerdictCounts {
  /** The time that `fresh` counts from. */
  readonly since: string;
  /** Counts what a request's row says now, once more or once less. */
  count(row: number, by: 1 | -1): void;
  result(): Tally;
}

/** Counts everything in the tables once. */
export function countVerdicts(tables: IndexTables, since: string): VerdictCounts {
  const counts = new Counts(tables, since);
  for (let row = 0; row < tables.requests.ids.rows; row += 1) counts.count(row, 1);
  return counts;
}

class Counts implements VerdictCounts {
  readonly since: string;
  readonly #tables: IndexTables;
  readonly #threshold: number;
  readonly #verdicts = new Map<Category, Record<Verdict, number>>();
  /** The same by the number of the category's text: texts that are no category count as one. */
  readonly #byText = new Map<number, Record<Verdict, number>>();
  readonly #reasons = new Map<string, number>();
  /** Lists of reasons by the number of their text. */
  readonly #lists: (readonly string[])[] = [];
  #requests = 0;
  #fresh = 0;

  constructor(tables: IndexTables, since: string) {
    this.#tables = tables;
    this.since = since;
    this.#threshold = since === '' ? -1 : encodeTime(since);
  }

  count(row: number, by: 1 | -1): void {
    const { requests, decisions } = this.#tables;
    if (requests.event.at(row) > 0 && requests.gone.at(row) === 0) this.#requests += by;
    const live = requests.live.at(row) - 1;
    if (live < 0) return;
    const verdict = VERDICT_CODES[decisions.verdict.at(live)] ?? 'denied';
    if (decisions.at.at(live) > this.#threshold) this.#fresh += by;
    this.#verdictsOf(row)[verdict] += by;
    if (verdict === 'denied') for (const reason of this.#reasonsOf(live)) this.#countReason(reason, by);
  }

  result(): Tally {
    const used = [...this.#verdicts].filter(([, each]) => each.approved + each.denied + each.edited > 0);
    return {
      requests: this.#requests,
      verdicts: new Map(used.map(([category, counts]) => [category, { ...counts }])),
      since: this.#fresh,
      denialReasons: new Map(this.#reasons),
      latest: latestOf(this.#tables),
    };
  }

  #verdictsOf(row: number): Record<Verdict, number> {
    const text = this.#tables.requests.category.at(row);
    const known = this.#byText.get(text);
    if (known) return known;
    const category = categoryOf(this.#tables, row);
    const counts = this.#verdicts.get(category) ?? { approved: 0, denied: 0, edited: 0 };
    this.#verdicts.set(category, counts);
    this.#byText.set(text, counts);
    return counts;
  }

  #countReason(reason: string, by: 1 | -1): void {
    const count = (this.#reasons.get(reason) ?? 0) + by;
    if (count === 0) this.#reasons.delete(reason);
    else this.#reasons.set(reason, count);
  }

  #reasonsOf(decision: number): readonly string[] {
    const { decisions, small, strings } = this.#tables;
    const list = decisions.reasons.at(decision);
    const own = this.#lists[list] ?? parseReasons(strings.text(list));
    this.#lists[list] = own;
    if ((decisions.flags.at(decision) & FLAGS.later) === 0) return own;
    const later = small.reasonsOf(decisions.ids.id(decision)).flatMap((each) => each.reasons);
    return [...new Set([...own, ...later])];
  }
}

/** Time of the last request or live decision. */
function latestOf({ requests, decisions, requestOrder, decisionOrder }: IndexTables): string | undefined {
  let latest = -1;
  for (let place = requestOrder.count - 1; place >= 0 && latest < 0; place -= 1) {
    const row = requestOrder.at(place);
    if (requests.gone.at(row) === 0) latest = requests.at.at(row);
  }
  for (let place = decisionOrder.count - 1; place >= 0; place -= 1) {
    const row = decisionOrder.at(place);
    if (requests.live.at(decisions.request.at(row) - 1) !== row + 1) continue;
    latest = Math.max(latest, decisions.at.at(row));
    break;
  }
  return latest < 0 ? undefined : decodeTime(latest);
}
