import type { Category, Verdict } from '../../protocol/words.ts';
import type { Envelope } from '../events.ts';

interface Common {
  /** The source's own id of the request, or the empty string. */
  readonly key: string;
  /** Milliseconds since 1970; undefined where the source names no time. */
  readonly at: number | undefined;
  readonly prompt: string;
  /** Ids that are ULIDs already are kept. */
  readonly request?: string | undefined;
}

/** A request and its answer, with the verdict where there was one. */
export interface AnswerRecord extends Common {
  readonly kind: 'answer';
  /** The text that was decided on: the corrected one where it was edited. */
  readonly response: string;
  readonly original?: string | undefined;
  /** Undefined where the source names none that is known here. */
  readonly category: Category | undefined;
  readonly verdict?: Verdict | undefined;
  /** Every place of the source that says whether it was approved; they differ where someone changed one by hand. */
  readonly approvals: readonly boolean[];
  readonly reasons: readonly string[];
  readonly note?: string | undefined;
  readonly decidedAt: number | undefined;
  readonly candidate?: string | undefined;
  readonly decision?: string | undefined;
  /** Kept beside the answer as it is. */
  readonly sourceScore?: number | undefined;
}

/** Free feedback; with `corrections` it is a preference pair whose rejected text is the response. */
export interface FeedbackRecord extends Common {
  readonly kind: 'feedback';
  readonly response: string | undefined;
  /** Undefined where the source names none that is known here. */
  readonly category?: Category | undefined;
  readonly text: string;
  readonly tags: readonly string[];
  /** 1 to 5. */
  readonly score?: number | undefined;
  readonly sourceScore?: number | undefined;
  readonly corrections?: string | undefined;
  readonly feedbackType: string;
  readonly feedback?: string | undefined;
  readonly candidate?: string | undefined;
  /** When the feedback was given, where that is not the time of the request. */
  readonly feedbackAt?: number | undefined;
}

/** Readings of a short request, and which of them was picked. */
export interface ReadingsRecord extends Common {
  readonly kind: 'readings';
  readonly readings: readonly {
    readonly id: string;
    readonly question: string;
    readonly confidence: number;
  }[];
  /** Null for a skip, undefined where nothing is known of a choice. */
  readonly selected: string | null | undefined;
  readonly context: Readonly<Record<string, unknown>> | undefined;
}

export interface PersonaRecord {
  readonly kind: 'persona';
  readonly at: number | undefined;
  readonly oldFacets: Readonly<Record<string, number>>;
  readonly newFacets: Readonly<Record<string, number>>;
  readonly facetDeltas: Readonly<Record<string, number>>;
  readonly signals: Readonly<Record<string, unknown>>;
}

/** One thing that a foreign file says. */
export type ForeignRecord = AnswerRecord | FeedbackRecord | ReadingsRecord | PersonaRecord;

/** What a reader comes upon, in the order of the file; `place` is `line 4`, `entry 3` or a row of a table. */
export type Found =
  | { readonly what: 'record'; readonly place: string; readonly record: ForeignRecord }
  | { readonly what: 'refused'; readonly place: string; readonly reason: string }
  | { readonly what: 'line'; readonly place: string; readonly event: Envelope }
  | { readonly what: 'file'; readonly path: string; readonly content: Buffer }
  /** A file that was found is sound where its content has this hash. */
  | { readonly what: 'sound'; readonly path: string; readonly sha256: string }
  /** The source is damaged or cut off. */
  | { readonly what: 'damage'; readonly text: string }
  | { readonly what: 'remark'; readonly text: string };

/** Why one entry is not taken; the others are. */
export class EntryRefused extends Error {}
