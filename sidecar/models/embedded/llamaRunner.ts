import { performance } from 'node:perf_hooks';
import type { ChatOrder, EmbeddedMessage, EmbedOrder } from './embeddedProtocol.ts';
import {
  contextOf,
  createLlamaModels,
  type LlamaModels,
  type LoadedModel,
  threadsOf,
} from './llamaModels.ts';
import { contextTooLong, generateTokens } from './llamaTokens.ts';
import type { LlamaChatItem, LlamaModule } from './llamaTypes.ts';
import { type Tell, tellText } from './tellText.ts';

/** Runs one order at a time on one loaded model, which stays loaded until another is asked for. */
export interface LlamaRunner {
  chat(order: ChatOrder, tell: Tell, signal: AbortSignal): Promise<void>;
  embed(order: EmbedOrder, tell: Tell, signal: AbortSignal): Promise<void>;
}

export function createLlamaRunner(module: LlamaModule): LlamaRunner {
  const models = createLlamaModels(module);
  return {
    async chat(order, tell, signal) {
      const started = performance.now();
      const fresh = !models.holds(order.file);
      const onLoading = (): void => tell({ report: 'loading', id: order.id });
      const on = await models.load(order.file, onLoading, signal);
      const { sequence, size } = await contextOf(on, order.contextLength, signal);
      const loadMs = performance.now() - started;
      const { prompt, stops } = promptOf(on, order);
      if (prompt.length >= size) throw contextTooLong(prompt.length, size);
      const grammarState = await grammarStateOf(module, on, order);
      const limit = Math.min(order.maxTokens ?? Number.POSITIVE_INFINITY, size - prompt.length);
      const tokens = generateTokens({
        model: on.model,
        sequence,
        prompt,
        limit,
        temperature: order.temperature ?? 0.8,
        seed: order.seed ?? Math.floor(Math.random() * 2 ** 31),
        logprobs: order.logprobs,
        grammarState,
        signal,
      });
      const result = await tellText(order, on.model, prompt, tokens, stops, tell);
      const totalMs = performance.now() - started;
      const usage = { promptTokens: prompt.length, totalMs, ...(fresh && { loadMs }) };
      tell({ report: 'end', id: order.id, ...result, ...usage });
    },
    embed: (order, tell, signal) => embed(models, order, tell, signal),
  };
}

async function embed(models: LlamaModels, order: EmbedOrder, tell: Tell, signal: AbortSignal): Promise<void> {
  const onLoading = (): void => tell({ report: 'loading', id: order.id });
  const { llama, model } = await models.load(order.file, onLoading, signal);
  const context = await model.createEmbeddingContext({ threads: threadsOf(llama), createSignal: signal });
  try {
    const vectors: number[][] = [];
    for (const input of order.inputs) {
      signal.throwIfAborted();
      const length = model.tokenize(input).length;
      if (length >= model.trainContextSize) throw contextTooLong(length, model.trainContextSize);
      vectors.push([...(await context.getEmbeddingFor(input)).vector]);
    }
    tell({ report: 'vectors', id: order.id, vectors });
  } finally {
    await context.dispose();
  }
}

/** The prompt as tokens, and the texts that end the answer. */
function promptOf({ model, wrapper }: LoadedModel, order: ChatOrder): { prompt: number[]; stops: string[] } {
  const state = wrapper.generateContextState({ chatHistory: historyOf(order.messages) });
  const triggers = state.stopGenerationTriggers.flatMap(({ values }) => plain(values));
  return { prompt: state.contextText.tokenize(model.tokenizer), stops: [...(order.stop ?? []), ...triggers] };
}

async function grammarStateOf(
  module: LlamaModule,
  { llama, model }: LoadedModel,
  { format }: ChatOrder,
): Promise<unknown | undefined> {
  if (format === undefined) return undefined;
  const grammar = await llama.createGrammarForJsonSchema(format);
  return new module.LlamaGrammarEvaluationState({ model, grammar });
}

const plain = (values: readonly unknown[]): string[] =>
  values.length > 0 && values.every((value) => typeof value === 'string') ? [values.join('')] : [];

function historyOf(messages: readonly EmbeddedMessage[]): LlamaChatItem[] {
  return [
    ...messages.map(
      ({ role, content }): LlamaChatItem =>
        role === 'assistant' ? { type: 'model', response: [content] } : { type: role, text: content },
    ),
    { type: 'model', response: [] },
  ];
}
