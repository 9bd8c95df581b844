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
  const noted = index.hypotheses().filter(({ context }) => context && holdsOne(context, gone));
  return [...states, ...noted].map(({ id }) => id);
}

/** Shorter ones are part of anything. */
const MIN_PART = 8;

/** True where one of the texts, or a part of one, is a value of it. */
function holdsOne(value: unknown, texts: readonly string[]): boolean {
  if (typeof value === 'string')
    return texts.some((text) => value.includes(text) || (value.length >= MIN_PART && text.includes(value)));
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((each) => holdsOne(each, texts));
}
