import type { MemoryIndex } from '../index/memoryIndex.ts';
import { isForgotten } from './forgetRules.ts';

/**
 * Events that go with memories of which nothing says anything any more: what the user set on them, also in words of
 * their own, and readings of other requests that note them as known. @param ids of all that is forgotten
 */
export function goneWithMemories(index: MemoryIndex, ids: ReadonlySet<string>): string[] {
  const texts = new Map<string, Set<string>>();
  const left = new Set<string>();
  for (const event of index.memories()) {
    if (!isForgotten(event, ids)) left.add(event.memory);
    texts.set(event.memory, (texts.get(event.memory) ?? new Set()).add(event.text));
  }
  for (const memory of left) texts.delete(memory);
  if (texts.size === 0) return [];
  const states = index.states().filter(({ of }) => texts.has(of));
  for (const { of, text } of states) if (text !== undefined) texts.get(of)?.add(text);
  const gone = [...texts.values()].flatMap((some) => [...some]);
  const isGone = comparedOnce(gone);
  const noted = index.hypotheses().filter(({ context }) => context && holdsOne(context, isGone));
  return [...states, ...noted].map(({ id }) => id);
}

/** Shorter ones are part of anything. */
const MIN_PART = 8;

/** True for one of the texts, for what holds one, and for a part of one. The same goals are noted again and again. */
function comparedOnce(texts: readonly string[]): (value: string) => boolean {
  const known = new Map<string, boolean>();
  const isOne = (value: string): boolean =>
    texts.some((text) => {
      if (value.length < MIN_PART || text.length < MIN_PART) return value === text;
      return value.includes(text) || text.includes(value);
    });
  return (value) => {
    const is = known.get(value) ?? isOne(value);
    known.set(value, is);
    return is;
  };
}

/** True where a value of it is one that goes. */
function holdsOne(value: unknown, isGone: (text: string) => boolean): boolean {
  if (typeof value === 'string') return isGone(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((each) => holdsOne(each, isGone));
}
