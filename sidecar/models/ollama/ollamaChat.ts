import type { Message, ChatRequest as OllamaChatRequest } from 'ollama/browser';
import { AppError } from '../../protocol/errors.ts';
import type { ChatEvent, ChatMessage, ChatOptions, ChatRequest } from '../engine.ts';
import { sameModel } from '../modelNames.ts';
import type { OllamaCalls } from './ollamaCalls.ts';
import { type ChatAnswer, chatAnswer, loadedAnswer } from './ollamaSchemas.ts';

const NS_A_MS = 1_000_000;

/** The package's type lacks these. */
type ChatBody = OllamaChatRequest & { stream: true; truncate: boolean; shift: boolean };

/**
 * Streams one answer. The signal must end when the caller stops listening.
 * @param warm true where the model answered a moment ago, so that it need not be asked whether it is loaded
 */
export async function* chatOllama(
  calls: OllamaCalls,
  request: ChatRequest,
  signal: AbortSignal,
  warm: boolean,
): AsyncGenerator<ChatEvent> {
  // Asked before the chat, so that the answer tells whether this chat makes the server load the model.
  const loaded = warm ? Promise.resolve(true) : isLoaded(calls, request.model, signal);
  const opening = open(calls, request, signal);
  opening.catch(() => undefined);
  const mustLoad = Promise.race([
    opening.then(() => false),
    loaded.then(async (is) => (is === false ? true : opening.then(() => false))),
  ]);
  if (await mustLoad) yield { kind: 'loading' };
  let sawLogprobs = false;
  for await (const raw of await opening) {
    const answer = calls.read(chatAnswer, raw);
    for (const event of eventsOf(answer)) {
      if (event.kind === 'text' && event.logprobs) sawLogprobs = true;
      yield event;
    }
    if (answer.done) {
      yield endOf(answer, request.logprobs === true && sawLogprobs);
      return;
    }
  }
}

async function open(
  calls: OllamaCalls,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<AsyncIterable<unknown>> {
  const { model } = request;
  const client = () => calls.client({ signal, model, answer: 'lines', patience: 'model' });
  try {
    return await client().chat(bodyOf(request, request.think));
  } catch (error) {
    const refused = AppError.is(error, 'model.unsupported') && error.details?.['feature'] === 'thinking';
    if (!refused || request.think === undefined) throw error;
    return await client().chat(bodyOf(request, undefined));
  }
}

/** Undefined where the server does not tell. Never rejects. */
async function isLoaded(
  calls: OllamaCalls,
  model: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  try {
    const answer = await calls.client({ signal, answer: 'whole', patience: 'metadata' }).ps();
    return (calls.read(loadedAnswer, answer).models ?? []).some(({ name }) => sameModel(name, model));
  } catch {
    return undefined;
  }
}

function bodyOf(request: ChatRequest, think: boolean | undefined): ChatBody {
  const { model, messages, options, tools, format, logprobs } = request;
  return {
    model,
    messages: messages.map(messageOf),
    stream: true,
    // A cut must be seen: without these the server silently drops the oldest messages, or the head of the prompt.
    truncate: false,
    shift: false,
    options: optionsOf(options ?? {}),
    ...(tools && { tools: tools.map((tool) => ({ type: 'function', function: { ...tool } })) }),
    ...(think !== undefined && { think }),
    ...(format && { format }),
    ...(logprobs && { logprobs: true }),
  };
}

function optionsOf(options: ChatOptions): NonNullable<OllamaChatRequest['options']> {
  const { temperature, seed, contextLength, maxTokens, stop } = options;
  return {
    ...(temperature !== undefined && { temperature }),
    ...(seed !== undefined && { seed }),
    ...(contextLength !== undefined && { num_ctx: contextLength }),
    ...(maxTokens !== undefined && { num_predict: maxTokens }),
    ...(stop && { stop: [...stop] }),
  };
}

function messageOf({ role, content, toolCalls, toolName }: ChatMessage): Message {
  return {
    role,
    content,
    ...(toolCalls && {
      tool_calls: toolCalls.map((call) => ({
        function: { name: call.name, arguments: { ...call.arguments } },
      })),
    }),
    ...(toolName && { tool_name: toolName }),
  };
}

function* eventsOf({ message, logprobs }: ChatAnswer): Generator<ChatEvent> {
  if (!message) return;
  if (message.thinking) yield { kind: 'thinking', text: message.thinking };
  // Tokens of the thinking part are not part of the answer that gets scored.
  const scored = message.thinking ? undefined : logprobs;
  if (message.content !== '' || (scored && scored.length > 0)) {
    yield { kind: 'text', text: message.content, ...(scored && scored.length > 0 && { logprobs: scored }) };
  }
  for (const call of message.tool_calls ?? []) {
    yield { kind: 'toolCall', call: { name: call.function.name, arguments: call.function.arguments } };
  }
}

function endOf(answer: ChatAnswer, logprobs: boolean): ChatEvent {
  return {
    kind: 'end',
    reason: answer.done_reason === 'length' ? 'length' : 'complete',
    usage: {
      promptTokens: answer.prompt_eval_count ?? 0,
      answerTokens: answer.eval_count ?? 0,
      ...(answer.load_duration !== undefined && { loadMs: answer.load_duration / NS_A_MS }),
      totalMs: (answer.total_duration ?? 0) / NS_A_MS,
    },
    logprobs,
  };
}
