import type { EventOf } from '../../memory/events.ts';
import { FACET_START } from './facets.ts';

export interface FacetSum {
  readonly value: number;
  readonly updates: number;
  /** Of the last change. */
  readonly at: string;
}

/**
 * How far clicks on readings can move a facet in a day and in all: which reading is picked says mostly where it stood
 * in the list. Evidence in the user's own words, reasons and edits moves it up to its ends, a day only so far.
 */
export const CAPS = { positionDay: 0.06, position: 0.1, evidenceDay: 0.25 } as const;

/** What of a `persona` event its values are worked out from. */
export type FacetMove = Pick<EventOf<'persona'>, 'at' | 'facetDeltas' | 'signals'>;

/** What a facet can be called. */
const FACET_NAME = /^[\p{L}\p{N}_ .-]{1,64}$/u;

interface Running {
  readonly days: Map<string, { position: number; evidence: number }>;
  updates: number;
  at: string;
}

/**
 * Values of all facets that ever moved: the middle, plus everything that still counts, capped. Worked out from the
 * deltas alone, so that undoing or forgetting one takes exactly that one away. @param events those that count, in order
 * of time
 */
export function foldFacets(events: readonly FacetMove[]): Map<string, FacetSum> {
  const running = new Map<string, Running>();
  for (const { at, facetDeltas, signals } of events) {
    const kind = isPosition(signals) ? 'position' : 'evidence';
    const day = at.slice(0, 10);
    for (const [name, delta] of Object.entries(facetDeltas)) {
      // Other programs write such lines too: one of them must not hide or break all facets.
      if (!FACET_NAME.test(name) || name in {}) continue;
      const facet = running.get(name) ?? { days: new Map(), updates: 0, at };
      const sums = facet.days.get(day) ?? { position: 0, evidence: 0 };
      sums[kind] += within(delta, 1);
      facet.days.set(day, sums);
      facet.updates += 1;
      facet.at = at;
      running.set(name, facet);
    }
  }
  return new Map(
    [...running].map(([name, { days, updates, at }]) => [
      name,
      { value: facetValue(days.values()), updates, at },
    ]),
  );
}

/** True for a change that rests on nothing but which reading was picked; what another program recorded says no more. */
export function isPosition(signals: EventOf<'persona'>['signals']): boolean {
  return typeof signals['evidence'] !== 'string';
}

function facetValue(days: Iterable<{ readonly position: number; readonly evidence: number }>): number {
  let position = 0;
  let evidence = 0;
  for (const day of days) {
    position += within(day.position, CAPS.positionDay);
    evidence += within(day.evidence, CAPS.evidenceDay);
  }
  const clicks = within(position, CAPS.position);
  // Where the two disagree, clicks say nothing.
  const sum = evidence !== 0 && Math.sign(evidence) !== Math.sign(clicks) ? evidence : evidence + clicks;
  return rounded(Math.min(1, Math.max(0, FACET_START + sum)));
}

const within = (value: number, cap: number): number => Math.min(cap, Math.max(-cap, value));

/** Sums of hundredths, without what binary fractions add to them. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
