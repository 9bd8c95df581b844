import type { BodyOf } from '../../memory/events.ts';
import { deterministicUlid } from '../../memory/import/deterministicUlid.ts';
import type { Memory } from '../../memory/memory.ts';
import type { FoundFact } from './foundFacts.ts';
import type { LearningLog } from './learningLog.ts';
import type { MemoryBook } from './memoryBook.ts';
import { memoryIdOf } from './memoryText.ts';
import type { FacetChange } from './personaSignals.ts';

/** What something was learned from. */
export interface LearnedFrom {
  readonly request: string;
  readonly decision?: string | undefined;
  /** Id of the reading that was picked. */
  readonly reading?: string | undefined;
}

export interface FactSource extends LearnedFrom {
  /** Id and time of the event that it came from; an id of its own where there is none. */
  readonly event?: { readonly id: string; readonly at: string };
  readonly tags: readonly string[];
  /** Who found it; keywords where absent. */
  readonly by?: 'model';
}

/** What a change of facets rests on; anything but a reading is evidence. */
export type FacetEvidence = 'reading' | 'reason' | 'note' | 'edit' | 'model';

export interface FactWriter {
  /** Remembers facts; those that this request said already are left out. Returns the new ones. */
  facts(found: readonly FoundFact[], source: FactSource): Promise<FoundFact[]>;
  /** Moves facets. False where the caps leave nothing to move. */
  facets(change: FacetChange | undefined, kind: FacetEvidence, source: FactSource): Promise<boolean>;
  note: LearningLog['note'];
}

export interface FactWriterDeps {
  readonly memory: Memory;
  readonly book: MemoryBook;
  readonly log: LearningLog;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

export function createFactWriter({ memory, book, log, clock }: FactWriterDeps): FactWriter {
  /** The same for the same source, so that learning from it twice notes it once. */
  const idFor = ({ event }: FactSource, part: string): string | undefined =>
    event && deterministicUlid(Date.parse(event.at), event.id, part);
  return {
    note: log.note,
    facts: async (found, source) => {
      const fresh: FoundFact[] = [];
      for (const fact of found) {
        const id = memoryIdOf(fact.type, fact.text);
        if (book.get(id)?.evidence.includes(source.request)) continue;
        await memory.append<'memory'>(memoryBody(id, fact, source), idFor(source, id));
        fresh.push(fact);
        if (fact.type !== 'history')
          await log.note(learnedEvent(fact, source), { memory: id, ...idsOf(source) });
      }
      return fresh;
    },
    facets: async (change, kind, source) => {
      if (!change) return false;
      const { decision, reading } = source;
      const signals = {
        selected_hypothesis_id: reading ?? null,
        success: true,
        why: change.why,
        ...(kind !== 'reading' && { evidence: kind }),
        ...(change.quote !== undefined && { quote: change.quote }),
        ...(decision !== undefined && { decision }),
      };
      const facetDeltas = { ...change.deltas };
      const at = new Date(clock()).toISOString();
      const { before, after } = book.previewFacets({ at, facetDeltas, signals });
      if (Object.keys(facetDeltas).every((name) => before[name] === after[name])) return false;
      await memory.append<'persona'>(
        {
          ...{ kind: 'persona', oldFacets: before, newFacets: after, facetDeltas, signals },
          request: source.request,
          ...(decision !== undefined && { decision }),
        },
        idFor(source, `facets ${kind}`),
      );
      await log.note('persona_updated', { ...idsOf(source), facets: Object.keys(facetDeltas).length });
      return true;
    },
  };
}

const idsOf = ({ request, decision, reading }: LearnedFrom) => ({ request, decision, reading });

function learnedEvent({ type }: FoundFact, { reading }: FactSource): Parameters<LearningLog['note']>[0] {
  if (type === 'preference') return 'preference_learned';
  return reading === undefined ? 'goal_learned' : 'goal_learned_from_hypothesis';
}

function memoryBody(
  id: string,
  fact: FoundFact,
  { request, decision, tags, by }: FactSource,
): BodyOf<'memory'> {
  return {
    kind: 'memory',
    memory: id,
    type: fact.type,
    text: fact.text,
    tags: [...tags],
    confidence: fact.confidence,
    quote: fact.quote,
    source: by ?? 'keywords',
    scope: 'always',
    request,
    ...(decision !== undefined && { decision }),
    evidence: [],
  };
}
