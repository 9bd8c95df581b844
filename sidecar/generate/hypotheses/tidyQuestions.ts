import { neutralMarks } from '../neutralMarks.ts';
import { likeness } from './readingTerms.ts';

export const MAX_READINGS = 3;
const MAX_LENGTH = 140;
/** From this share of words in common on, two questions are one. */
const ALIKE = 0.75;

/** At most three questions, each on one line, in so many words, and none said twice. */
export function tidyQuestions(raw: readonly string[], prompt: string, alike = ALIKE): string[] {
  const kept: string[] = [];
  for (const each of raw) {
    const question = tidy(each);
    if (question === undefined || question.replace(/\?$/, '').toLowerCase() === prompt.trim().toLowerCase())
      continue;
    if (kept.some((other) => likeness(other, question) >= alike)) continue;
    kept.push(question);
    if (kept.length === MAX_READINGS) break;
  }
  return kept;
}

function tidy(raw: string): string | undefined {
  const flat = neutralMarks(raw)
    .replace(/[\s\u2028\u2029]+/g, ' ')
    .replace(/^[\s\d.)"'*-]+/, '')
    .replace(/["'\s]+$/, '')
    .trim();
  const asked = flat.search(/[?？]/);
  const sentence = asked >= 0 ? flat.slice(0, asked + 1) : `${flat.replace(/[.!;:,]+$/, '')}?`;
  if (sentence.length > MAX_LENGTH || (sentence.match(/\p{L}/gu)?.length ?? 0) < 4) return undefined;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
