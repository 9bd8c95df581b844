import type { EventOf } from '../../memory/events.ts';
import type { MemoryIndex } from '../../memory/index/memoryIndex.ts';
import type { Reading } from '../../protocol/readingSchemas.ts';

/** A request that was asked back about, with what was chosen last. */
export interface AskedBack {
  readonly request: string;
  /** Absent in what other programs recorded. */
  readonly prompt: string | undefined;
  readonly readings: readonly Reading[];
  /** How far memories spoke for each reading, 0 to 1. */
  readonly supports: readonly number[];
  /** Undefined where nothing was chosen or skipped yet. */
  readonly choice: { readonly selected: string | null; readonly automatic: boolean } | undefined;
}

/** What was asked back about a request, of the journal; undefined where nothing was. */
export function recordedAskedBack(index: MemoryIndex, request: string): AskedBack | undefined {
  const asked = index.hypotheses().findLast((each) => each.request === request);
  if (!asked) return undefined;
  const chosen = index.choices().findLast((each) => each.request === request);
  return toAskedBack(asked, chosen);
}

function toAskedBack(asked: EventOf<'hypotheses'>, chosen: EventOf<'choice'> | undefined): AskedBack {
  return {
    request: asked.request,
    prompt: asked.prompt,
    readings: asked.hypotheses,
    supports: numbersOf(asked.context?.['supports']),
    choice: chosen && { selected: chosen.selected, automatic: chosen.automatic },
  };
}

const numbersOf = (value: unknown): readonly number[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'number') : [];

/** How people chose before, oldest first, one a request. */
export function earlierChoices(index: MemoryIndex): readonly (AskedBack & { readonly choice: object })[] {
  const last = new Map(index.choices().map((each) => [each.request, each]));
  const asked = new Map(index.hypotheses().map((each) => [each.request, each]));
  return [...asked.values()].flatMap((each) => {
    const choice = last.get(each.request);
    if (!choice) return [];
    const { selected, automatic } = choice;
    return [{ ...toAskedBack(each, choice), choice: { selected, automatic } }];
  });
}

/** The readings that are not recorded, as the user does not want it, kept as long as the process lives. */
export interface ReadingLog {
  find(request: string): AskedBack | undefined;
  /** The newest that is recorded, or asked here. */
  newest(): AskedBack | undefined;
  keep(asked: AskedBack): void;
  clear(): void;
}

const KEPT = 50;

export function createReadingLog(index: MemoryIndex): ReadingLog {
  const kept = new Map<string, AskedBack>();
  return {
    find: (request) => kept.get(request) ?? recordedAskedBack(index, request),
    newest: () => {
      const recorded = index.hypotheses().at(-1);
      return [...kept.values()].at(-1) ?? (recorded && recordedAskedBack(index, recorded.request));
    },
    keep: (asked) => {
      kept.delete(asked.request);
      kept.set(asked.request, asked);
      const oldest = kept.size > KEPT ? kept.keys().next().value : undefined;
      if (oldest !== undefined) kept.delete(oldest);
    },
    clear: () => kept.clear(),
  };
}
