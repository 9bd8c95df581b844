import type { MemoryBook } from './learn/memories/memoryBook.ts';
import type { Handlers } from './rpc/router.ts';

export interface MemoryHandlerDeps {
  readonly memories: MemoryBook;
  /** Resolves once the session is open and everything on disk is known. */
  readonly ready: () => Promise<void>;
}

/** What is remembered of the user: goals, preferences, history, facets. */
export function memoryHandlers({
  memories,
  ready,
}: MemoryHandlerDeps): Pick<Handlers, 'memory.list' | 'memory.set' | 'persona.get'> {
  return {
    'memory.list': async (params) => {
      await ready();
      return { memories: await memories.list(params) };
    },
    'memory.set': async (params) => {
      await ready();
      return { memory: await memories.set(params) };
    },
    'persona.get': async () => {
      await ready();
      return memories.persona();
    },
  };
}
