import type { Findings } from './enrichmentPrompt.ts';
import { FACETS } from './facets.ts';
import { type FoundFact, holdsSecret } from './foundFacts.ts';
import { memoryTerms } from './memorySearch.ts';
import type { FacetChange } from './personaSignals.ts';
import { isSteering } from './plainProse.ts';

export interface Accepted {
  readonly facts: readonly FoundFact[];
  readonly changes: readonly FacetChange[];
  readonly rejected: number;
}

/** A model may be wrong about what a quote means, however sure it says it is. */
const MOST_SURE = 0.6;
const STEP = 0.04;
const MAX_TEXT = 120;
const MAX_QUOTE = 300;
/** Shorter quotes are found in anything. */
const MIN_QUOTE = 8;

/** Keeps of a model's findings those whose quote the user wrote, word for word, and whose text follows from it. */
export function acceptFindings({ memories, facets }: Findings, words: readonly string[]): Accepted {
  const said = words.map(spaced);
  const isQuote = (quote: string): boolean =>
    quote.length >= MIN_QUOTE && quote.length <= MAX_QUOTE && said.some((text) => text.includes(quote));
  const facts = memories.flatMap(({ type, text, quote, confidence }): FoundFact[] => {
    const fact = {
      type,
      text: wording(type, text),
      quote: spaced(quote),
      confidence: Math.min(MOST_SURE, Math.max(0, confidence)),
    };
    const isGood =
      isQuote(fact.quote) &&
      followsFrom(fact.text, fact.quote) &&
      !isSteering(`${fact.text} ${fact.quote}`) &&
      !holdsSecret(fact);
    return isGood ? [fact] : [];
  });
  const changes = facets.flatMap(({ name, direction, quote }): FacetChange[] => {
    const isGood = FACETS.some((each) => each.name === name) && isQuote(spaced(quote)) && !isSteering(quote);
    const delta = direction === 'more' ? STEP : -STEP;
    return isGood ? [{ deltas: { [name]: delta }, why: 'the model read it so', quote: spaced(quote) }] : [];
  });
  const distinct = distinctBy(changes, ({ deltas }) => Object.keys(deltas).join());
  return {
    facts,
    changes: distinct,
    rejected: memories.length - facts.length + facets.length - distinct.length,
  };
}

const spaced = (text: string): string => text.replace(/\s+/g, ' ').trim();

function wording(type: FoundFact['type'], text: string): string {
  const plain = text
    .replace(/[^\p{L}\p{M}\p{N} .,_+#/@&'():%=-]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_TEXT);
  if (type !== 'preference' || /^(?:prefers|avoids):/i.test(plain)) return plain;
  return `Prefers: ${plain.replace(/^(?:(?:the )?(?:user|developer) )?(?:prefers?|likes?)\s+/i, '')}`;
}

/** Most of what a text says has to stand in the words that it came from. */
function followsFrom(text: string, quote: string): boolean {
  const terms = memoryTerms(text);
  const quoted = new Set(memoryTerms(quote));
  return terms.length > 0 && terms.filter((term) => quoted.has(term)).length * 2 > terms.length;
}

function distinctBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
