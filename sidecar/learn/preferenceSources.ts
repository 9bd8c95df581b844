import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { DecisionEntry, MemoryIndex, RequestEntry } from '../memory/index/memoryIndex.ts';
import type { FeedbackEntry } from '../memory/index/smallEvents.ts';

/** One thing that preferences are learned from, by ids alone. */
export interface Source {
  /** Of the decision, or of the feedback's event. */
  readonly id: string;
  readonly kind: 'decision' | 'feedback';
  readonly at: string;
  readonly request: string;
  /** Another one for everything that changes what is learned from it. */
  readonly key: string;
}

export interface PreferenceSources {
  /** The newest ones, oldest first; other work gets its turn in between. */
  newest(limit: number): Promise<Source[]>;
  /** Those of one request as it is now. */
  ofRequest(request: string): Source[];
  source(id: string): Source | undefined;
  /** Votes that the approval of an answer counts as. */
  weightOf(candidate: string): number;
  /** Takes in how much of an applied answer was left. */
  survived(mark: Survived): void;
}

interface Survived {
  readonly candidate: string;
  readonly afterMinutes: number;
  readonly ratio: number;
}

const PAGE = 50;
const SETTLED_MINUTES = 60;
const KEPT_RATIO = 0.5;
/**
 * An approval whose text was mostly gone after an hour says less: it was liked at first sight. It is no denial, as code
 * goes for many reasons.
 */
const GONE_WEIGHT = 0.5;

/** What is learned from, told by the index; texts are not read. Made anew after a reset. */
export function createPreferenceSources(index: MemoryIndex): PreferenceSources {
  const left = new Map<string, number>();
  const survived = ({ candidate, afterMinutes, ratio }: Survived): void => {
    if (afterMinutes >= SETTLED_MINUTES) left.set(candidate, ratio);
  };
  // Listing them makes an entry of each: not where there is none.
  if (index.keptAfter(SETTLED_MINUTES, KEPT_RATIO).measured > 0) index.survival().forEach(survived);

  const weightOf = (candidate: string): number => ((left.get(candidate) ?? 1) < KEPT_RATIO ? GONE_WEIGHT : 1);
  const ofDecision = (entry: DecisionEntry, said: Said): Source => ({
    id: entry.decision,
    kind: 'decision',
    at: entry.at,
    request: entry.request,
    key: decisionKey(index, entry, said.get(entry.request) ?? [], weightOf(entry.candidate)),
  });
  const ofFeedback = ({ id, at, request }: FeedbackEntry): Source => ({
    id,
    kind: 'feedback',
    at,
    request,
    key: feedbackKey(index, request),
  });

  return {
    weightOf,
    survived,
    source: (id) => {
      const said = saidOf(index);
      const entry = index.decision(id);
      if (entry) return index.liveOf(entry.request)?.decision === id ? ofDecision(entry, said) : undefined;
      const feedback = index.feedback().find((each) => each.id === id);
      return feedback && ofFeedback(feedback);
    },
    ofRequest: (request) => {
      const said = saidOf(index);
      const live = index.liveOf(request);
      return [...(live ? [ofDecision(live, said)] : []), ...(said.get(request) ?? []).map(ofFeedback)];
    },
    newest: async (limit) => {
      const said = saidOf(index);
      const found = index.feedback().slice(-limit).map(ofFeedback);
      let page = index.liveDecisions({ limit: PAGE });
      for (let last = page.at(-1), count = 0; last && count < limit; last = page.at(-1)) {
        found.push(...page.map((entry) => ofDecision(entry, said)));
        count += page.length;
        await setImmediate();
        page = index.liveDecisions({ limit: PAGE, before: last.decision });
      }
      return found.sort(byTime).slice(-limit);
    },
  };
}

/** Feedback by request. */
type Said = ReadonlyMap<string, readonly FeedbackEntry[]>;

function saidOf(index: MemoryIndex): Said {
  const said = new Map<string, FeedbackEntry[]>();
  for (const each of index.feedback()) said.set(each.request, [...(said.get(each.request) ?? []), each]);
  return said;
}

/** In order of time, and of ids where that is the same. */
export function byTime(a: Pick<Source, 'at' | 'id'>, b: Pick<Source, 'at' | 'id'>): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** SHA-256 over what was counted, in this order, and over what it began with. */
export function digestOf(sources: readonly Pick<Source, 'id' | 'key'>[], prior: string): string {
  const hash = createHash('sha256').update(`${prior}\n`);
  for (const { id, key } of sources) hash.update(`${id} ${key}\n`);
  return hash.digest('hex');
}

/** The last decisions on other answers of the request that went the other way; each was looked at to be decided. */
export function siblingsOf(request: RequestEntry | undefined, live: DecisionEntry): DecisionEntry[] {
  const last = new Map<string, DecisionEntry>();
  for (const each of request?.decisions ?? []) if (!each.undone) last.set(each.candidate, each);
  const isDenied = live.verdict === 'denied';
  return [...last.values()].filter(
    (each) => each.candidate !== live.candidate && (each.verdict === 'denied') !== isDenied,
  );
}

function decisionKey(
  index: MemoryIndex,
  entry: DecisionEntry,
  said: readonly FeedbackEntry[],
  weight: number,
): string {
  const { verdict, reasons, hasNote, candidate } = entry;
  const siblings = siblingsOf(index.request(entry.request), entry).map((each) => [
    each.decision,
    each.verdict,
    each.reasons,
    index.reasonsOf(each.decision).map(({ id }) => id),
  ]);
  const later = index.reasonsOf(entry.decision).map(({ id }) => id);
  const feedback = said.map(({ id }) => id);
  return keyOf([
    verdict,
    candidate,
    reasons,
    hasNote,
    later,
    siblings,
    feedback,
    verdict === 'denied' ? 1 : weight,
  ]);
}

/** What is learned from feedback depends on whether there is a decision beside it. */
const feedbackKey = (index: MemoryIndex, request: string): string =>
  keyOf([index.liveOf(request)?.candidate ?? null]);

const KEY_LENGTH = 16;
const keyOf = (facts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, KEY_LENGTH);
