import { monotonicFactory } from 'ulid';
import { type AskService, createAskService } from '../../sidecar/generate/askService.ts';
import { createDecisionService, type DecisionService } from '../../sidecar/generate/decisionService.ts';
import type { Schedule } from '../../sidecar/generate/deltaBatcher.ts';
import { feedbackPolarity } from '../../sidecar/generate/feedbackPolarity.ts';
import { createRequestService, type RequestService } from '../../sidecar/generate/requestService.ts';
import { type BlockBook, createBlockBook } from '../../sidecar/learn/blocks/blockBook.ts';
import { createDenials } from '../../sidecar/learn/denials.ts';
import { createExamples } from '../../sidecar/learn/examples.ts';
import { createFeatureRules } from '../../sidecar/learn/featureRules.ts';
import { createMemoryBook, type MemoryBook } from '../../sidecar/learn/memories/memoryBook.ts';
import { createPreferenceBook, type PreferenceBook } from '../../sidecar/learn/preferenceBook.ts';
import { createRuleBook, type RuleBook } from '../../sidecar/learn/ruleBook.ts';
import { createStatistics, type Statistics } from '../../sidecar/learn/statistics.ts';
import type { Memory } from '../../sidecar/memory/memory.ts';
import type { Engine } from '../../sidecar/models/engine.ts';
import { METHODS, type ParamsIn, type Result } from '../../sidecar/protocol/methods.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../sidecar/protocol/settingsSchemas.ts';
import { createTrainService, type TrainService } from '../../sidecar/train/trainService.ts';
import { createVersionService, type VersionService } from '../../sidecar/train/versionService.ts';

export interface Services {
  readonly memory: Memory;
  readonly rules: RuleBook;
  readonly blocks: BlockBook;
  readonly memories: MemoryBook;
  readonly statistics: Statistics;
  readonly asking: AskService;
  readonly requests: RequestService;
  readonly deciding: DecisionService;
  readonly training: TrainService;
  readonly versions: VersionService;
  readonly notes: { readonly method: string; readonly params: unknown }[];
  readonly ids: () => string;
  settings: Settings;
  readonly preferences: PreferenceBook;
  /** Chooses what is explored; nothing where a test doesn't say. */
  random: () => number;
  ask(
    params: Partial<ParamsIn<'request.ask'>> & { prompt: string },
    signal?: AbortSignal,
  ): Promise<Result<'request.ask'>>;
  /** Asks, then decides on the first answer. */
  decide(
    prompt: string,
    verdict: 'approved' | 'denied' | 'edited',
    more?: Partial<ParamsIn<'decision.record'>>,
  ): Promise<{ readonly line: string; readonly decision: string }>;
  train(params?: ParamsIn<'train.start'>): Promise<Result<'train.start'>>;
}

export const never = new AbortController().signal;

/** The real services over a memory and an engine, as the sidecar wires them. */
export function services(
  memory: Memory,
  engine: Engine,
  settings: Partial<Settings> = {},
  schedule?: Schedule,
): Services {
  const ids = monotonicFactory();
  const notes: { method: string; params: unknown }[] = [];
  const blocks = createBlockBook({ memory });
  const memories = createMemoryBook({ memory, clock: () => Date.now() });
  const statistics = createStatistics({ memory });
  const preferences = createPreferenceBook({
    memory,
    polarityOf: feedbackPolarity,
    log: () => undefined,
    after: () => () => undefined,
  });
  const rules = createRuleBook({ memory, features: createFeatureRules(preferences) });
  const common = {
    memory,
    rules,
    blocks,
    memories,
    statistics,
    engine: async () => engine,
    settings: () => all.settings,
    ids: () => ids(),
    clock: () => Date.now(),
    notify: (method: string, params: unknown) => void notes.push({ method, params }),
    appVersion: 'test',
  };
  const asking = createAskService({
    ...common,
    examples: createExamples({ memory }),
    denials: createDenials({ memory }),
    // Parsing needs a process: its tests have the real one.
    preferences,
    random: () => all.random(),
    parser: { parses: async () => 'unknown', dispose: () => undefined },
    ...(schedule && { schedule }),
  });
  // No deadline: what a decision changes is always said, however slow the machine.
  const deciding = createDecisionService({ ...common, schedule: () => () => undefined });
  const all: Services = {
    memory,
    rules,
    blocks,
    memories,
    statistics,
    asking,
    requests: createRequestService(common),
    deciding,
    training: createTrainService({ ...common, preferences }),
    versions: createVersionService(common),
    notes,
    ids: () => ids(),
    settings: { ...DEFAULT_SETTINGS, ...settings },
    preferences,
    random: () => 0.99,
    ask: (params, signal = never) =>
      asking.ask(METHODS['request.ask'].params.parse({ request: ids(), thread: ids(), ...params }), signal),
    decide: async (prompt, verdict, more = {}) => {
      const { request, candidates } = await all.ask({ prompt });
      const [first] = candidates;
      if (!first) throw new Error('no answer');
      const { candidate, sha256 } = first;
      const params = { decision: ids(), request, candidate, sha256, verdict, ...more };
      return deciding.record(METHODS['decision.record'].params.parse(params));
    },
    train: (params = {}) => all.training.start(METHODS['train.start'].params.parse(params), never),
  };
  return all;
}
