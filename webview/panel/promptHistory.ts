export interface Recall {
  /** The prompt one step further back, or undefined at the oldest. `draft` is what stands in the box now. */
  older(draft: string): string | undefined;
  /** One step forward; after the newest the draft that was there before. Undefined where nothing was recalled. */
  newer(): string | undefined;
  reset(): void;
}

/** Steps through earlier prompts, newest first, and gives the draft back at the end. */
export function createRecall(history: () => readonly string[]): Recall {
  let at = -1;
  let draft = '';
  return {
    older: (current) => {
      const next = history()[at + 1];
      if (next === undefined) return undefined;
      if (at < 0) draft = current;
      at++;
      return next;
    },
    newer: () => {
      if (at < 0) return undefined;
      at--;
      return at < 0 ? draft : history()[at];
    },
    reset: () => {
      at = -1;
    },
  };
}

/** What follows an `@` right before the caret, or undefined where no mention is being typed. */
export function mentionAt(
  text: string,
  caret: number,
): { readonly from: number; readonly query: string } | undefined {
  const match = /(?:^|[\s(])@([^\s@]{0,200})$/.exec(text.slice(0, caret));
  if (!match) return undefined;
  const query = match[1] ?? '';
  return { from: caret - query.length - 1, query };
}
