import { randomBytes } from 'node:crypto';
import { type Schedule, scheduleByTimer } from './generate/deltaBatcher.ts';
import { createReadings, type ReadingDeps, type Readings } from './generate/hypotheses/readingService.ts';
import type { Learner } from './learn/memories/learner.ts';
import type { MemoryBook } from './learn/memories/memoryBook.ts';

export interface ReadingWires extends Pick<ReadingDeps, 'memory' | 'engine' | 'settings' | 'clock'> {
  readonly memories: Pick<MemoryBook, 'relevant' | 'facets' | 'facetWords'>;
  readonly fromChoice: Learner['fromChoice'];
  /** The platform's timers where absent. */
  readonly schedule?: Schedule;
}

/** What short requests may mean, and learning from what was chosen. */
export function wireReadings({ memories, fromChoice, schedule, ...wires }: ReadingWires): Readings {
  return createReadings({
    ...wires,
    schedule: schedule ?? scheduleByTimer,
    fence: () => randomBytes(6).toString('hex'),
    memories: {
      relevant: memories.relevant,
      facets: memories.facets,
      facetWords: memories.facetWords,
      learnFromChoice: fromChoice,
    },
  });
}
