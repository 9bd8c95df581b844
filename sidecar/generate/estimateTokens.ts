/** Characters a token, on average: code has more short tokens than prose. */
const CHARS_PER_TOKEN = { prose: 4, code: 3.3 } as const;
const CODE_MARKS = /[{}()[\];=<>]/g;
/** What a chat template adds around each message. */
export const MESSAGE_OVERHEAD = 5;

/** Tokens that a text will take, estimated without the model's tokenizer, rather too many than too few. */
export function estimateTokens(text: string): number {
  if (text === '') return 0;
  const marks = (text.match(CODE_MARKS)?.length ?? 0) / text.length;
  const perToken = marks > 0.02 ? CHARS_PER_TOKEN.code : CHARS_PER_TOKEN.prose;
  let wide = 0;
  // Letters outside Latin take about a token each.
  for (const char of text) if ((char.codePointAt(0) ?? 0) > 0x2ff) wide += 1;
  return Math.ceil((text.length - wide) / perToken + wide);
}
