import type { Category, Verdict } from '../protocol/words.ts';
import type { EventOf } from './events.ts';

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

/** What is known of everything recorded: ids, places, verdicts. All reads are in memory. */
export interface MemoryIndex {
  readonly asOf: string | undefined;
  readonly eventCount: number;
  request(id: string): RequestEntry | undefined;
  candidate(id: string): CandidateEntry | undefined;
  decision(id: string): DecisionEntry | undefined;
  /** Requests, newest first. */
  requests(filter?: {
    readonly thread?: string;
    readonly before?: string;
    readonly limit?: number;
  }): RequestEntry[];
  /** Live decisions, newest first. */
  liveDecisions(): DecisionEntry[];
  /** Small events whole, in order of time: versions, runs, states, rules, feedback, survival, applied. */
  versions(): readonly EventOf<'version'>[];
  runs(): readonly EventOf<'run'>[];
  states(): readonly EventOf<'state'>[];
  rules(): readonly EventOf<'rule'>[];
  /** What was added to a decision later, in order of time. */
  reasonsOf(decision: string): readonly EventOf<'reason'>[];
  feedback(): readonly EventOf<'feedback'>[];
  survival(): readonly EventOf<'survival'>[];
  applied(): readonly EventOf<'applied'>[];
}
