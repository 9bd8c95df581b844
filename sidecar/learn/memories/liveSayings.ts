import type { EventOf } from '../../memory/events.ts';
import type { Memory } from '../../memory/memory.ts';
import { lastChoices, type Saying, stands } from './sayings.ts';

export interface LiveSayings<E> {
  /**
   * Events that are new, or that came to count or ceased to since the last call; undefined where events went away, so
   * that whatever was made of them must be made anew.
   */
  follow(): ReadonlySet<E> | undefined;
  /** Whether what the event came from still stands. */
  counts(event: E): boolean;
}

export interface LiveSayingsDeps<E> {
  readonly memory: Memory;
  readonly events: () => readonly E[];
  readonly sayingOf: (event: E) => Saying;
}

/** Follows learned events, and what they came from, so that undoing and forgetting take them back by themselves. */
export function createLiveSayings<E extends { readonly id: string }>({
  memory,
  events,
  sayingOf,
}: LiveSayingsDeps<E>): LiveSayings<E> {
  const { index } = memory;
  const live = new Map<string, boolean>();
  const byDecision = new Map<string, E[]>();
  const byRequest = new Map<string, E[]>();
  let choices: ReadonlyMap<string, EventOf<'choice'>> = new Map();
  let lastEvents: readonly E[] | undefined;
  let lastList: readonly EventOf<'choice'>[] | undefined;
  let position: number | undefined;

  const add = (event: E): void => {
    live.set(event.id, true);
    const { request, decision } = sayingOf(event);
    if (decision !== undefined) pushTo(byDecision, decision, event);
    if (request !== undefined) pushTo(byRequest, request, event);
  };

  /** Of requests whose last choice is another one than before. */
  function followChoices(): E[] {
    const list = index.choices();
    if (list === lastList) return [];
    lastList = list;
    const before = choices;
    choices = lastChoices(list);
    return [...choices].flatMap(([request, { id }]) =>
      before.get(request)?.id === id ? [] : (byRequest.get(request) ?? []),
    );
  }

  return {
    counts: ({ id }) => live.get(id) === true,
    follow: () => {
      const all = events();
      const fresh = all === lastEvents ? [] : all.filter(({ id }) => !live.has(id));
      lastEvents = all;
      for (const event of fresh) add(event);
      if (live.size !== all.length) return undefined;
      const changes = index.changedSince(position);
      const isUnsure = position !== undefined && changes.requests === undefined;
      position = changes.position;
      if (isUnsure) return undefined;
      const touched = new Set(fresh);
      const suspects = changes.decisions.flatMap((decision) => byDecision.get(decision) ?? []);
      for (const event of new Set([...fresh, ...suspects, ...followChoices()])) {
        const is = stands(sayingOf(event), index, choices);
        if (live.get(event.id) !== is) touched.add(event);
        live.set(event.id, is);
      }
      return touched;
    },
  };
}

function pushTo<E>(map: Map<string, E[]>, key: string, event: E): void {
  const known = map.get(key);
  if (known) known.push(event);
  else map.set(key, [event]);
}
