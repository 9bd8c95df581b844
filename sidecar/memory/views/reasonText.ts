/** Reason tags and notes as one text for a person: "Too long, off topic. Keep it to one function." */
export function reasonText(tags: readonly string[], notes: readonly string[]): string {
  const words = tags.map((tag) => tag.replaceAll('_', ' ')).join(', ');
  const first = words && `${words[0]?.toUpperCase()}${words.slice(1)}`;
  const note = notes.filter((each) => each.trim().length > 0).join(' ');
  return first && note ? `${first}. ${note}` : first || note;
}
