import { neutralMarks } from '../neutralMarks.ts';
import { isEnglish } from './questionLanguage.ts';
import { likeness } from './readingTerms.ts';

export const MAX_READINGS = 3;
const MAX_LENGTH = 140;
/** What is longer is no question, whatever is tidied away. */
const MAX_RAW = 1_000;
/** Beside white space: what moves a terminal's cursor, turns text around or can't be seen. */
const UNSEEN = /[^\P{Cc}\s]|\p{Cf}/gu;
/** From this share of words in common on, two questions are one. */
const ALIKE = 0.75;

/** A question that can be answered with yes. */
const YES_OR_NO =
  /^(?:do|does|did|is|are|was|should|shall|would|could|can|will|has|have)\s+(?:you|i|we|this|that|it|the|your|there)\b/i;
/** Questions as small models ask them, and what they mean. */
const HOW = /^(?:how (?:do|can|would|could|should) (?:i|you|we)|what is the (?:best|easiest) way to) /i;
const ABOUT_ITSELF = /https?:|\bAI\b|language model|\b(?:help|assist) (?:you|with) (?:today|anything)\b/i;

/** At most three questions, each on one line, in so many words, and none said twice. */
export function tidyQuestions(raw: readonly string[], prompt: string, alike = ALIKE): string[] {
  const kept: string[] = [];
  for (const each of raw) {
    const question = tidy(each, isEnglish(prompt));
    if (question === undefined || question.replace(/\?$/, '').toLowerCase() === prompt.trim().toLowerCase())
      continue;
    if (kept.some((other) => likeness(other, question) >= alike)) continue;
    kept.push(question);
    if (kept.length === MAX_READINGS) break;
  }
  return kept;
}

function tidy(raw: string, english: boolean): string | undefined {
  // First, as a mark that falls apart by them would be whole without them.
  const flat = neutralMarks(raw.slice(0, MAX_RAW).replace(UNSEEN, ''))
    .replace(/[\s\u2028\u2029]+/g, ' ')
    .replace(/^[\s\d.)"'*-]+/, '')
    .replace(/["'\s]+$/, '')
    .trim()
    .replace(HOW, 'Do you want to ');
  const asked = flat.search(/[?？]/);
  const sentence = asked >= 0 ? flat.slice(0, asked + 1) : `${flat.replace(/[.!;:,]+$/, '')}?`;
  if (ABOUT_ITSELF.test(flat) || !(english ? YES_OR_NO.test(flat) : asked >= 0)) return undefined;
  if (sentence.length > MAX_LENGTH || (sentence.match(/\p{L}/gu)?.length ?? 0) < 4) return undefined;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
