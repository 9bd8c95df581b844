/**
 * The lines of a text as they are compared, blank ones left out. What a formatter changes about a line is not what a
 * person changed about it: white space, the kind of quotes, and a comma or semicolon at its end don't count.
 */
export function codeLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) =>
      line
        .replace(/\s+/g, '')
        .replace(/["'`]/g, '"')
        .replace(/[;,]+$/, ''),
    )
    .filter((line) => line !== '');
}
