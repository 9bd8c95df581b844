import { type Category, reasonWords, type Verdict } from '../sidecar/protocol/words.ts';
import type { Card } from './protocol.ts';

const numbers = new Intl.NumberFormat('en-US');

/** 1240 -> `1,240`. */
export function countWords(count: number): string {
  return numbers.format(count);
}

/** `one code block`, `3 code blocks`. */
export function amountWords(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? `1 ${one}` : `${countWords(count)} ${many}`;
}

/** Milliseconds as `4 s`, `1 min 5 s`; never negative. */
export function durationWords(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Share of 0..100 as `42 %`. */
export function percentWords(percent: number): string {
  return `${Math.round(Math.min(100, Math.max(0, percent)))} %`;
}

const CATEGORY_WORDS: Record<Category, string> = {
  code_generation: 'code',
  debugging: 'debugging',
  refactoring: 'refactoring',
  testing: 'testing',
  explanation: 'explanation',
  design: 'design',
  documentation: 'documentation',
  other: 'other',
};
export function categoryWords(category: Category): string {
  return CATEGORY_WORDS[category];
}

const VERDICT_WORDS: Record<Verdict, string> = {
  approved: 'Approved',
  denied: 'Denied',
  edited: 'Edited and approved',
};
export function verdictWords(verdict: Verdict): string {
  return VERDICT_WORDS[verdict];
}

const VERDICT_ICONS: Record<Verdict, string> = { approved: 'check', denied: 'close', edited: 'edit' };
export function verdictIcon(verdict: Verdict): string {
  return VERDICT_ICONS[verdict];
}

/** `Denied: too long, no tests`. */
export function decisionWords(verdict: Verdict, reasons: readonly string[]): string {
  const words = reasons.map(reasonWords).join(', ');
  return words ? `${verdictWords(verdict)}: ${words}` : verdictWords(verdict);
}

/** A reading without the words that make it a question: `build a REST API`. */
export function readingWords(question: string): string {
  return /^Do you want (?:to )?(.+?)\s*\?$/i.exec(question)?.[1] ?? question.replace(/[?.\s]+$/, '');
}

/** The state of a card in one word or two, for its folded line. */
export function cardStateWords(card: Card): string {
  if (card.decision) return decisionWords(card.decision.verdict, card.decision.reasons);
  if (card.error) return 'Failed';
  if (card.readings?.state === 'open') return 'Waits for you';
  const states = new Set(card.candidates.map((candidate) => candidate.state));
  if (states.has('streaming')) return 'Answering';
  if (states.has('loading') || states.has('waiting') || states.size === 0) return 'Waiting';
  if (states.has('complete')) return 'Not decided';
  return states.has('stopped') ? 'Stopped' : 'Failed';
}
