const COMMON =
  'a an and are as be can do for from i in is it make my need of on or please that the this to use want with write you';

/** Words to pass over: those that tell no text from another, and those that say nothing in texts of one kind. */
export const stopWords = (own: string): ReadonlySet<string> => new Set(`${COMMON} ${own}`.split(' '));

/** The words of a text that tell it from others, in small letters, each once. Single letters are none. */
export function distinctTerms(text: string, between: RegExp, stop: ReadonlySet<string>): string[] {
  const terms = text.toLowerCase().split(between);
  return [...new Set(terms.filter((term) => term.length > 1 && !stop.has(term)))];
}

/** "apis" finds "api"; what it does to other words does not matter, as both sides go through it. */
export const singular = (term: string): string =>
  term.length > 3 && /[^s]s$/.test(term) ? term.slice(0, -1) : term;
