import { CLEAR_FROM, clearTastes } from './learn/clearTastes.ts';
import type { MemoryBook } from './learn/memories/memoryBook.ts';
import type { PreferenceBook } from './learn/preferenceBook.ts';
import { preferenceKnowledge } from './learn/preferenceKnowledge.ts';
import type { Result } from './protocol/methods.ts';
import type { Handlers } from './rpc/router.ts';

export interface KnowledgeHandlerDeps {
  readonly preferences: PreferenceBook;
  readonly memories: MemoryBook;
  /** Resolves once the session is open and everything on disk is known. */
  readonly ready: () => Promise<void>;
}

/** What the preference model is sure of, and switching facets of the persona. */
export function knowledgeHandlers({
  preferences,
  memories,
  ready,
}: KnowledgeHandlerDeps): Pick<Handlers, 'preference.get' | 'persona.set'> {
  return {
    'preference.get': async () => {
      await ready();
      await preferences.settled();
      return preferenceView(preferences);
    },
    'persona.set': async ({ name, on }) => {
      await ready();
      await memories.setFacet(name, on);
      return {};
    },
  };
}

async function preferenceView(preferences: PreferenceBook): Promise<Result<'preference.get'>> {
  const { features, shares, evidence } = await preferenceKnowledge(preferences);
  const { n, e, useful } = evidence;
  return {
    n,
    needed: CLEAR_FROM,
    tastes: clearTastes(preferences.model(), features, n),
    evidence: { e, useful },
    experts: Object.entries(shares)
      .map(([name, share]) => ({ name, share: Math.min(1, Math.max(0, share)) }))
      .sort((a, b) => b.share - a.share),
  };
}
