import { createAnswerText } from './answerText.ts';
import type { ChatOrder, Report } from './embeddedProtocol.ts';
import type { PickedToken } from './llamaTokens.ts';
import type { LlamaModel } from './llamaTypes.ts';

const GARBLED = '\u{fffd}';

export type Tell = (report: Report) => void;

/** Sends the tokens as text: whole characters only, stop texts and thinking taken out. */
export async function tellText(
  { id, format }: ChatOrder,
  model: LlamaModel,
  prompt: readonly number[],
  tokens: AsyncIterable<PickedToken>,
  stops: readonly string[],
  tell: Tell,
): Promise<{ reason: 'complete' | 'length'; answerTokens: number }> {
  const answer = createAnswerText(stops);
  let pending: number[] = [];
  let before = prompt.slice(-4);
  let logprobs: { token: string; logprob: number }[] = [];
  let answerTokens = 0;
  let json = '';
  let reason: 'complete' | 'length' = 'length';
  const send = (pieces: ReturnType<typeof answer.push>): void => {
    for (const { kind, text } of pieces) {
      if (kind === 'thinking') tell({ report: 'thinking', id, text });
      else tell({ report: 'text', id, text, ...(logprobs.length > 0 && { logprobs }) });
      logprobs = [];
    }
  };
  for await (const { token, logprob } of tokens) {
    if (model.isEogToken(token)) {
      reason = 'complete';
      break;
    }
    answerTokens += 1;
    pending.push(token);
    const text = model.detokenize(pending, false, before);
    if (logprob !== undefined) logprobs.push({ token: model.detokenize([token], false, before), logprob });
    if (text.endsWith(GARBLED)) continue;
    before = [...before, ...pending].slice(-4);
    pending = [];
    send(answer.push(text));
    if (format) json += text;
    if (answer.stopped || (format && isWholeJson(json))) {
      reason = 'complete';
      break;
    }
  }
  if (pending.length > 0) send(answer.push(model.detokenize(pending, false, before)));
  send(answer.flush());
  return { reason, answerTokens };
}

/** The grammar allows blanks without end after the last bracket. */
function isWholeJson(text: string): boolean {
  if (!/[}\]]\s*$/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
