import type { BlockBook } from '../learn/blocks/blockBook.ts';
import type { ChatMessage } from '../models/engine.ts';
import type { Candidate } from '../protocol/requestSchemas.ts';
import { neutralMarks } from './neutralMarks.ts';

const FAILURE = 'blocked: ';
const ORDINALS = ['first', 'second', 'third', 'fourth'];

/** The gate that an answer with a blocked thing fails, with the phrase. */
export const blockedFailure = ({ text }: { readonly text: string }): string => `${FAILURE}${text}`;
export const isBlockedFailure = (failure: string): boolean => failure.startsWith(FAILURE);

/** An answer with what it uses of the blocked things, as they are now. */
export function withBlocked(candidate: Candidate, blockedIn: BlockBook['blockedIn']): Candidate {
  const { blocked: _, ...bare } = candidate;
  const found = blockedIn(candidate.text);
  return found.length === 0 ? bare : { ...bare, blocked: found.map(({ text }) => text) };
}

/**
 * Why the answer at that place was made, for its label: what the one before it used.
 * @param place from 0
 */
export const blockedWhy = (place: number, phrases: readonly string[]): string =>
  `the ${ORDINALS[place - 1] ?? 'last'} used ${phrases.join(', ')}`;

/** The same request once more, with what the answer must not use. The answer that used it is not shown again. */
export function withoutBlocked(messages: readonly ChatMessage[], phrases: readonly string[]): ChatMessage[] {
  const last = messages.at(-1);
  if (!last) return [];
  const named = phrases.map((phrase) => (/\s/.test(phrase) ? `"${phrase}"` : phrase)).join(', ');
  const told = `${last.content}\n\nAnswer without ${neutralMarks(named)}.`;
  return [...messages.slice(0, -1), { ...last, content: told }];
}
