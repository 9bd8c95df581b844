import type {
  ChatEvent,
  ChatRequest,
  CreateRequest,
  Engine,
  EngineModel,
} from '../../sidecar/models/engine.ts';
import { AppError } from '../../sidecar/protocol/errors.ts';

export interface EngineDouble extends Engine {
  readonly models: EngineModel[];
  readonly asked: ChatRequest[];
  readonly created: CreateRequest[];
  /** What the next answers are; the last one stays. */
  script: (request: ChatRequest, signal: AbortSignal) => AsyncIterable<ChatEvent>;
}

/** A stream of text pieces with a proper end. */
export async function* pieces(...texts: string[]): AsyncIterable<ChatEvent> {
  for (const text of texts) yield { kind: 'text', text, logprobs: [{ token: text, logprob: -0.5 }] };
  yield {
    kind: 'end',
    reason: 'complete',
    usage: { promptTokens: 9, answerTokens: texts.length, totalMs: 5 },
    logprobs: true,
  };
}

/** Pieces, then nothing until it is stopped. */
export async function* hanging(signal: AbortSignal, ...texts: string[]): AsyncIterable<ChatEvent> {
  for (const text of texts) yield { kind: 'text', text };
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  throw new AppError('rpc.cancelled', 'Stopped.');
}

/** An engine that does what a test tells it: for cut streams and other things that a real one can't be asked for. */
export function engineDouble(...names: string[]): EngineDouble {
  const models: EngineModel[] = names.map((name, at) => ({ name, digest: `${at}`.repeat(64), size: 1 }));
  const created: CreateRequest[] = [];
  const asked: ChatRequest[] = [];
  const double: EngineDouble = {
    id: 'ollama',
    models,
    created,
    asked,
    script: () => pieces('answer'),
    health: async () => ({ state: 'ready', version: '0', address: 'test' }),
    list: async () => [...models],
    show: async (name) => {
      const made = created.find((each) => each.name === name);
      const model = models.find((each) => each.name === name) ?? { name, digest: '', size: 0 };
      return {
        ...model,
        capabilities: [],
        ...(made?.system !== undefined && { system: made.system }),
        ...(made?.messages && { messages: made.messages }),
      };
    },
    chat: (request, signal) => {
      asked.push(request);
      return double.script(request, signal);
    },
    embed: async () => [],
    pull: async () => undefined,
    create: async (request) => {
      created.push(request);
      const model = { name: request.name, digest: `c${created.length}`.padEnd(64, '0'), size: 1 };
      models.push(model);
      return model;
    },
    copy: async (from, to) => {
      const source = models.find((each) => each.name === from);
      if (source) models.push({ ...source, name: to });
    },
    remove: async (name) => {
      const at = models.findIndex((each) => each.name === name);
      if (at >= 0) models.splice(at, 1);
    },
    dispose: async () => undefined,
  };
  return double;
}
