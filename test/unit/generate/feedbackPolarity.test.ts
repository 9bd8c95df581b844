import { describe, expect, it } from 'vitest';
import {
  feedbackPolarity,
  tagPolarity,
  tagsPolarity,
  textPolarity,
} from '../../../sidecar/generate/feedbackPolarity.ts';
import { NEGATIVE_TAGS, POSITIVE_TAGS } from '../../../sidecar/protocol/words.ts';

it('knows fourteen words, seven of each kind', () => {
  expect(POSITIVE_TAGS).toEqual(['pos', 'good', 'great', '+1', 'accept', 'helpful', 'correct']);
  expect(NEGATIVE_TAGS).toEqual(['neg', 'bad', 'wrong', 'worse', '-1', 'reject', 'not good']);
});

describe.each([
  ...POSITIVE_TAGS.map((word) => ({ word, says: 'positive', negated: 'negative' }) as const),
  ...NEGATIVE_TAGS.map((word) => ({ word, says: 'negative', negated: 'none' }) as const),
])('$word', ({ word, says, negated }) => {
  it.each([
    ['as a tag', word],
    ['in capitals', word.toUpperCase()],
    ['with spaces around', ` ${word} `],
    ['with an underscore', word.replace(' ', '_')],
  ])('%s', (_, tag) => {
    expect(tagPolarity(tag)).toBe(says);
    expect(tagsPolarity(['style', tag])).toBe(says);
  });

  it.each([
    ['alone', word],
    ['in a sentence', `I think this one is ${word}, thank you.`],
    ['at the start, in capitals', `${word.toUpperCase()}: the loop`],
    ['over lines', `The loop\n${word}\nthe rest`],
    ['beside a negation of something else', `There is no test. It is ${word}.`],
  ])('in free text, %s', (_, text) => {
    expect(textPolarity(text)).toBe(says);
  });

  const bare = word.replace(/^not /, '');
  it.each(['not', 'never', "isn't", 'hardly', 'not really', 'not at all', 'not so very'])(
    'after "%s" in free text',
    (negation) => {
      expect(textPolarity(`This is ${negation} ${bare}.`)).toBe(word === 'not good' ? 'negative' : negated);
    },
  );
});

describe('free text', () => {
  it.each([
    ['the goodness of it', 'none'],
    ['a badge', 'none'],
    ['correctly', 'none'],
    ['+10 points', 'none'],
    ['-12', 'none'],
    ['good start, bad end', 'none'],
    ['not bad', 'none'],
    ['not bad, good even', 'positive'],
    ['not good, not bad', 'negative'],
    ['no, good', 'positive'],
    ['', 'none'],
  ] as const)('%j says %s', (text, says) => {
    expect(textPolarity(text)).toBe(says);
  });
});

describe('tags and text', () => {
  it('tags speak first, and say nothing where they disagree', () => {
    expect(feedbackPolarity(['pos'], 'bad')).toBe('positive');
    expect(feedbackPolarity([], 'bad')).toBe('negative');
    expect(feedbackPolarity(['good', 'wrong'], 'great')).toBe('none');
    expect(tagsPolarity(['good', 'wrong'])).toBe('mixed');
    expect(tagsPolarity(['tabs'])).toBe('none');
  });
});
