import { APPROVE_REASONS, DENY_REASONS, NEGATIVE_TAGS, POSITIVE_TAGS } from '../protocol/words.ts';
import { usageError } from './usageError.ts';

const REASONS: readonly string[] = [...DENY_REASONS, ...APPROVE_REASONS];
const TAGS: readonly string[] = [...POSITIVE_TAGS, ...NEGATIVE_TAGS];

/** Words of an option that takes several, separated by commas; the option may be given again. */
export const collectWords = (value: string, before: string[] = []): string[] => [
  ...before,
  ...value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
];

/** A mistyped reason would be learned from as one of the user's own; those are told with an option of their own. */
export function checkReasons(reasons: readonly string[]): void {
  const unknown = reasons.find((reason) => !REASONS.includes(reason));
  if (unknown === undefined) return;
  const nearest = nearestOf(unknown, REASONS);
  throw usageError(
    `Unknown reason ${unknown}.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`,
    `See \`whetstone decide --help\`, or keep it as a reason of your own: --new-reason ${unknown}`,
  );
}

export function checkTags(tags: readonly string[]): void {
  const unknown = tags.find((tag) => !TAGS.includes(tag.toLowerCase()));
  if (unknown !== undefined)
    throw usageError(
      `Unknown tag ${unknown}.`,
      `The tags are ${TAGS.join(', ')}; the rest goes into the text.`,
    );
}

/** The known word that takes the fewest changes, where that is few enough to be a slip of the fingers. */
function nearestOf(word: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((each) => ({ each, changes: changesBetween(word.toLowerCase().replaceAll(/[\s-]/g, '_'), each) }))
    .sort((a, b) => a.changes - b.changes);
  return best && best.changes <= Math.max(2, Math.floor(best.each.length / 3)) ? best.each : undefined;
}

/** Characters to insert, delete or replace to get from one text to the other. */
function changesBetween(from: string, to: string): number {
  let before = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [row, letter] of [...from].entries()) {
    const now = [row + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (before[column] ?? 0) + (letter === other ? 0 : 1);
      now.push(Math.min(replaced, (before[column + 1] ?? 0) + 1, (now[column] ?? 0) + 1));
    }
    before = now;
  }
  return before[to.length] ?? 0;
}
