import type { Readings } from './generate/hypotheses/readingService.ts';
import type { Handlers } from './rpc/router.ts';

export interface ReadingHandlerDeps {
  readonly readings: Readings;
  /** Resolves once the session is open and everything on disk is known. */
  readonly ready: () => Promise<void>;
}

/** What a short request may mean, and which of it the user meant. */
export function readingHandlers({
  readings,
  ready,
}: ReadingHandlerDeps): Pick<Handlers, 'hypotheses.ask' | 'hypotheses.choose'> {
  return {
    'hypotheses.ask': async (params, signal) => {
      await ready();
      return readings.ask(params, signal);
    },
    'hypotheses.choose': async (params) => {
      await ready();
      return readings.choose(params);
    },
  };
}
