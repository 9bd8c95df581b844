import { runDoctor } from './doctor.ts';
import { forget } from './forget.ts';
import type { AskService } from './generate/askService.ts';
import type { DecisionService } from './generate/decisionService.ts';
import type { Readings } from './generate/hypotheses/readingService.ts';
import type { RankingRecord } from './generate/rankingRecord.ts';
import type { RequestService } from './generate/requestService.ts';
import { knowledgeHandlers } from './knowledgeHandlers.ts';
import type { BlockBook } from './learn/blocks/blockBook.ts';
import type { MemoryBook } from './learn/memories/memoryBook.ts';
import type { Pairs } from './learn/pairs.ts';
import type { PreferenceBook } from './learn/preferenceBook.ts';
import type { RuleBook } from './learn/ruleBook.ts';
import type { Statistics } from './learn/statistics.ts';
import type { ExportService } from './memory/export/createExportService.ts';
import type { ImportService } from './memory/import/createImportService.ts';
import type { Memory } from './memory/memory.ts';
import { memoryHandlers } from './memoryHandlers.ts';
import type { ModelService } from './models/modelService.ts';
import { AppError } from './protocol/errors.ts';
import { PROTOCOL_VERSION } from './protocol/methods.ts';
import { readingHandlers } from './readingHandlers.ts';
import type { Handlers } from './rpc/router.ts';
import { ruleHandlers } from './ruleHandlers.ts';
import type { Session } from './session.ts';
import type { TrainService } from './train/trainService.ts';
import type { VersionService } from './train/versionService.ts';
import { APP_VERSION } from './version.ts';

export interface HandlerDeps {
  readonly session: Session;
  readonly memory: Memory;
  readonly models: ModelService;
  readonly ask: AskService;
  readonly requests: RequestService;
  readonly decisions: DecisionService;
  readonly pairs: Pairs;
  readonly rules: RuleBook;
  readonly blocks: BlockBook;
  readonly memories: MemoryBook;
  readonly preferences: PreferenceBook;
  readonly readings: Readings;
  readonly statistics: Statistics;
  readonly ranking: RankingRecord;
  readonly training: TrainService;
  readonly versions: VersionService;
  readonly imports: ImportService;
  readonly exports: ExportService;
  /** Milliseconds since the process began. */
  readonly uptime: () => number;
  readonly onShutdown: () => void;
}

/** Every method of the table that this version has, in the table's order. */
export function createHandlers(deps: HandlerDeps): Handlers {
  return {
    ...sessionHandlers(deps),
    ...askHandlers(deps),
    ...learnHandlers(deps),
    ...ruleHandlers({ ...deps, ready: () => ready(deps) }),
    ...memoryHandlers({ ...deps, ready: () => ready(deps) }),
    ...knowledgeHandlers({ ...deps, ready: () => ready(deps) }),
    ...readingHandlers({ ...deps, ready: () => ready(deps) }),
    ...trainHandlers(deps),
    ...exchangeHandlers(deps),
  };
}

type Part<N extends keyof Handlers> = Pick<Handlers, N>;

/** Guards every method but `initialize`; recording a decision does not wait for the index, counting does. */
const ready = async ({ session, memory }: HandlerDeps): Promise<void> => {
  opened(session);
  await memory.ready;
};

type Handler<P, R> = (params: P, signal: AbortSignal) => Promise<R>;

/** Makes a service's method a handler that runs once everything on disk is known. */
const afterReady =
  (deps: HandlerDeps) =>
  <P, R>(run: Handler<P, R>): Handler<P, R> =>
  async (params, signal) => {
    await ready(deps);
    return run(params, signal);
  };

function opened(session: Session): void {
  if (session.initialized) return;
  throw new AppError('rpc.notInitialized', 'The session was not opened.', { next: 'Call initialize first.' });
}

function sessionHandlers(
  deps: HandlerDeps,
): Part<
  | 'initialize'
  | 'shutdown'
  | 'health.get'
  | 'models.list'
  | 'models.pull'
  | 'models.remove'
  | 'settings.get'
  | 'settings.set'
  | 'doctor.run'
> {
  const { session, memory, models } = deps;
  return {
    initialize: async (params) => {
      session.initialize(params);
      return {
        protocolVersion: PROTOCOL_VERSION,
        sidecarVersion: APP_VERSION,
        writer: memory.writer,
        dataFolder: memory.dataFolder,
      };
    },
    shutdown: async () => {
      deps.onShutdown();
      return {};
    },
    'health.get': async (_, signal) => {
      opened(session);
      return {
        pid: process.pid,
        uptimeMs: deps.uptime(),
        server: await models.server(signal),
        writable: memory.writable,
        dataFolder: memory.dataFolder,
        memoryBytes: process.memoryUsage.rss(),
      };
    },
    'models.list': async (_, signal) => {
      await ready(deps);
      return models.list(signal);
    },
    'models.pull': async (params, signal) => {
      opened(session);
      return models.pull(params, signal);
    },
    'models.remove': async (params, signal) => {
      await ready(deps);
      return deps.versions.removeByName(params, signal);
    },
    'settings.get': async () => {
      opened(session);
      return session.settings();
    },
    'settings.set': async (params) => {
      opened(session);
      return session.change(params);
    },
    'doctor.run': async (_, signal) => {
      await ready(deps);
      return runDoctor(
        {
          memory,
          server: models.server,
          models: async (inner) => {
            const { models: all, current } = await models.list(inner);
            return { names: all.map(({ name }) => name), current, wanted: session.settings().model };
          },
          stats: deps.statistics.get,
          memories: deps.memories,
          settings: session.settings,
        },
        signal,
      );
    },
  };
}

function askHandlers(
  deps: HandlerDeps,
): Part<
  | 'request.ask'
  | 'request.cancel'
  | 'request.get'
  | 'request.list'
  | 'decision.record'
  | 'decision.reason'
  | 'decision.undo'
  | 'decision.list'
  | 'applied.record'
  | 'survival.record'
  | 'feedback.record'
  | 'pairs.list'
> {
  const { session, ask, requests, decisions } = deps;
  const whenReady = afterReady(deps);
  return {
    'request.ask': whenReady(ask.ask),
    'request.cancel': async ({ request }) => {
      opened(session);
      ask.cancel(request);
      return {};
    },
    'request.get': whenReady(requests.get),
    'request.list': whenReady(requests.list),
    'decision.record': async (params) => {
      opened(session);
      return decisions.record(params);
    },
    'decision.reason': whenReady(decisions.reason),
    'decision.undo': whenReady(decisions.undo),
    'decision.list': whenReady(decisions.list),
    'applied.record': whenReady(decisions.applied),
    'survival.record': whenReady(decisions.survival),
    'feedback.record': whenReady(decisions.feedback),
    'pairs.list': whenReady(deps.pairs.list),
  };
}

function learnHandlers(deps: HandlerDeps): Part<'stats.get' | 'memory.forget' | 'reset.run'> {
  const { memory, statistics, ranking } = deps;
  return {
    'stats.get': async () => {
      await ready(deps);
      // What came of ranking is read from disk; the rest is known without.
      return { ...statistics.get(), ...(await ranking.get().catch(() => ({}))) };
    },
    'memory.forget': async (params) => {
      await ready(deps);
      return forget(memory, params);
    },
    'reset.run': async ({ confirm }) => {
      await ready(deps);
      if (confirm !== 'reset') {
        throw new AppError('reset.notConfirmed', 'Nothing was reset.', {
          next: 'Type the word reset to confirm.',
        });
      }
      return { quarantine: await memory.reset() };
    },
  };
}

function trainHandlers(
  deps: HandlerDeps,
): Part<
  | 'train.start'
  | 'train.cancel'
  | 'runs.list'
  | 'runs.get'
  | 'versions.list'
  | 'versions.activate'
  | 'versions.remove'
> {
  const { training, versions } = deps;
  const whenReady = afterReady(deps);
  return {
    'train.start': whenReady(training.start),
    'train.cancel': whenReady(training.cancel),
    'runs.list': whenReady(training.listRuns),
    'runs.get': whenReady(training.getRun),
    'versions.list': whenReady(versions.list),
    'versions.activate': whenReady(versions.activate),
    'versions.remove': whenReady(versions.remove),
  };
}

function exchangeHandlers(deps: HandlerDeps): Part<'export.run' | 'import.run'> {
  const whenReady = afterReady(deps);
  return { 'export.run': whenReady(deps.exports.run), 'import.run': whenReady(deps.imports.run) };
}
