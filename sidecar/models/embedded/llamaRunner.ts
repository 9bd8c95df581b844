import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { createAnswerText } from './answerText.ts';
import type { ChatOrder, EmbeddedMessage, EmbedOrder, Report } from './embeddedProtocol.ts';
import { contextTooLong, generateTokens, type PickedToken } from './llamaTokens.ts';
import type {
  Llama,
  LlamaChatItem,
  LlamaChatWrapper,
  LlamaContext,
  LlamaModel,
  LlamaModule,
  LlamaSequence,
} from './llamaTypes.ts';

const DEFAULT_CONTEXT = 4_096;
const GARBLED = '\u{fffd}';

type Tell = (report: Report) => void;

interface Loaded {
  readonly file: string;
  readonly model: LlamaModel;
  readonly wrapper: LlamaChatWrapper;
  context?: { readonly size: number; readonly context: LlamaContext; readonly sequence: LlamaSequence };
}

/** Runs one order at a time on one loaded model, which stays loaded until another is asked for. */
export interface LlamaRunner {
  chat(order: ChatOrder, tell: Tell, signal: AbortSignal): Promise<void>;
  embed(order: EmbedOrder, tell: Tell, signal: AbortSignal): Promise<void>;
}

export function createLlamaRunner(module: LlamaModule): LlamaRunner {
  let llama: Llama | undefined;
  let loaded: Loaded | undefined;

  const threads = (): number => {
    // One core stays free: the threads wait for each other by spinning, and where another program holds a core,
    // tokens take a hundred times as long.
    return Math.max(1, Math.min(llama?.cpuMathCores ?? 1, availableParallelism() - 1));
  };
  const load = async (file: string, onLoading: () => void, signal: AbortSignal): Promise<Loaded> => {
    if (loaded?.file === file) return loaded;
    onLoading();
    await loaded?.context?.context.dispose();
    await loaded?.model.dispose();
    loaded = undefined;
    llama ??= await module.getLlama({
      build: 'never',
      gpu: process.platform === 'darwin' && process.arch === 'arm64' ? 'metal' : false,
      skipDownload: true,
      progressLogs: false,
      logLevel: 'error',
      logger: (_level, message) => void process.stderr.write(`${message}\n`),
    });
    const model = await llama.loadModel({ modelPath: file, loadSignal: signal });
    loaded = { file, model, wrapper: module.resolveChatWrapper(model) };
    return loaded;
  };
  const sequenceOf = async (
    on: Loaded,
    wanted: number | undefined,
    signal: AbortSignal,
  ): Promise<LlamaSequence> => {
    const size = Math.min(wanted ?? DEFAULT_CONTEXT, on.model.trainContextSize);
    if (on.context?.size === size) return on.context.sequence;
    await on.context?.context.dispose();
    delete on.context;
    const context = await on.model.createContext({
      contextSize: size,
      threads: threads(),
      createSignal: signal,
    });
    on.context = { size, context, sequence: context.getSequence({ checkpoints: { max: 0 } }) };
    return on.context.sequence;
  };

  return {
    chat: async (order, tell, signal) => {
      const started = performance.now();
      const was = loaded;
      const on = await load(order.file, () => tell({ report: 'loading', id: order.id }), signal);
      const sequence = await sequenceOf(on, order.contextLength, signal);
      const loadMs = performance.now() - started;
      const state = on.wrapper.generateContextState({ chatHistory: historyOf(order.messages) });
      const prompt = state.contextText.tokenize(on.model.tokenizer);
      const size = on.context?.size ?? 0;
      if (prompt.length >= size) throw contextTooLong(prompt.length, size);
      const grammar = order.format && (await llama?.createGrammarForJsonSchema(order.format));
      const grammarState = grammar && new module.LlamaGrammarEvaluationState({ model: on.model, grammar });
      const tokens = generateTokens({
        model: on.model,
        sequence,
        prompt,
        limit: Math.min(order.maxTokens ?? Number.POSITIVE_INFINITY, size - prompt.length),
        temperature: order.temperature ?? 0.8,
        seed: order.seed ?? Math.floor(Math.random() * 2 ** 31),
        logprobs: order.logprobs,
        grammarState,
        signal,
      });
      const stops = [
        ...(order.stop ?? []),
        ...state.stopGenerationTriggers.flatMap(({ values }) => plain(values)),
      ];
      const result = await tellText(order, on.model, prompt, tokens, stops, tell);
      const totalMs = performance.now() - started;
      const usage = { promptTokens: prompt.length, totalMs, ...(was !== on && { loadMs }) };
      tell({ report: 'end', id: order.id, ...result, ...usage });
    },
    embed: async (order, tell, signal) => {
      const { model } = await load(order.file, () => tell({ report: 'loading', id: order.id }), signal);
      const context = await model.createEmbeddingContext({ threads: threads(), createSignal: signal });
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
    },
  };
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

/** Sends the tokens as text: whole characters only, stop texts and thinking taken out. */
async function tellText(
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
