import type { Category, Verdict } from '../../protocol/words.ts';
import type { EventOf } from '../events.ts';
import type { FeedbackEntry } from './smallEvents.ts';

/** One request as the index knows it; texts are read from the journal by event id. */
export interface RequestEntry {
  readonly request: string;
  readonly thread: string;
  /** Event id of the request line. */
  readonly event: string;
  readonly at: string;
  readonly category: Category;
  readonly model: string;
  readonly version: string | undefined;
  readonly candidates: readonly CandidateEntry[];
  /** Event id of the newest `shown` line. */
  readonly shown: string | undefined;
  readonly decisions: readonly DecisionEntry[];
  /** The live verdict: the last decision that was not undone. */
  readonly live: DecisionEntry | undefined;
}

export interface CandidateEntry {
  readonly candidate: string;
  readonly request: string;
  readonly event: string;
  readonly sha256: string;
}

export interface DecisionEntry {
  readonly decision: string;
  readonly event: string;
  readonly at: string;
  readonly request: string;
  readonly candidate: string;
  readonly verdict: Verdict;
  /** Reasons given with the decision and added later, without repeats. */
  readonly reasons: readonly string[];
  readonly hasNote: boolean;
  readonly undone: boolean;
}

/** An answer that was put into a file. */
export interface AppliedEntry {
  readonly event: string;
  readonly at: string;
  readonly candidate: string;
}

/** How much of an applied answer was still there. */
export interface SurvivalEntry extends AppliedEntry {
  readonly afterMinutes: number;
  readonly ratio: number;
}

/** Counts of everything recorded. */
export interface Tally {
  readonly requests: number;
  /** Live verdicts by category. */
  readonly verdicts: ReadonlyMap<Category, Readonly<Record<Verdict, number>>>;
  /** Live decisions later than the time that was asked for. */
  readonly since: number;
  /** How often live denials name each reason. */
  readonly denialReasons: ReadonlyMap<string, number>;
  /** Time of the last request or live decision. */
  readonly latest: string | undefined;
}

export interface Changed {
  readonly position: number;
  /**
   * Requests about which something changed; undefined where anything may have: at the first call, after a reset, or
   * when it was asked for too long ago.
   */
  readonly requests: readonly string[] | undefined;
  /** All decisions of these requests, also those that were undone or forgotten. */
  readonly decisions: readonly string[];
}

/** What is known of everything recorded: ids, places, verdicts. All reads are in memory. */
export interface MemoryIndex {
  readonly asOf: string | undefined;
  readonly eventCount: number;
  /** True where an event of that id is recorded. */
  has(id: string): boolean;
  request(id: string): RequestEntry | undefined;
  /** Its `at`, without making the whole entry. */
  requestTime(id: string): string | undefined;
  candidate(id: string): CandidateEntry | undefined;
  decision(id: string): DecisionEntry | undefined;
  /** The live decision of a request, also where the request's own line is not known yet. */
  liveOf(request: string): DecisionEntry | undefined;
  /** Requests, newest first. */
  requests(filter?: {
    readonly thread?: string;
    readonly before?: string;
    readonly limit?: number;
  }): RequestEntry[];
  /**
   * Live decisions, newest first; an entry is made of each, so give a limit where there can be many. `telling` are
   * those that say more than their verdict, `liked` those that are no denials, `paired` those of them that correct
   * their answer or stand beside a denial of another one. `until` is a time that none of them is later than.
   */
  liveDecisions(filter?: {
    readonly before?: string;
    readonly until?: string;
    readonly limit?: number;
    readonly only?: 'telling' | 'liked' | 'paired';
  }): DecisionEntry[];
  /** What changed since that position, and the position now. */
  changedSince(position: number | undefined): Changed;
  /** Counted once and kept in step with each event since; `since` is a time. */
  tally(since: string): Tally;
  /** Applied answers measured after so many minutes or more, and those of them that kept at least that share. */
  keptAfter(minutes: number, ratio: number): { readonly kept: number; readonly measured: number };
  /** Small events whole, in order of time: versions, runs, states, rules; feedback without its texts. */
  versions(): readonly EventOf<'version'>[];
  runs(): readonly EventOf<'run'>[];
  states(): readonly EventOf<'state'>[];
  rules(): readonly EventOf<'rule'>[];
  /** What was remembered, blocked, moved in the persona, asked back and chosen. */
  memories(): readonly EventOf<'memory'>[];
  blocks(): readonly EventOf<'block'>[];
  persona(): readonly EventOf<'persona'>[];
  hypotheses(): readonly EventOf<'hypotheses'>[];
  choices(): readonly EventOf<'choice'>[];
  /** What was forgotten, by id. */
  forgets(): readonly EventOf<'forget'>[];
  /** What was added to a decision later, in order of time. */
  reasonsOf(decision: string): readonly EventOf<'reason'>[];
  feedback(): readonly FeedbackEntry[];
  survival(): SurvivalEntry[];
  applied(): AppliedEntry[];
}
