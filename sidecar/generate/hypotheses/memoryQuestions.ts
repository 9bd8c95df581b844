import type { KnownThing } from './knownThing.ts';
import { readingTerms } from './readingTerms.ts';

const VERBS =
  /^(build|create|make|write|add|implement|develop|set up|setup|install|deploy|publish|release|start|run|fix|debug|improve|optimi[sz]e|refactor|clean up|cleanup|rewrite|update|upgrade|change|test|document|review|check|migrate|monitor|configure|integrate|finish|extend|simplify)\b\s*/i;
const ARTICLE = /^(?:a|an|the|my|our|your|some|this|that|it)\b\s*/i;
const MAX_PROMPT = 60;

/** What a request can mean as far as memories alone say it: no model is asked. Only of what is English. */
export function memoryQuestions(prompt: string, thing: KnownThing | undefined): string[] {
  const text = prompt.trim().replace(/[.!?\s]+$/, '');
  if (!thing || text.length > MAX_PROMPT || !/^[\x20-\x7e]+$/.test(text)) return [];
  const verb = VERBS.exec(text)?.[1]?.toLowerCase();
  if (verb === undefined) {
    // A verb of another language would end up inside an English sentence.
    return readingTerms(text).size <= 2 ? [`Do you want to add ${text} to the ${thing.words}?`] : [];
  }
  const rest = text.slice(verb.length).trim().replace(ARTICLE, '');
  const named = readingTerms(thing.name);
  const isThing = [...readingTerms(rest)].every((term) => named.has(term));
  const about = isThing ? `${said(verb)} the ${thing.words}` : `${said(verb)} ${rest} for the ${thing.words}`;
  return [`Do you want to ${about}?`];
}

const said = (verb: string): string => verb.replace(/^setup$/, 'set up').replace(/^cleanup$/, 'clean up');
