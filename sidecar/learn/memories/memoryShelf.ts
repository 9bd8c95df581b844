import type { EventOf } from '../../memory/events.ts';
import type { Memory } from '../../memory/memory.ts';
import type { MemoryItem } from '../../protocol/memorySchemas.ts';
import { type HeldMemory, heldMemory } from './heldMemory.ts';
import { createLiveSayings } from './liveSayings.ts';
import { factsOf } from './memoryFacts.ts';
import { foldMemoryStates, type MemorySetting } from './memoryStates.ts';
import { sayingOfMemory } from './sayings.ts';
import { type KnownMemory, settleConflicts } from './settleConflicts.ts';

export interface MemoryShelf {
  /** Everything that is remembered now, newest first. The same list as long as nothing changed. */
  all(): readonly MemoryItem[];
  get(id: string): MemoryItem | undefined;
  /** The text as it holds now: without the names that a newer memory took back. */
  textInForce(item: MemoryItem): string;
}

/** Memories folded from their events: each event once, and afterwards only what something was said about. */
export function createMemoryShelf(memory: Memory): MemoryShelf {
  let fold = createFold(memory);
  let key = '';
  let list: readonly MemoryItem[] = [];
  let items: ReadonlyMap<string, MemoryItem> = new Map();
  let inForce: ReadonlyMap<string, string> = new Map();

  function update(): void {
    const now = `${memory.index.eventCount} ${memory.index.asOf ?? ''}`;
    if (now === key) return;
    let changed = fold.follow();
    if (changed === undefined) {
      fold = createFold(memory);
      fold.follow();
      changed = true;
    }
    key = now;
    if (!changed) return;
    const settled = settleConflicts(fold.known);
    list = [...settled.items].sort(newestFirst);
    items = new Map(list.map((item) => [item.id, item]));
    inForce = settled.inForce;
  }

  return {
    all: () => {
      update();
      return list;
    },
    get: (id) => {
      update();
      return items.get(id);
    },
    textInForce: (item) => inForce.get(item.id) ?? item.text,
  };
}

function newestFirst(a: MemoryItem, b: MemoryItem): number {
  if (a.at !== b.at) return a.at < b.at ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}

interface Fold {
  readonly known: ReadonlyMap<string, KnownMemory>;
  /** Whether something changed; undefined where events went away, so that it must be made anew. */
  follow(): boolean | undefined;
}

function createFold(memory: Memory): Fold {
  const { index } = memory;
  const live = createLiveSayings({ memory, events: () => index.memories(), sayingOf: sayingOfMemory });
  const said = new Map<string, Set<EventOf<'memory'>>>();
  const known = new Map<string, KnownMemory>();
  let settings: ReadonlyMap<string, MemorySetting> = new Map();
  let lastStates: readonly EventOf<'state'>[] | undefined;

  /** Memories on which something else is set than before. */
  function followStates(): string[] {
    const states = index.states();
    if (states === lastStates) return [];
    lastStates = states;
    const before = settings;
    settings = foldMemoryStates(states);
    const all = new Set([...before.keys(), ...settings.keys()]);
    return [...all].filter((of) => before.get(of)?.events.join() !== settings.get(of)?.events.join());
  }

  function rebuild(id: string): void {
    const held: HeldMemory | undefined = heldMemory(
      id,
      [...(said.get(id) ?? [])],
      settings.get(id),
      live.counts,
    );
    if (held) known.set(id, { ...held, facts: factsOf(held.item) });
    else known.delete(id);
  }

  return {
    known,
    follow: () => {
      const touched = live.follow();
      if (touched === undefined) return undefined;
      const ids = new Set(followStates());
      for (const event of touched) {
        const all = said.get(event.memory) ?? new Set();
        said.set(event.memory, all.add(event));
        ids.add(event.memory);
      }
      for (const id of ids) rebuild(id);
      return ids.size > 0;
    },
  };
}
