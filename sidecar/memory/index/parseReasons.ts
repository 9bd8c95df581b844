const NONE: readonly string[] = [];

/** The list that the index keeps as one text. */
export function parseReasons(text: string | undefined): readonly string[] {
  if (text === undefined) return NONE;
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? value.map(String) : NONE;
}
