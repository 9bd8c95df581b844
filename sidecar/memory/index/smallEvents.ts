import type { EventOf, JournalEvent } from '../events.ts';
import { createForgotten, type Forgotten } from '../forget/forgotten.ts';

/** Feedback without its texts; `corrected` where it has corrections. */
export type FeedbackEntry = Omit<EventOf<'feedback'>, 'text' | 'corrections'> & {
  readonly corrected: boolean;
};

interface Small {
  readonly rule: EventOf<'rule'>;
  readonly state: EventOf<'state'>;
  readonly version: EventOf<'version'>;
  readonly run: EventOf<'run'>;
  readonly feedback: FeedbackEntry;
  readonly forget: EventOf<'forget'>;
  readonly memory: EventOf<'memory'>;
  readonly block: EventOf<'block'>;
  readonly persona: EventOf<'persona'>;
  readonly hypotheses: EventOf<'hypotheses'>;
  readonly choice: EventOf<'choice'>;
}
type SmallKind = keyof Small;

export interface SmallEvents {
  /** Keeps the event where its kind is a small one; false for the others. */
  add(event: JournalEvent): boolean;
  /** Events of a kind in order of time. */
  list<K extends SmallKind>(kind: K): readonly Small[K][];
  reasonsOf(decision: string): readonly EventOf<'reason'>[];
  /** True for the id of what was forgotten. */
  hides(id: string): boolean;
}

/** Events that the index keeps whole, each once by its id. */
export function createSmallEvents(): SmallEvents {
  const shelves: { readonly [K in SmallKind]: Shelf<Small[K]> } = {
    rule: createShelf(),
    state: createShelf(),
    version: createShelf(),
    run: createShelf(),
    feedback: createShelf(),
    forget: createShelf(),
    memory: createShelf(),
    block: createShelf(),
    persona: createShelf(),
    hypotheses: createShelf(),
    choice: createShelf(),
  };
  const forgotten = createForgotten(() => shelves.forget.list());
  const reasons = new Map<string, Shelf<EventOf<'reason'>>>();
  return {
    add: (event) => {
      switch (event.kind) {
        case 'reason': {
          const shelf = reasons.get(event.decision) ?? createShelf();
          reasons.set(event.decision, shelf);
          return shelf.add(event);
        }
        case 'rule':
          return shelves.rule.add(event);
        case 'state':
          return shelves.state.add(event);
        case 'version':
          return shelves.version.add(event);
        case 'run':
          return shelves.run.add(event);
        case 'feedback': {
          const { text, corrections, ...facts } = event;
          return shelves.feedback.add({ ...facts, corrected: corrections !== undefined });
        }
        case 'forget':
          return shelves.forget.add(event);
        case 'memory':
          return shelves.memory.add(event);
        case 'block':
          return shelves.block.add(event);
        case 'persona':
          return shelves.persona.add(event);
        case 'hypotheses':
          return shelves.hypotheses.add(event);
        case 'choice':
          return shelves.choice.add(event);
        default:
          return false;
      }
    },
    list: (kind) => shelves[kind].shown(forgotten),
    reasonsOf: (decision) => forgotten.shown(reasons.get(decision)?.list() ?? []),
    hides: (id) => forgotten.ids.has(id),
  };
}

interface Shelf<E> {
  /** True always. */
  add(event: E): true;
  list(): readonly E[];
  /** Those that are not forgotten; the same list as long as nothing is added or forgotten, so that who counts it can tell. */
  shown(forgotten: Forgotten): readonly E[];
}

function createShelf<
  E extends { readonly kind: string; readonly id: string; readonly at: string },
>(): Shelf<E> {
  const events = new Map<string, E>();
  let sorted: E[] | undefined;
  let left: { readonly of: readonly E[]; readonly ids: unknown; readonly list: readonly E[] } | undefined;
  const list = (): readonly E[] => {
    sorted ??= [...events.values()].sort(byTime);
    return sorted;
  };
  return {
    add: (event) => {
      const known = events.get(event.id);
      // The same event seen again is taken again: texts may have been removed from it.
      if (known && known.at < event.at) return true;
      events.set(event.id, event);
      sorted = undefined;
      return true;
    },
    list,
    shown: (forgotten) => {
      const [all, { ids }] = [list(), forgotten];
      if (left?.of !== all || left.ids !== ids) left = { of: all, ids, list: forgotten.shown(all) };
      return left.list;
    },
  };
}

function byTime(
  a: { readonly id: string; readonly at: string },
  b: { readonly id: string; readonly at: string },
): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
