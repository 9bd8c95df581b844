import type { EventOf } from '../events.ts';
import { isForgotten } from './forgetRules.ts';

type Known = { readonly kind: string; readonly id?: string };

/** Everything that was forgotten so far. */
export interface Forgotten {
  /** Ids of requests, answers, decisions and other events. */
  readonly ids: ReadonlySet<string>;
  /** True for an event, or the body of one, that is forgotten or belongs to what is. */
  hides(event: Known): boolean;
  /** The others of them; the very list where all are. */
  shown<E extends Known>(events: readonly E[]): readonly E[];
}

/** Follows a list of `forget` events; a list that changed is another list. */
export function createForgotten(forgets: () => readonly EventOf<'forget'>[]): Forgotten {
  let known: { readonly from: readonly EventOf<'forget'>[]; readonly ids: ReadonlySet<string> } = {
    from: [],
    ids: new Set(),
  };
  const ids = (): ReadonlySet<string> => {
    const from = forgets();
    if (from !== known.from && from.length + known.from.length > 0)
      known = { from, ids: new Set(from.flatMap(forgottenBy)) };
    return known.ids;
  };
  return {
    get ids() {
      return ids();
    },
    hides: (event) => isForgotten(event, ids()),
    shown: (events) => {
      const gone = ids();
      if (!events.some((each) => isForgotten(each, gone))) return events;
      return events.filter((each) => !isForgotten(each, gone));
    },
  };
}

/** Every id that a `forget` event takes. */
export function forgottenBy({ requests, candidates, decisions, events }: EventOf<'forget'>): string[] {
  return [...requests, ...candidates, ...decisions, ...events];
}
