import { NEGATIVE_TAGS, POSITIVE_TAGS } from '../protocol/words.ts';

export type Polarity = 'positive' | 'negative' | 'none';

const POSITIVE: ReadonlySet<string> = new Set(POSITIVE_TAGS);
const NEGATIVE: ReadonlySet<string> = new Set(NEGATIVE_TAGS);
const NEGATION = new Set([
  'not',
  'no',
  "isn't",
  'isnt',
  "wasn't",
  'wasnt',
  "doesn't",
  'doesnt',
  "don't",
  'dont',
  'never',
  'hardly',
  'neither',
  "aren't",
]);
/** Words that may stand between a negation and what it negates. */
const BETWEEN = new Set([
  'a',
  'an',
  'the',
  'at',
  'all',
  'so',
  'very',
  'too',
  'really',
  'that',
  'quite',
  'particularly',
  'any',
  'look',
  'looks',
  'seem',
  'is',
]);
const CLAUSE_END = /[.,;:!?\n]/;

/** What a tag says, where it is one of the fourteen words. */
export function tagPolarity(tag: string): Polarity {
  const word = tag
    .trim()
    .toLowerCase()
    .replace(/[_\s]+/g, ' ');
  return POSITIVE.has(word) ? 'positive' : NEGATIVE.has(word) ? 'negative' : 'none';
}

/** What a list of tags says together; `mixed` where they disagree. */
export function tagsPolarity(tags: readonly string[]): Polarity | 'mixed' {
  const said = new Set(tags.map(tagPolarity).filter((each) => each !== 'none'));
  if (said.size > 1) return 'mixed';
  return [...said][0] ?? 'none';
}

/** What tags say, or the text where they say nothing. Where tags disagree, nothing is said. */
export function feedbackPolarity(tags: readonly string[], text: string): Polarity {
  const byTags = tagsPolarity(tags);
  return byTags === 'none' ? textPolarity(text) : byTags === 'mixed' ? 'none' : byTags;
}

/**
 * What free text says by the fourteen words. A negation turns a word to nothing or to its opposite: "not good" is
 * negative, "not bad" is not negative (and not praise). Where both are said, the text says none.
 */
export function textPolarity(text: string): Polarity {
  const words = text.toLowerCase().match(/[+-]1(?!\d)|[\p{L}']+|[.,;:!?\n]/gu) ?? [];
  let positive = 0;
  let negative = 0;
  for (const [at, word] of words.entries()) {
    const good = POSITIVE.has(word);
    if (!good && !NEGATIVE.has(word)) continue;
    const negated = isNegated(words, at);
    if (good && !negated) positive += 1;
    if ((good && negated) || (!good && !negated)) negative += 1;
  }
  if (positive > 0 && negative > 0) return 'none';
  return positive > 0 ? 'positive' : negative > 0 ? 'negative' : 'none';
}

function isNegated(words: readonly string[], at: number): boolean {
  for (let before = at - 1; before >= 0; before -= 1) {
    const word = words[before] ?? '';
    if (NEGATION.has(word)) return true;
    if (CLAUSE_END.test(word) || !BETWEEN.has(word)) return false;
  }
  return false;
}
