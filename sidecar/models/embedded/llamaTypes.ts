// The part of node-llama-cpp 3.21 that is used. The package is no dependency: it is unpacked on the user's wish
// and loaded by path, so its own types are not at hand.

export type LlamaToken = number;

export interface LlamaSampling {
  readonly temperature: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed?: number;
}

export interface LlamaSequence {
  readonly nextTokenIndex: number;
  adaptStateToTokens(tokens: LlamaToken[], allowShift: boolean): Promise<void>;
  evaluateWithoutGeneratingNewTokens(tokens: LlamaToken[]): Promise<void>;
  evaluateWithMetadata(
    tokens: LlamaToken[],
    metadata: { readonly confidence: true },
    options: LlamaSampling & { readonly grammarEvaluationState?: unknown; readonly yieldEogToken: true },
  ): AsyncGenerator<{ readonly token: LlamaToken; readonly confidence: number }, void, undefined>;
}

export interface LlamaContext {
  readonly contextSize: number;
  getSequence(options: { readonly checkpoints: { readonly max: number } }): LlamaSequence;
  dispose(): Promise<void>;
}

export interface LlamaEmbeddingContext {
  getEmbeddingFor(text: string): Promise<{ readonly vector: readonly number[] }>;
  dispose(): Promise<void>;
}

export interface LlamaModel {
  readonly tokenizer: unknown;
  readonly trainContextSize: number;
  isEogToken(token: LlamaToken): boolean;
  tokenize(text: string): LlamaToken[];
  detokenize(tokens: readonly LlamaToken[], special: boolean, last?: readonly LlamaToken[]): string;
  createContext(options: {
    readonly contextSize: number;
    readonly threads: number;
    readonly createSignal: AbortSignal;
  }): Promise<LlamaContext>;
  createEmbeddingContext(options: {
    readonly threads: number;
    readonly createSignal: AbortSignal;
  }): Promise<LlamaEmbeddingContext>;
  dispose(): Promise<void>;
}

export interface Llama {
  readonly cpuMathCores: number;
  loadModel(options: { readonly modelPath: string; readonly loadSignal: AbortSignal }): Promise<LlamaModel>;
  createGrammarForJsonSchema(schema: Record<string, unknown>): Promise<unknown>;
  dispose(): Promise<void>;
}

export type LlamaChatItem =
  | { readonly type: 'system' | 'user'; readonly text: string }
  | { readonly type: 'model'; readonly response: readonly string[] };

export interface LlamaChatWrapper {
  generateContextState(options: { readonly chatHistory: readonly LlamaChatItem[] }): {
    readonly contextText: { tokenize(tokenizer: unknown): LlamaToken[] };
    readonly stopGenerationTriggers: readonly { readonly values: readonly unknown[] }[];
  };
}

export interface LlamaModule {
  getLlama(options: {
    readonly build: 'never';
    readonly gpu: false | 'metal';
    readonly skipDownload: true;
    readonly progressLogs: false;
    readonly logLevel: 'error';
    readonly logger: (level: string, message: string) => void;
  }): Promise<Llama>;
  resolveChatWrapper(model: LlamaModel): LlamaChatWrapper;
  readonly LlamaGrammarEvaluationState: new (options: { model: LlamaModel; grammar: unknown }) => unknown;
  readonly InsufficientMemoryError: new () => Error;
}

/** True where the loaded module has the entry points that are used. */
export function isLlamaModule(value: unknown): value is LlamaModule {
  const names = ['getLlama', 'resolveChatWrapper', 'LlamaGrammarEvaluationState', 'InsufficientMemoryError'];
  const entries = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  return names.every((name) => typeof entries.get(name) === 'function');
}
