import { AppError } from '../../protocol/errors.ts';
import type { LlamaModel, LlamaSequence } from './llamaTypes.ts';

/** Tokens of the prompt that are worked on between two looks at the signal. */
const PROMPT_STEP = 256;
const TOP_K = 40;
const TOP_P = 0.95;

export interface PickedToken {
  readonly token: number;
  /** Of the distribution it was drawn from, temperature included; absent where it was not asked for. */
  readonly logprob?: number;
}

export interface GenerateOptions {
  readonly model: LlamaModel;
  readonly sequence: LlamaSequence;
  readonly prompt: readonly number[];
  readonly limit: number;
  readonly temperature: number;
  readonly seed: number;
  readonly logprobs: boolean;
  /** Keeps the answer in a grammar. */
  readonly grammarState: unknown | undefined;
  readonly signal: AbortSignal;
}

/** Picks token after token until an end token (which is yielded), the limit, or the signal. */
export async function* generateTokens(options: GenerateOptions): AsyncGenerator<PickedToken> {
  const { model, sequence, prompt, limit, temperature, seed, logprobs, grammarState, signal } = options;
  const last = prompt.at(-1);
  if (last === undefined) return;
  // What the last request left in the context is used again as far as it is the same.
  await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
  for (let from = sequence.nextTokenIndex; from < prompt.length - 1; from += PROMPT_STEP) {
    signal.throwIfAborted();
    await sequence.evaluateWithoutGeneratingNewTokens(
      prompt.slice(from, Math.min(from + PROMPT_STEP, prompt.length - 1)),
    );
  }
  signal.throwIfAborted();
  let count = 0;
  const sampling = {
    ...(temperature <= 0 ? { temperature: 0 } : { temperature, topK: TOP_K, topP: TOP_P, seed }),
    ...(grammarState !== undefined && { grammarEvaluationState: grammarState }),
    yieldEogToken: true as const,
  };
  for await (const { token, confidence } of sequence.evaluateWithMetadata(
    [last],
    { confidence: true },
    sampling,
  )) {
    signal.throwIfAborted();
    yield {
      token,
      ...(logprobs && { logprob: Math.log(Math.min(1, Math.max(confidence, Number.MIN_VALUE))) }),
    };
    count += 1;
    if (count >= limit || model.isEogToken(token)) return;
  }
}

export function contextTooLong(tokens: number, size: number): AppError {
  return new AppError('context.tooLong', 'The request is longer than the context window.', {
    why: `It has ${tokens} tokens; the window has ${size}.`,
    next: 'Remove some context, shorten the prompt, or raise the context length in the settings.',
  });
}
