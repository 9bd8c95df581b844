/** A place in a document as it was when the question was asked. Lines and characters count from 0. */
export interface ApplyTarget {
  readonly uri: string;
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
  /** The text that was there; applying refuses where it is no longer. */
  readonly text: string;
}
