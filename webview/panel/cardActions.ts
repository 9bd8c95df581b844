import type { Verdict } from '../../sidecar/protocol/words.ts';
import type { Card, Intent } from '../protocol.ts';
import type { SavedState } from '../savedState.ts';

export type Work = NonNullable<SavedState['work']>;
export type ApplyHow = Extract<Intent, { type: 'apply' }>['how'];

/** What is known about a card besides the host's snapshot. */
export interface CardUi {
  readonly newest: boolean;
  readonly folded: boolean;
  /** Tab that the user opened. */
  readonly chosen: string | undefined;
  readonly work: Work | undefined;
  /** A verdict that was pressed and has not come back yet. */
  readonly pending: Pending | undefined;
  readonly canWrite: boolean;
  /** Reasons for a denial, most used first; at most nine. */
  readonly reasons: readonly string[];
}
export interface Pending {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
}

/** Everything a card can ask for. One object for all cards; each call names its card. */
export interface CardActions {
  post(intent: Intent): void;
  openTab(request: string, candidate: string): void;
  fold(request: string, folded: boolean): void;
  openWork(request: string, mode: Work['mode']): void;
  changeWork(change: Partial<Pick<Work, 'text' | 'all' | 'picked'>>): void;
  closeWork(): void;
  decide(request: string, verdict: Verdict, editedText?: string): void;
  addReasons(request: string, reasons: readonly string[], note: string): void;
  undo(request: string): void;
  /** Never suggests a phrase of the open answer again, or lifts it. */
  block(request: string, phrase: string, on: boolean): void;
  /** What a short request means; null for as it stands. */
  choose(request: string, reading: string | null): void;
  copy(request: string, block: number): void;
  apply(request: string, block: number, how: ApplyHow): void;
  retry(card: Card): void;
}
