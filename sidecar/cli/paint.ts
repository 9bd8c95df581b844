export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
}

/** Colours for a terminal, or none. */
export function createPaint(enabled: boolean): Paint {
  const code = (on: number, off: number) => (text: string) =>
    enabled && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return { bold: code(1, 22), dim: code(2, 22), good: code(32, 39), warn: code(33, 39), bad: code(31, 39) };
}

/** True where colours are wanted: a terminal, no NO_COLOR, not a dumb one. */
export function wantsColor(isTTY: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  return isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
