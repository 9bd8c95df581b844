import type { Memory } from '../memory/memory.ts';
import { READ_AT_ONCE } from '../memory/readEach.ts';
import { type PairRow, pairOfFeedback, pairsOfDecision, readFeedback } from '../memory/views/pairRows.ts';
import type { Params, Result } from '../protocol/methods.ts';
import type { Pair } from '../protocol/pairSchemas.ts';

export interface Pairs {
  /**
   * Preference pairs, newest first; those of one decision by their ids, the greatest first. Begins with the newest
   * where `before` is not known. Rejects with `memory.*`.
   */
  list(params: Params<'pairs.list'>): Promise<Result<'pairs.list'>>;
}

type Known = Pick<Memory, 'index' | 'read' | 'ready'>;

/** Where pairs come from: a live decision or feedback, by the id and time of its event. */
interface Origin {
  readonly event: string;
  readonly at: string;
  read(): Promise<readonly PairRow[]>;
}
type Stamp = Pick<Origin, 'event' | 'at'>;

export function createPairs({ memory }: { readonly memory: Known }): Pairs {
  return {
    list: async ({ before, limit }) => {
      await memory.ready;
      const cursor = before === undefined ? undefined : stampOf(memory, before);
      const origins = newestFirst(decisionOrigins(memory, cursor?.at), feedbackOrigins(memory));
      const pairs: PairRow[] = [];
      const rest = from(origins, cursor);
      for (;;) {
        const page = take(rest, Math.min(READ_AT_ONCE, limit - pairs.length));
        if (page.length === 0) break;
        const read = await Promise.all(page.map((origin) => origin.read()));
        pairs.push(...read.flatMap((each) => [...each].sort(byId)).filter(({ id }) => !isPassed(id, before)));
      }
      return { pairs: pairs.slice(0, limit).map(toPair) };
    },
  };
}

function toPair({ at, prompt = '', ...rest }: PairRow): Pair {
  return { ...rest, prompt, createdAt: at };
}

/** The decision or feedback that a pair's id begins with; undefined where it is not known, or not any more. */
function stampOf({ index }: Known, pair: string): Stamp | undefined {
  const id = originOf(pair);
  return index.decision(id) ?? withEvent(index.feedback().find((each) => each.id === id));
}

const originOf = (pair: string): string => pair.split('-')[0] ?? '';
const withEvent = (feedback: { id: string; at: string } | undefined): Stamp | undefined =>
  feedback && { event: feedback.id, at: feedback.at };

/** True for the pairs of the cursor's own decision that were listed before it, and for itself. */
function isPassed(id: string, before: string | undefined): boolean {
  return before !== undefined && originOf(id) === originOf(before) && id >= before;
}

/** Live decisions that can make a pair, newest first, no later than that time; entries are made of few at a time. */
function* decisionOrigins(memory: Known, until: string | undefined): Generator<Origin> {
  const filter = { only: 'paired', limit: READ_AT_ONCE, ...(until !== undefined && { until }) } as const;
  let page = memory.index.liveDecisions(filter);
  while (page.length > 0) {
    for (const entry of page)
      yield { event: entry.event, at: entry.at, read: () => pairsOfDecision(memory, entry) };
    const last = page.at(-1);
    page = last ? memory.index.liveDecisions({ ...filter, before: last.decision }) : [];
  }
}

/** Feedback with a correction, newest first. */
function* feedbackOrigins(memory: Known): Generator<Origin> {
  const feedback = memory.index.feedback();
  for (let place = feedback.length - 1; place >= 0; place -= 1) {
    const entry = feedback[place];
    if (!entry?.corrected) continue;
    const { id, at } = entry;
    yield { event: id, at, read: () => readCorrection(memory, id) };
  }
}

async function readCorrection(memory: Known, id: string): Promise<PairRow[]> {
  const event = await memory.read(id);
  if (event?.kind !== 'feedback') return [];
  const pair = pairOfFeedback(event, await readFeedback(memory, event));
  return pair ? [pair] : [];
}

/** Both in one order. */
function* newestFirst(ones: Iterator<Origin>, others: Iterator<Origin>): Generator<Origin> {
  let one = ones.next();
  let other = others.next();
  while (!one.done || !other.done) {
    if (!one.done && (other.done || isNewer(one.value, other.value))) {
      yield one.value;
      one = ones.next();
    } else if (!other.done) {
      yield other.value;
      other = others.next();
    }
  }
}

function* from(origins: Iterable<Origin>, cursor: Stamp | undefined): Generator<Origin> {
  for (const origin of origins) if (!cursor || !isNewer(origin, cursor)) yield origin;
}

/** The next ones, at most so many. */
function take(origins: Iterator<Origin>, count: number): Origin[] {
  const taken: Origin[] = [];
  while (taken.length < count) {
    const next = origins.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}

function isNewer(a: Stamp, b: Stamp): boolean {
  return a.at === b.at ? a.event > b.event : a.at > b.at;
}

const byId = (a: PairRow, b: PairRow): number => (a.id < b.id ? 1 : -1);
