import { availableParallelism } from 'node:os';
import type {
  Llama,
  LlamaChatWrapper,
  LlamaContext,
  LlamaModel,
  LlamaModule,
  LlamaSequence,
} from './llamaTypes.ts';

const DEFAULT_CONTEXT = 4_096;

/** A model in memory, with the chat context that was last asked for. */
export interface LoadedModel {
  readonly file: string;
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly wrapper: LlamaChatWrapper;
  context?: LoadedContext;
}

/** `size` is in tokens. */
export interface LoadedContext {
  readonly size: number;
  readonly context: LlamaContext;
  readonly sequence: LlamaSequence;
}

/** One loaded model at most, which stays loaded until another is asked for. */
export interface LlamaModels {
  holds(file: string): boolean;
  /** `onLoading` is called where the model is not in memory yet. */
  load(file: string, onLoading: () => void, signal: AbortSignal): Promise<LoadedModel>;
}

export function createLlamaModels(module: LlamaModule): LlamaModels {
  let llama: Llama | undefined;
  let loaded: LoadedModel | undefined;
  return {
    holds: (file) => loaded?.file === file,
    async load(file, onLoading, signal) {
      if (loaded?.file === file) return loaded;
      onLoading();
      await loaded?.context?.context.dispose();
      await loaded?.model.dispose();
      loaded = undefined;
      llama ??= await startLlama(module);
      const model = await llama.loadModel({ modelPath: file, loadSignal: signal });
      loaded = { file, llama, model, wrapper: module.resolveChatWrapper(model) };
      return loaded;
    },
  };
}

/** The chat context of a model, made anew where another size (in tokens) is wanted. */
export async function contextOf(
  on: LoadedModel,
  wanted: number | undefined,
  signal: AbortSignal,
): Promise<LoadedContext> {
  const size = Math.min(wanted ?? DEFAULT_CONTEXT, on.model.trainContextSize);
  if (on.context?.size === size) return on.context;
  await on.context?.context.dispose();
  delete on.context;
  const context = await on.model.createContext({
    contextSize: size,
    threads: threadsOf(on.llama),
    createSignal: signal,
  });
  on.context = { size, context, sequence: context.getSequence({ checkpoints: { max: 0 } }) };
  return on.context;
}

export function threadsOf(llama: Llama): number {
  // One core stays free: the threads wait for each other by spinning, and where another program holds a core,
  // tokens take a hundred times as long.
  return Math.max(1, Math.min(llama.cpuMathCores, availableParallelism() - 1));
}

function startLlama(module: LlamaModule): Promise<Llama> {
  return module.getLlama({
    build: 'never',
    gpu: process.platform === 'darwin' && process.arch === 'arm64' ? 'metal' : false,
    skipDownload: true,
    progressLogs: false,
    logLevel: 'error',
    logger: (_level, message) => void process.stderr.write(`${message}\n`),
  });
}
