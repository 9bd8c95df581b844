import { redact } from '../../memory/redact.ts';
import type { MemoryType } from '../../protocol/memorySchemas.ts';
import { statedGoals } from './statedGoals.ts';
import { type PreferenceStatement, type ReadingOptions, statedPreferences } from './statedPreferences.ts';

/** A memory to be, found by the words of a text. */
export interface FoundFact {
  readonly type: MemoryType;
  readonly text: string;
  readonly confidence: number;
  /** Words of the text that it was found in. */
  readonly quote: string;
}

/** How much less sure a preference is than the goal beside it. */
export const PREFERENCE_SHARE = 0.9;
const MAX_QUOTE = 300;

/** Goals and preferences in a text that the user wrote, or said yes to. No keyword, no fact. */
export function foundFacts(text: string, options: ReadingOptions = {}): FoundFact[] {
  return [...goalFacts(text), ...preferenceFacts(text, options)].filter((fact) => !holdsSecret(fact));
}

function goalFacts(text: string): FoundFact[] {
  return statedGoals(text).map((goal) => ({
    type: 'goal',
    text: goal.ended ? `No longer: ${goal.text}` : goal.text,
    confidence: goal.confidence,
    quote: goal.quote.slice(0, MAX_QUOTE),
  }));
}

/** What is liked in one memory, what is liked better than something and each dislike in one of its own. */
function preferenceFacts(text: string, options: ReadingOptions): FoundFact[] {
  const { statements, dislikes } = statedPreferences(text, options);
  const plain = statements.filter(({ over }) => over.length === 0);
  const facts: FoundFact[] = [];
  const likes = [...new Set(plain.flatMap((each) => each.likes))].filter((name) => !dislikes.includes(name));
  const first = plain.find((each) => each.likes.some((name) => likes.includes(name)));
  if (first) {
    const confidence = Math.min(
      ...plain.filter((each) => each.likes.length > 0).map((each) => each.confidence),
    );
    facts.push(fact(`Prefers: ${likes.join(', ')}`, { ...first, confidence }));
  }
  for (const statement of statements) {
    if (statement.over.length > 0)
      facts.push(fact(`Prefers: ${statement.likes.join(', ')} over ${statement.over.join(', ')}`, statement));
    for (const name of statement.dislikes) facts.push(fact(`Avoids: ${name}`, statement));
  }
  return facts;
}

const fact = (
  text: string,
  { confidence, quote }: Pick<PreferenceStatement, 'confidence' | 'quote'>,
): FoundFact => ({
  type: 'preference',
  text,
  confidence,
  quote: quote.slice(0, MAX_QUOTE),
});

/** Said in prose, so that no shape gives it away. */
const TOLD_SECRET =
  /\b(?:password|passphrase|passwd|secret|token|api[ _-]?key|credentials?)\b\W{1,4}(?:is\W+)?\S*\d/i;

/** A password is no memory. */
export function holdsSecret({ text, quote }: Pick<FoundFact, 'text' | 'quote'>): boolean {
  const both = `${text}\n${quote}`;
  return TOLD_SECRET.test(both) || redact(both) !== both;
}
