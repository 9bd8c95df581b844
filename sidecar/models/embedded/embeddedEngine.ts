import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { AppError } from '../../protocol/errors.ts';
import type { ChatEvent, ChatRequest, CreateRequest, Engine, EngineHealth } from '../engine.ts';
import type { EngineLog } from '../engineLog.ts';
import { splitModelName } from '../modelNames.ts';
import { createEmbeddedChild, type Work } from './embeddedChild.ts';
import { createEmbeddedModels, type EmbeddedEntry } from './embeddedModels.ts';
import type { EmbeddedMessage, Report } from './embeddedProtocol.ts';
import type { EngineFolder } from './engineFolder.ts';
import { installedEngine } from './engineInstaller.ts';

const IDLE_MS = 5 * 60_000;
const ADDRESS = 'built-in';

export interface EmbeddedEngineDeps {
  /** Where the engine is unpacked. */
  readonly engineFolder: EngineFolder;
  /** Where model files and their names are. */
  readonly modelsFolder: EngineFolder;
  /** Program of the child process, `dist/embedded.cjs` in the product. */
  readonly entry: string;
  readonly log: EngineLog;
  readonly fork?: (entry: string, args: string[], options: ForkOptions) => ChildProcess;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly idleMs?: number;
}

export interface EmbeddedEngine extends Engine {
  /** Process id of the child while it runs. */
  pid(): number | undefined;
}

/** The engine that needs no server: a model in a child process of this one. */
export function createEmbeddedEngine(deps: EmbeddedEngineDeps): EmbeddedEngine {
  const models = createEmbeddedModels(deps.modelsFolder);
  const child = createEmbeddedChild({
    fork: deps.fork ?? fork,
    entry: deps.entry,
    env: deps.env ?? process.env,
    idleMs: deps.idleMs ?? IDLE_MS,
    log: deps.log,
  });
  const engine = async () => {
    const installed = await installedEngine(deps.engineFolder.path);
    if (!installed) throw notInstalled();
    return installed;
  };

  async function* reports(work: Work, signal: AbortSignal): AsyncGenerator<Report> {
    const { file } = await engine();
    for await (const report of child.run(file, work, signal)) {
      if (report.report === 'failed') throw failure(report, work.model);
      yield report;
    }
  }

  async function* chat(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatEvent> {
    if (request.tools && request.tools.length > 0) throw unsupported(request.model, 'tools');
    const entry = await models.entry(request.model);
    const work = workOf(request, entry, models.fileOf(entry));
    for await (const report of reports(work, signal)) {
      if (report.report === 'loading') yield { kind: 'loading' };
      else if (report.report === 'thinking') yield { kind: 'thinking', text: report.text };
      else if (report.report === 'text') {
        yield { kind: 'text', text: report.text, ...(report.logprobs && { logprobs: report.logprobs }) };
      } else if (report.report === 'end') {
        const { reason, promptTokens, answerTokens, loadMs, totalMs } = report;
        const usage = { promptTokens, answerTokens, totalMs, ...(loadMs !== undefined && { loadMs }) };
        yield { kind: 'end', reason, usage, logprobs: request.logprobs === true };
      }
    }
  }

  const health = async (): Promise<EngineHealth> => {
    const installed = await installedEngine(deps.engineFolder.path);
    return installed
      ? { state: 'ready', version: installed.version, address: ADDRESS }
      : { state: 'unavailable', address: ADDRESS, error: notInstalled() };
  };

  return {
    id: 'embedded',
    health,
    list: () => models.list(),
    show: (model) => models.show(model),
    chat,
    embed: async (model, inputs, signal) => {
      if (inputs.length === 0) return [];
      const entry = await models.entry(model);
      const work: Work = { order: 'embed', file: models.fileOf(entry), model, inputs: [...inputs] };
      for await (const report of reports(work, signal))
        if (report.report === 'vectors') return report.vectors;
      throw failure({ code: 'engine.crashed', why: 'No answer came.' }, model);
    },
    pull: async (model) => {
      throw new AppError('model.unsupported', `The built-in engine cannot fetch ${model} by name.`, {
        next: 'Set up the built-in model, or use Ollama for other models.',
        details: { model, feature: 'pull' },
      });
    },
    create: async (request: CreateRequest) => {
      splitModelName(request.name);
      return models.create(request);
    },
    copy: (from, to) => models.copy(from, to),
    remove: (model) => models.remove(model),
    pid: child.pid,
    dispose: child.stop,
  };
}

function workOf(
  { messages, model, options, format, logprobs }: ChatRequest,
  entry: EmbeddedEntry,
  file: string,
): Work {
  const stored = entry.parameters ?? {};
  const number = (key: string): number | undefined =>
    typeof stored[key] === 'number' ? stored[key] : undefined;
  const defined = {
    temperature: options?.temperature ?? number('temperature'),
    seed: options?.seed ?? number('seed'),
    contextLength: options?.contextLength ?? number('num_ctx'),
    maxTokens: options?.maxTokens ?? number('num_predict'),
  };
  const stop = options?.stop ?? (Array.isArray(stored['stop']) ? stored['stop'] : undefined);
  return {
    order: 'chat',
    file,
    model,
    messages: messagesOf(messages, entry),
    ...Object.fromEntries(Object.entries(defined).filter(([, value]) => value !== undefined)),
    ...(stop && { stop: [...stop] }),
    ...(format && { format }),
    logprobs: logprobs === true,
  };
}

/** As a server does it: the model's own system text unless the request brings one, then its examples. */
function messagesOf(
  messages: ChatRequest['messages'],
  { system, messages: examples = [] }: EmbeddedEntry,
): EmbeddedMessage[] {
  const given = messages.flatMap(({ role, content }): EmbeddedMessage[] =>
    // A model without tools sees what a tool said as the user's words.
    [{ role: role === 'tool' ? 'user' : role, content }],
  );
  const [first, ...rest] = given;
  if (first?.role === 'system') return [first, ...examples, ...rest];
  return [...(system ? [{ role: 'system' as const, content: system }] : []), ...examples, ...given];
}

function failure(
  { code, why }: { code: Extract<Report, { report: 'failed' }>['code']; why: string },
  model: string,
): AppError {
  const texts = {
    'context.tooLong': [
      'The request is longer than the context window of the model.',
      'Remove some context, or raise the context length in the settings.',
    ],
    'model.outOfMemory': [
      `${model} does not fit into memory.`,
      'Close other programs, lower the context length, or choose a smaller model.',
    ],
    'model.unsupported': [`The built-in engine cannot read ${model}.`, 'Choose another model.'],
    'engine.unsupported': [
      'The installed engine does not fit this version.',
      'Set up the built-in model again.',
    ],
    'engine.crashed': ['The built-in model failed.', 'Try again; if it stays, look at the logs.'],
    'rpc.cancelled': ['Stopped.', ''],
  } as const;
  const [what, next] = texts[code];
  return new AppError(code, what, { why, next, details: { model } });
}

function unsupported(model: string, feature: string): AppError {
  return new AppError('model.unsupported', `${model} does not support ${feature}.`, {
    next: 'Choose another model.',
    details: { model, feature },
  });
}

function notInstalled(): AppError {
  return new AppError('engine.notInstalled', 'The built-in engine is not set up.', {
    next: 'Run "Set Up Built-in Model", or start Ollama.',
  });
}
