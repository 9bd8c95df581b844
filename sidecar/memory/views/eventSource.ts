import type { JournalEvent } from '../events.ts';
import type { MemoryIndex } from '../index/memoryIndex.ts';

/** What a view is made from: the index for order and verdicts, the events for texts. */
export interface EventSource {
  readonly index: MemoryIndex;
  /** Every known event once, in the order in which it lies on disk. */
  events(): AsyncIterable<JournalEvent>;
  read(event: string): Promise<JournalEvent | undefined>;
}
