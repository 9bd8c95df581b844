import type { AppError } from '../protocol/errors.ts';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  readonly toolCalls?: readonly ToolCall[];
  readonly toolName?: string;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON schema of the arguments. */
  readonly parameters: Record<string, unknown>;
}

export interface ToolCall {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

export interface ChatOptions {
  readonly temperature?: number;
  readonly seed?: number;
  /** Context window in tokens. */
  readonly contextLength?: number;
  readonly maxTokens?: number;
  readonly stop?: readonly string[];
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly options?: ChatOptions;
  readonly tools?: readonly Tool[];
  /** Asks a thinking model to think (true) or not (false); left to the model when absent. */
  readonly think?: boolean;
  /** JSON schema that the answer must follow. */
  readonly format?: Record<string, unknown>;
  /** Asks for the log-probability of each token; left out silently where the server is too old. */
  readonly logprobs?: boolean;
}

export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
}

export interface ChatUsage {
  readonly promptTokens: number;
  readonly answerTokens: number;
  /** Milliseconds; absent where the server does not say. */
  readonly loadMs?: number;
  readonly totalMs: number;
}

/** What a stream yields, in order. `end` comes exactly once and last, unless the stream throws. */
export type ChatEvent =
  | { readonly kind: 'loading' }
  | { readonly kind: 'text'; readonly text: string; readonly logprobs?: readonly TokenLogprob[] }
  | { readonly kind: 'thinking'; readonly text: string }
  | { readonly kind: 'toolCall'; readonly call: ToolCall }
  | {
      readonly kind: 'end';
      readonly reason: 'complete' | 'length';
      readonly usage: ChatUsage;
      /** False where logprobs were asked for and the server is too old to give them. */
      readonly logprobs: boolean;
    };

export interface EngineModel {
  readonly name: string;
  /** Content digest as the server tells it, without `sha256:`. */
  readonly digest: string;
  /** Bytes on disk. */
  readonly size: number;
  readonly family?: string;
  /** For example `1.5B`. */
  readonly parameters?: string;
  readonly quantization?: string;
}

export interface ModelDetails extends EngineModel {
  /** Longest context the weights were trained for, in tokens. */
  readonly contextLength?: number;
  readonly capabilities: readonly string[];
  readonly system?: string;
  readonly template?: string;
  /** The server's own Modelfile text of the model. */
  readonly modelfile?: string;
  readonly messages?: readonly { readonly role: string; readonly content: string }[];
}

export interface PullProgress {
  /** A short phrase, for example `downloading`. */
  readonly status: string;
  readonly completedBytes?: number;
  readonly totalBytes?: number;
}

export interface CreateRequest {
  readonly name: string;
  readonly from: string;
  readonly system?: string;
  readonly messages?: readonly { readonly role: 'user' | 'assistant' | 'system'; readonly content: string }[];
  readonly parameters?: Record<string, string | number | boolean | readonly string[]>;
}

export type EngineHealth =
  | { readonly state: 'ready'; readonly version: string; readonly address: string; readonly advice?: string }
  | { readonly state: 'unavailable'; readonly address: string; readonly error: AppError };

/**
 * A thing that serves models. Every call takes an AbortSignal that ends it at any moment: before the first
 * byte, while the model loads, in mid-stream. A cancelled call rejects with `rpc.cancelled`.
 * All failures are AppErrors of the codes `server.*`, `model.*`, `engine.*`, `stream.cut`, `context.tooLong`.
 */
export interface Engine {
  readonly id: 'ollama' | 'embedded';
  /** Never rejects but for a cancel. `lastKnown` asks nothing as long as the last exchange went well. */
  health(signal: AbortSignal, accept?: 'fresh' | 'lastKnown'): Promise<EngineHealth>;
  list(signal: AbortSignal): Promise<EngineModel[]>;
  show(model: string, signal: AbortSignal): Promise<ModelDetails>;
  chat(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatEvent>;
  embed(model: string, inputs: readonly string[], signal: AbortSignal): Promise<number[][]>;
  pull(model: string, onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<void>;
  create(request: CreateRequest, signal: AbortSignal): Promise<EngineModel>;
  copy(from: string, to: string, signal: AbortSignal): Promise<void>;
  remove(model: string, signal: AbortSignal): Promise<void>;
  dispose(): Promise<void>;
}
