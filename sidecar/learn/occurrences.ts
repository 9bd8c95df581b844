/** How often a global pattern occurs in a text. */
export function occurrences(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** The same as a logarithm of one more: 0 where it does not occur. */
export function logOccurrences(text: string, pattern: RegExp): number {
  return Math.log1p(occurrences(text, pattern));
}
