import { monotonicFactory } from 'ulid';
import {
  createReadings,
  type LearnableChoice,
  type Readings,
} from '../../sidecar/generate/hypotheses/readingService.ts';
import type { Memory } from '../../sidecar/memory/memory.ts';
import type { ChatEvent } from '../../sidecar/models/engine.ts';
import type { MemoryItem } from '../../sidecar/protocol/memorySchemas.ts';
import { METHODS, type ParamsIn, type Result } from '../../sidecar/protocol/methods.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../sidecar/protocol/settingsSchemas.ts';
import { type EngineDouble, engineDouble, pieces } from './engineDouble.ts';
import { memoryDouble } from './memoryDouble.ts';

export interface ReadingParts {
  readonly memory: ReturnType<typeof memoryDouble>;
  readonly engine: EngineDouble;
  readonly readings: Readings;
  /** What is known of the user. */
  known: MemoryItem[];
  readonly learned: LearnableChoice[];
  settings: Settings;
  /** Times, in milliseconds, that were waited for, in order. */
  readonly waits: number[];
  /** Runs what waits for a time. */
  readonly late: () => void;
  ask(
    prompt: string,
    more?: Partial<ParamsIn<'hypotheses.ask'>>,
    signal?: AbortSignal,
  ): Promise<Result<'hypotheses.ask'>>;
}

export const questions = (...texts: string[]): AsyncIterable<ChatEvent> =>
  pieces(JSON.stringify({ readings: texts }));

/** The service of readings over a memory without a disk and a model that says what a test tells it. */
export function readingParts(settings: Partial<Settings> = {}): ReadingParts {
  const memory = memoryDouble();
  const engine = engineDouble('small');
  const ids = monotonicFactory();
  const waiting = new Set<() => void>();
  const learned: LearnableChoice[] = [];
  const waits: number[] = [];
  const readings = createReadings({
    memory: memory satisfies Memory,
    engine: async () => engine,
    settings: () => parts.settings,
    clock: () => Date.now(),
    schedule: (ms, run) => {
      waits.push(ms);
      waiting.add(run);
      return () => void waiting.delete(run);
    },
    fence: () => 'f1',
    memories: {
      relevant: () => parts.known,
      facets: () => ({ concise: 0.7 }),
      facetWords: () => ['concise'],
      learnFromChoice: async (choice) => {
        learned.push(choice);
        return 'Noted.';
      },
    },
  });
  engine.script = () => questions('Do you want a REST API?', 'Do you want a client?', 'Do you want a mock?');
  const parts: ReadingParts = {
    memory,
    engine,
    readings,
    learned,
    waits,
    known: [],
    settings: { ...DEFAULT_SETTINGS, ...settings },
    late: () => {
      for (const run of [...waiting]) run();
    },
    ask: (prompt, more = {}, signal = new AbortController().signal) =>
      readings.ask(
        METHODS['hypotheses.ask'].params.parse({ request: ids(), thread: ids(), prompt, ...more }),
        signal,
      ),
  };
  return parts;
}
