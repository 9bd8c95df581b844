import type { EventOf } from '../../memory/events.ts';
import type { Memory } from '../../memory/memory.ts';
import type { Facet, PersonaUpdate } from '../../protocol/memorySchemas.ts';
import type { Result } from '../../protocol/methods.ts';
import { FACET_START, FACETS } from './facets.ts';
import { createLiveSayings } from './liveSayings.ts';
import { foldMemoryStates } from './memoryStates.ts';
import { type FacetMove, type FacetSum, foldFacets } from './personaFold.ts';
import { sayingOfPersona } from './sayings.ts';

export interface Persona {
  get(): Result<'persona.get'>;
  has(name: string): boolean;
  /** Of facets that are on and clearly away from the middle, strongest first. */
  lines(): string[];
  words(): string[];
  /** Value by name of the facets that are on. */
  values(): Record<string, number>;
  /** Values of the facets that a change is about, before it and with it. */
  preview(move: FacetMove): {
    readonly before: Record<string, number>;
    readonly after: Record<string, number>;
  };
}

type Moved = EventOf<'persona'>;

const MAX_UPDATES = 200;
/** A facet this far from the middle is told to the model; clicks on readings alone never get there. */
const CLEARLY = 0.15;
const MAX_WHY = 1_000;

export function createPersona({ memory }: { readonly memory: Memory }): Persona {
  const sayings = () =>
    createLiveSayings<Moved>({ memory, events: () => memory.index.persona(), sayingOf: sayingOfPersona });
  let live = sayings();
  let key = '';
  let counted: readonly Moved[] = [];
  let sums: ReadonlyMap<string, FacetSum> = new Map();
  let off: ReadonlySet<string> = new Set();

  function update(): void {
    const now = `${memory.index.eventCount} ${memory.index.asOf ?? ''}`;
    if (now === key) return;
    let touched = live.follow();
    if (touched === undefined) {
      live = sayings();
      touched = live.follow();
    }
    key = now;
    off = offFacets(memory);
    if (touched?.size === 0) return;
    counted = memory.index.persona().filter(live.counts);
    sums = foldFacets(counted);
  }

  function facets(): Facet[] {
    update();
    const names = [...new Set([...FACETS.map(({ name }) => name), ...sums.keys()])];
    return names.map((name) => {
      const sum = sums.get(name);
      return {
        name,
        value: sum?.value ?? FACET_START,
        updates: sum?.updates ?? 0,
        ...(sum && { at: sum.at }),
        on: !off.has(name),
      };
    });
  }

  const clearOnes = (): { readonly line: string; readonly words: string }[] =>
    facets()
      .filter(({ on, value }) => on && Math.abs(value - FACET_START) >= CLEARLY)
      .sort((a, b) => Math.abs(b.value - FACET_START) - Math.abs(a.value - FACET_START))
      .flatMap(({ name, value }) => {
        const kind = FACETS.find((each) => each.name === name);
        if (!kind) return [];
        return [value > FACET_START ? kind.high : kind.low];
      });

  return {
    get: () => {
      const all = facets();
      const updates = counted.slice(-MAX_UPDATES).reverse().map(toUpdate);
      return { facets: all, updates };
    },
    preview: (move) => {
      update();
      const moved = foldFacets([...counted, move]);
      const names = Object.keys(move.facetDeltas);
      const of = (from: ReadonlyMap<string, FacetSum>): Record<string, number> =>
        Object.fromEntries(names.map((name) => [name, from.get(name)?.value ?? FACET_START]));
      return { before: of(sums), after: of(moved) };
    },
    has: (name) => facets().some((facet) => facet.name === name),
    lines: () => clearOnes().map(({ line }) => line),
    words: () => clearOnes().map(({ words }) => words),
    values: () => Object.fromEntries(facets().flatMap(({ name, value, on }) => (on ? [[name, value]] : []))),
  };
}

function offFacets(memory: Memory): Set<string> {
  const off = new Set<string>();
  for (const [of, { state }] of foldMemoryStates(memory.index.states()))
    if (of.startsWith('facet:') && state === 'off') off.add(of.slice('facet:'.length));
  return off;
}

function toUpdate({ id, at, facetDeltas, newFacets, signals, request }: Moved): PersonaUpdate {
  const { why, quote, selected_hypothesis_id: reading } = signals;
  const told = typeof why === 'string' ? why : typeof reading === 'string' ? `picked ${reading}` : 'imported';
  const words = typeof quote === 'string' ? `${told}: "${quote}"` : told;
  return {
    id,
    at,
    facetDeltas,
    newFacets,
    why: words.slice(0, MAX_WHY),
    ...(request !== undefined && { request }),
  };
}
