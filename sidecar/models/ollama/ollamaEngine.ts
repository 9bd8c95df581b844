import type { AppError } from '../../protocol/errors.ts';
import type { ChatEvent, ChatRequest, CreateRequest, Engine, PullProgress } from '../engine.ts';
import type { EngineLog } from '../engineLog.ts';
import { splitModelName } from '../modelNames.ts';
import { asAppError, createOllamaCalls } from './ollamaCalls.ts';
import { chatOllama } from './ollamaChat.ts';
import { cancelled } from './ollamaErrors.ts';
import type { FetchTimeouts } from './ollamaFetch.ts';
import { parseOllamaHost } from './ollamaHost.ts';
import { createOllamaModels } from './ollamaModels.ts';
import { createVersionGate } from './ollamaVersion.ts';

/** Servers keep a model loaded for minutes after an answer; after so many milliseconds it is asked again. */
const WARM_MS = 30_000;
const TIMEOUTS: FetchTimeouts = { connect: 3_000, firstByte: 600_000, idle: 120_000 };

export interface OllamaEngineDeps {
  /** As the user wrote it. */
  readonly host: string;
  /** Bearer token of the server, asked at each request. */
  readonly token?: (() => string | undefined) | undefined;
  /** Allows plain http to another machine. */
  readonly allowRemote?: boolean | undefined;
  readonly log: EngineLog;
  readonly timeouts?: Partial<FetchTimeouts> | undefined;
}

/** An engine on an Ollama server. Throws at once for an address that may not be used (`server.remoteRefused`). */
export function createOllamaEngine(deps: OllamaEngineDeps): Engine {
  const host = parseOllamaHost(deps.host, deps.allowRemote);
  const { address } = host;
  const calls = createOllamaCalls({ host, token: deps.token, timeouts: { ...TIMEOUTS, ...deps.timeouts } });
  const gate = createVersionGate(calls);
  const models = createOllamaModels(calls);
  const disposal = new AbortController();
  const lastAnswer = createLastAnswer();

  const { failed, guarded, named, renaming } = createGuards({
    ...{ address, disposal, lastAnswer },
    lost: gate.forget,
    pass: gate.pass,
    log: deps.log,
  });

  async function* chat(request: ChatRequest, outer: AbortSignal): AsyncGenerator<ChatEvent> {
    const scope = new AbortController();
    const signal = AbortSignal.any([outer, disposal.signal, scope.signal]);
    try {
      splitModelName(request.model);
      await gate.pass(signal);
      const warm = lastAnswer.isBy(request.model);
      lastAnswer.forget();
      yield* chatOllama(calls, request, signal, warm);
      lastAnswer.by(request.model);
    } catch (error) {
      throw failed(error, outer);
    } finally {
      // Also reached when the listener simply stops: the server must not go on generating.
      scope.abort();
    }
  }

  const health: Engine['health'] = async (outer, accept = 'fresh') => {
    const signal = AbortSignal.any([outer, disposal.signal]);
    try {
      if (accept === 'fresh') gate.forget();
      return { state: 'ready', address, ...(await gate.pass(signal)) };
    } catch (error) {
      const known = failed(error, outer);
      if (known.code === 'rpc.cancelled') throw known;
      return { state: 'unavailable', address, error: known };
    }
  };

  return {
    id: 'ollama',
    health,
    list: (signal) => guarded(signal, models.list),
    show: (model, signal) => named(model, signal, (inner) => models.show(model, inner)),
    chat,
    embed: (model, inputs, signal) => named(model, signal, (inner) => models.embed(model, inputs, inner)),
    pull: (model, onProgress: (progress: PullProgress) => void, signal) =>
      renaming(model, signal, (inner) => models.pull(model, onProgress, inner)),
    create: (request: CreateRequest, signal) =>
      renaming(request.name, signal, (inner) => models.create(request, inner)),
    copy: (from, to, signal) => renaming(to, signal, (inner) => models.copy(from, to, inner)),
    remove: (model, signal) => renaming(model, signal, (inner) => models.remove(model, inner)),
    dispose: async () => {
      disposal.abort();
      calls.dispose();
    },
  };
}

/** The model that answered a moment ago: before that, another one may have taken its place in the server's memory. */
function createLastAnswer(): { isBy(model: string): boolean; by(model: string): void; forget(): void } {
  let last: { readonly model: string; readonly at: number } | undefined;
  return {
    isBy: (model) => last?.model === model && performance.now() - last.at < WARM_MS,
    by: (model) => {
      last = { model, at: performance.now() };
    },
    forget: () => {
      last = undefined;
    },
  };
}

interface GuardDeps {
  readonly address: string;
  readonly disposal: AbortController;
  readonly lastAnswer: ReturnType<typeof createLastAnswer>;
  /** The server may come back as another version. */
  readonly lost: () => void;
  /** Rejects for a server that is too old. */
  readonly pass: (signal: AbortSignal) => Promise<unknown>;
  readonly log: EngineLog;
}

type Guarded = <T>(outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
type Named = <T>(name: string, outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** What every call goes through: the version, an end by either signal, and AppErrors only. */
function createGuards({ address, disposal, lastAnswer, lost, pass, log }: GuardDeps) {
  const failed = (error: unknown, signal: AbortSignal): AppError => {
    if (signal.aborted || disposal.signal.aborted) return cancelled();
    const known = asAppError(error, address);
    if (known.code === 'server.unreachable' || known.code === 'stream.cut') {
      lost();
      lastAnswer.forget();
    }
    log('warn', 'ollama.failed', { code: known.code, address });
    return known;
  };
  const guarded: Guarded = async (outer, work) => {
    const signal = AbortSignal.any([outer, disposal.signal]);
    try {
      await pass(signal);
      return await work(signal);
    } catch (error) {
      throw failed(error, outer);
    }
  };
  const named: Named = (name, outer, work) =>
    guarded(outer, (signal) => {
      splitModelName(name);
      return work(signal);
    });
  /** For what may give a name to another model. */
  const renaming: Named = (name, outer, work) => {
    lastAnswer.forget();
    return named(name, outer, work);
  };
  return { failed, guarded, named, renaming };
}
