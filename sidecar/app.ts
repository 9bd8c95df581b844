import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createAskService } from './generate/askService.ts';
import { detectCategory } from './generate/category.ts';
import { createDecisionService } from './generate/decisionService.ts';
import { scheduleByTimer } from './generate/deltaBatcher.ts';
import { feedbackPolarity } from './generate/feedbackPolarity.ts';
import { type CodeParser, createCodeParser } from './generate/gates/codeParser.ts';
import { resolveModel } from './generate/modelResolver.ts';
import { createRankingRecord } from './generate/rankingRecord.ts';
import { createRequestService } from './generate/requestService.ts';
import { createHandlers, type HandlerDeps } from './handlers.ts';
import { createBlockBook } from './learn/blocks/blockBook.ts';
import { createDenials } from './learn/denials.ts';
import { createExamples } from './learn/examples.ts';
import { createFeatureRules } from './learn/featureRules.ts';
import { createMemoryBook } from './learn/memories/memoryBook.ts';
import { createPairs } from './learn/pairs.ts';
import { createPreferenceBook, type PreferenceBook } from './learn/preferenceBook.ts';
import { createPromptVectors } from './learn/promptVectors.ts';
import { createRuleBook } from './learn/ruleBook.ts';
import { createStatistics } from './learn/statistics.ts';
import { createMemory } from './memory/createMemory.ts';
import { createFsPort } from './memory/disk/fsPort.ts';
import { readWholeFile } from './memory/disk/readWholeFile.ts';
import { createExportService } from './memory/export/createExportService.ts';
import { startRetention } from './memory/forget/retention.ts';
import { createImportService } from './memory/import/createImportService.ts';
import type { Memory } from './memory/memory.ts';
import { redact } from './memory/redact.ts';
import { createViewWriterProcess } from './memory/views/viewWriterProcess.ts';
import { createBuiltIn } from './models/embedded/builtIn.ts';
import { createEmbeddedEngine } from './models/embedded/embeddedEngine.ts';
import type { EngineLog } from './models/engineLog.ts';
import { createEngines, type Engines } from './models/engineRouter.ts';
import { RECOMMENDED_MODELS } from './models/modelCatalog.ts';
import { createModelService, type ModelService } from './models/modelService.ts';
import { createOllamaEngine } from './models/ollama/ollamaEngine.ts';
import type { AppPorts } from './nodePorts.ts';
import { AppError } from './protocol/errors.ts';
import { createNotificationHub } from './rpc/notificationHub.ts';
import { createRouter, type Notify } from './rpc/router.ts';
import type { Served } from './rpc/serveConnection.ts';
import { createSession, type Session } from './session.ts';
import { createPreferenceImport } from './train/preferenceImport.ts';
import { createTrainService } from './train/trainService.ts';
import { createVersionService, ownedDigests } from './train/versionService.ts';
import { APP_VERSION } from './version.ts';
import { type Learning, wireLearning } from './wireLearning.ts';
import { wireReadings } from './wireReadings.ts';

/** Milliseconds that a burst of events is gathered before statistics are told. */
const CHANGED_DELAY = 50;
/** Milliseconds: a start belongs to what the user does first. */
const PREPARE_DELAY = 1_500;

export interface App extends Served {
  /** Called when a client asked the process to end. */
  onShutdown(listener: () => void): void;
  /** Keeps half answers, freshens the views within the deadline (milliseconds), and frees everything. */
  dispose(deadlineMs: number): Promise<void>;
}

/** Wires the parts together: the one place that knows all of them. Rejects with `memory.*` for an unusable folder. */
export async function createApp(ports: AppPorts): Promise<App> {
  const { clock } = ports;
  const hub = createNotificationHub();
  const { notify } = hub;
  const session = createSession();
  const memory = await createMemory({
    dataFolder: ports.dataFolder,
    clock,
    ids: ports.ids,
    log: (message) => notify('log.event', { level: 'info', event: 'memory', message }),
    viewWriter: createViewWriterProcess({
      script: join(ports.bundleFolder, 'viewWriter.cjs'),
      env: ports.env,
    }),
  });
  memory.onNotice((notice) => notify('memory.notice', notice));

  const parser = createCodeParser({
    script: join(ports.bundleFolder, 'codeParser.cjs'),
    wasmFolder: join(ports.bundleFolder, 'grammars'),
    env: ports.env,
  });
  const preferences = createPreferenceBook({
    memory,
    polarityOf: feedbackPolarity,
    log: (message) => notify('log.event', { level: 'info', event: 'preferences', message }),
    after: scheduleByTimer,
  });
  const parts: Parts = { ports, memory, session, notify, parser, preferences };
  const { engines, models } = wireModels(parts);
  const services = wireServices(parts, engines);
  const stopTelling = tellChanges(memory, () =>
    notify('memory.changed', { stats: services.statistics.get(), at: new Date(clock()).toISOString() }),
  );
  const stopRetention = startRetention({
    memory,
    clock,
    days: () => session.settings().forgetUndecidedAfter,
    log: (message) => notify('log.event', { level: 'info', event: 'memory', message }),
  });
  const started = clock();
  const shutdown: (() => void)[] = [];
  const onShutdown = (): void => {
    // After the answer to this call is on its way.
    for (const listener of shutdown) setImmediate(listener);
  };
  const uptime = (): number => clock() - started;
  const router = createRouter({
    handlers: createHandlers({ session, memory, models, ...services, uptime, onShutdown }),
    onUnexpected: (method, error) =>
      notify('log.event', { level: 'error', event: method, message: stackOf(error) }),
  });
  return {
    router,
    onNotification: hub.onNotification,
    onShutdown: (listener) => shutdown.push(listener),
    async dispose(deadlineMs) {
      stopTelling();
      stopRetention();
      await services.ask.interruptAll();
      await services.learning.stop();
      parser.dispose();
      await preferences.dispose();
      await memory.flushViews(deadlineMs);
      await engines.dispose();
      await memory.dispose();
    },
  };
}

interface Parts {
  readonly ports: AppPorts;
  readonly memory: Memory;
  readonly session: Session;
  readonly notify: Notify;
  readonly parser: CodeParser;
  readonly preferences: PreferenceBook;
}

/** Everything that talks to a model server. */
function wireModels({ ports, memory, session, notify }: Parts): { engines: Engines; models: ModelService } {
  const { settings } = session;
  const log = engineLog(notify);
  const folders = { engineFolder: memory.folder('engine'), modelsFolder: memory.folder('models') };
  const entry = join(ports.bundleFolder, 'embedded.cjs');
  const engines = createEngines({
    settings,
    ollama: ({ host, allowRemoteHttp }) =>
      createOllamaEngine({
        ...{ host, allowRemote: allowRemoteHttp, log },
        token: () => session.tokenFor(host),
      }),
    embedded: createEmbeddedEngine({ ...folders, entry, log, env: ports.env }),
  });
  const models = createModelService({
    engines,
    builtIn: createBuiltIn({ ...folders, env: ports.env, log }),
    recommended: RECOMMENDED_MODELS,
    isOurs: (digest) => ownedDigests(memory).has(digest),
    currentModel: (engine, signal) =>
      currentModel(() => resolveModel({ memory, settings }, engine, undefined, signal)),
    onProgress: (note) => notify('models.progress', note),
  });
  return { engines, models };
}

type Services = Pick<
  HandlerDeps,
  | 'ask'
  | 'requests'
  | 'decisions'
  | 'pairs'
  | 'rules'
  | 'blocks'
  | 'memories'
  | 'preferences'
  | 'readings'
  | 'statistics'
  | 'ranking'
  | 'training'
  | 'versions'
  | 'imports'
  | 'exports'
> & { readonly learning: Learning };

/** Asking, deciding, learning, training. */
function wireServices(
  { ports, memory, session, notify, parser, preferences }: Parts,
  engines: Engines,
): Services {
  const rules = createRuleBook({ memory, features: createFeatureRules(preferences) });
  const blocks = createBlockBook({ memory });
  const memories = createMemoryBook({ memory, clock: ports.clock });
  const statistics = createStatistics({ memory });
  const vectors = createPromptVectors({
    engine: engines.current,
    now: () => performance.now(),
    wait: (ms) => wait(ms, undefined, { ref: false }),
  });
  const common = {
    memory,
    rules,
    blocks,
    memories,
    statistics,
    preferences,
    settings: session.settings,
    engine: (signal: AbortSignal) => engines.current(signal),
    ids: ports.ids,
    clock: ports.clock,
    notify,
    appVersion: APP_VERSION,
  };
  const learning = wireLearning({
    ...common,
    resolve: async (signal) => {
      const engine = await engines.current(signal);
      return { engine, model: (await resolveModel(common, engine, undefined, signal)).name };
    },
  });
  const readings = wireReadings({ ...common, fromChoice: learning.fromChoice });
  const examples = createExamples({ memory, vectors });
  const denials = createDenials({ memory, vectors });
  const asking = createAskService({ ...common, readings, parser, examples, denials });
  prepareFirstPrompt(memory, [rules.all, examples.prepare, denials.prepare, rules.lastUses]);
  return {
    rules,
    blocks,
    memories,
    preferences,
    learning,
    readings: { ...readings, ask: learning.alone(readings.ask) },
    statistics,
    ranking: createRankingRecord({ memory }),
    ask: { ...asking, ask: learning.alone(asking.ask) },
    requests: createRequestService({ memory, blocks }),
    decisions: createDecisionService(common),
    pairs: createPairs({ memory }),
    training: createTrainService(common),
    versions: createVersionService(common),
    ...wireExchange(ports, memory, preferences),
  };
}

/** What the first prompt is made of is read while nobody waits for it, one after the other. */
function prepareFirstPrompt(memory: Memory, steps: readonly (() => Promise<unknown>)[]): void {
  const work = async (): Promise<void> => {
    await memory.ready;
    await wait(PREPARE_DELAY, undefined, { ref: false });
    for (const step of steps) await step();
  };
  // Whoever asks reads it then, and is told what is wrong.
  work().catch(() => undefined);
}

/** Taking in and giving out. */
function wireExchange(
  { ids, clock, bundleFolder }: AppPorts,
  memory: Memory,
  preferences: PreferenceBook,
): Pick<Services, 'imports' | 'exports'> {
  const fs = createFsPort();
  const common = { memory, fs, ids, clock };
  const wasm = async (): Promise<Uint8Array> => {
    const path = join(bundleFolder, 'sql-wasm.wasm');
    const bytes = await readWholeFile(fs, path);
    if (!bytes) throw new Error(`${path} is missing.`);
    return bytes;
  };
  return {
    imports: createPreferenceImport({
      ...{ fs, preferences },
      imports: createImportService({ ...common, wasm, detectCategory }),
    }),
    exports: createExportService({ ...common, redact }),
  };
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Log lines of the model layer, as notifications. */
function engineLog(notify: Notify): EngineLog {
  return (level, event, fields = {}) => {
    const message = Object.entries(fields)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ');
    notify('log.event', { level, event, message });
  };
}

/** The name of the model that a request would go to; undefined where there is none. */
async function currentModel(resolve: () => Promise<{ readonly name: string }>): Promise<string | undefined> {
  try {
    return (await resolve()).name;
  } catch (error) {
    if (AppError.is(error, 'model.none') || AppError.is(error, 'model.missing')) return undefined;
    throw error;
  }
}

/** Kinds of events that change statistics, or what is known. */
const TOLD_KINDS: ReadonlySet<string> = new Set([
  ...['decision', 'undo', 'reason', 'survival', 'applied', 'version', 'feedback', 'choice'],
  ...['memory', 'persona', 'block', 'state', 'forget'],
]);

/** Tells once about each burst of such events, after what was on disk at the start is known. */
function tellChanges(memory: Memory, tell: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isReady = false;
  const soon = (): void => {
    if (!isReady || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      tell();
    }, CHANGED_DELAY);
  };
  const stops = [
    memory.onEvent((event) => {
      if (TOLD_KINDS.has(event.kind)) soon();
    }),
    memory.onCleared(soon),
  ];
  memory.ready.then(
    () => {
      isReady = true;
      soon();
    },
    () => undefined,
  );
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}
