import type { MemoryItem } from '../../protocol/memorySchemas.ts';
import { normalMemoryText } from './memoryText.ts';
import { statedPreferences } from './statedPreferences.ts';

/** What a memory holds, in a form that can be compared. All texts normalised. */
export interface MemoryFacts {
  readonly likes: readonly string[];
  readonly dislikes: readonly string[];
}

const PREFERS = /^prefers?: (.+)$/i;
const AVOIDS = /^(?:avoids?|no longer): (.+)$/i;
const OVER = /\s+(?:over|instead of|rather than)\s+/i;

const namesOf = (list: string): string[] =>
  list
    .split(/\s*(?:,|\band\b|\bor\b)\s*/i)
    .map(normalMemoryText)
    .filter((each) => each !== '');

/** Likes and dislikes of a preference, the goal and its end of a goal; nothing of the past. */
export function factsOf({ type, text }: Pick<MemoryItem, 'type' | 'text'>): MemoryFacts {
  if (type === 'history') return { likes: [], dislikes: [] };
  const avoided = AVOIDS.exec(text)?.[1];
  if (type === 'goal') {
    return avoided === undefined
      ? { likes: [normalMemoryText(text)], dislikes: [] }
      : { likes: [], dislikes: [normalMemoryText(avoided)] };
  }
  if (avoided !== undefined) return { likes: [], dislikes: namesOf(avoided) };
  const preferred = PREFERS.exec(text)?.[1];
  if (preferred !== undefined) {
    const [liked = '', ...others] = preferred.split(OVER);
    return { likes: namesOf(liked), dislikes: others.flatMap(namesOf) };
  }
  // The user's own words.
  const stated = statedPreferences(text);
  return { likes: stated.likes.map(normalMemoryText), dislikes: stated.dislikes.map(normalMemoryText) };
}

/** A preference without the names that were taken back; undefined where nothing is left. */
export function withoutNames(text: string, names: readonly string[]): string | undefined {
  const preferred = PREFERS.exec(text)?.[1];
  if (preferred === undefined) return undefined;
  const [liked = ''] = preferred.split(OVER);
  const left = liked.split(/\s*,\s*/).filter((each) => !names.includes(normalMemoryText(each)));
  return left.length === 0 ? undefined : `Prefers: ${left.join(', ')}`;
}
