import { randomBytes } from 'node:crypto';
import { createEnrichment, type Enrichment, type EnrichmentDeps } from './learn/memories/enrichment.ts';
import { createFactWriter } from './learn/memories/factWriter.ts';
import { createLearner, type Learner } from './learn/memories/learner.ts';
import { createLearningLog } from './learn/memories/learningLog.ts';
import type { MemoryBook } from './learn/memories/memoryBook.ts';
import type { Memory } from './memory/memory.ts';
import type { Settings } from './protocol/settingsSchemas.ts';
import type { Notify } from './rpc/router.ts';

export interface LearningDeps {
  readonly memory: Memory;
  readonly memories: MemoryBook;
  readonly settings: () => Settings;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly notify: Notify;
  readonly resolve: EnrichmentDeps['resolve'];
}

/** What learns goals, preferences, history and facets beside the answers. */
export interface Learning {
  readonly fromChoice: Learner['fromChoice'];
  /** Makes a call during which the model is not asked about anything else. */
  alone<P, R>(
    call: (params: P, signal: AbortSignal) => Promise<R>,
  ): (params: P, signal: AbortSignal) => Promise<R>;
  /** Ends the background work; what was decided is learned from first. */
  stop(): Promise<void>;
}

export function wireLearning({ memory, memories, settings, clock, notify, resolve }: LearningDeps): Learning {
  const onFailure = (message: string): void =>
    notify('log.event', { level: 'warn', event: 'learn', message });
  const log = createLearningLog({ folder: memory.folder('logs'), clock, onFailure });
  const parts = { memory, book: memories, settings, log, clock, onFailure };
  const enrichment: Enrichment = createEnrichment({
    ...{ writer: createFactWriter(parts), settings, resolve, onFailure },
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
    mark: () => randomBytes(6).toString('hex'),
  });
  const stopClearing = memory.onCleared(enrichment.clear);
  const learner = createLearner({ ...parts, onLearned: enrichment.add });
  return {
    fromChoice: learner.fromChoice,
    alone: (call) => async (params, signal) => {
      const release = enrichment.hold();
      try {
        return await call(params, signal);
      } finally {
        release();
      }
    },
    stop: async () => {
      learner.stop();
      stopClearing();
      enrichment.stop();
      await learner.settle();
    },
  };
}
