/** Longest text of one attached piece, in UTF-16 code units. */
export const MAX_CONTEXT = 100_000;

/** Cuts at the last line end before the limit and says so; shorter texts come back as they are. */
export function capText(text: string, limit = MAX_CONTEXT): string {
  if (text.length <= limit) return text;
  const end = text.lastIndexOf('\n', limit);
  const kept = text.slice(0, end > 0 ? end : limit);
  return `${kept}\n[cut: ${text.length - kept.length} more characters]`;
}
