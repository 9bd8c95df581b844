import type { KnownThing } from './knownThing.ts';
import { readingTerms } from './readingTerms.ts';

/** Only what is English can be completed with English words. */
const ENGLISH = /^(?:do|does|would|should|shall|are|is|did|can|could|will) (?:you|i|we|the|this|it|your)\b/i;
/** A reading of something else than what is known. */
const OTHER = /\b(?:new|another|different|other|separate|from scratch|instead|existing)\b/i;
const FOR_IT =
  /\s+(?:for|to|in|into|of|on)\s+(?:it|this|that|(?:a|an|the|your|my|our|this)\s+(?:app|application|project|system|service|code|software|program))(?=\W*$)/i;

/**
 * A question with what is known in it: a bare mention gets its name ("deploy the API" -> "deploy the REST API"), else it
 * is said for what. A reading that names it, or means something else, stays as it is.
 */
export function completeReading(question: string, thing: KnownThing | undefined): string {
  if (!thing || OTHER.test(question) || !ENGLISH.test(question)) return question;
  if (names(question, thing)) return question;
  const named = new RegExp(`\\b(?:(?:a|an|the|your|my|our)\\s+)?${bare(thing.name)}\\b`, 'i');
  if (named.test(question)) return replaceThing(question, named, thing);
  const head = thing.name.split(/\s+/).at(-1) ?? thing.name;
  const mention = new RegExp(`\\b(?:a|an|the|your|my|our)\\s+${bare(head)}\\b`, 'i');
  if (mention.test(question)) return replaceThing(question, mention, thing);
  const open = question.replace(/\s*\?\s*$/, '').replace(FOR_IT, '');
  return `${open} for the ${thing.words}?`;
}

/** True for a question that says what is known in so many words. */
export function names(question: string, thing: KnownThing | undefined): boolean {
  const terms = readingTerms(question);
  return thing !== undefined && [...readingTerms(thing.words)].every((term) => terms.has(term));
}

/** Tools are named once: those that the question has already are left out of the thing. */
function replaceThing(question: string, mention: RegExp, { name, words }: KnownThing): string {
  const rest = readingTerms(question.replace(mention, ' '));
  const tools = [...readingTerms(words)].filter((term) => !readingTerms(name).has(term));
  // As a function: a name may hold what replace() reads as a sign.
  return question.replace(mention, () => `the ${tools.some((term) => rest.has(term)) ? name : words}`);
}

const bare = (text: string): string =>
  text
    .split(/\s+/)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('\\s+');
