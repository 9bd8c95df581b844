import type { MemoryItem } from '../../protocol/memorySchemas.ts';
import type { HeldMemory } from './heldMemory.ts';
import { type MemoryFacts, withoutNames } from './memoryFacts.ts';
import { ALTERNATIVES } from './technologyNames.ts';

export interface KnownMemory extends HeldMemory {
  readonly facts: MemoryFacts;
}

export interface SettledMemories {
  readonly items: readonly MemoryItem[];
  /** Of memories that hold in part only, what holds of the text. */
  readonly inForce: ReadonlyMap<string, string>;
}

/** The newest memory that likes a name, and the newest that does not; keys begin with the type. */
interface Speakers {
  readonly likes: Map<string, KnownMemory>;
  readonly dislikes: Map<string, KnownMemory>;
}

/** Says of each memory whether a newer one holds instead. One that is off speaks against nothing. */
export function settleConflicts(known: ReadonlyMap<string, KnownMemory>): SettledMemories {
  const speakers = speakersByName(known);
  const inForce = new Map<string, string>();
  const items = [...known.values()].map((each): MemoryItem => {
    const { item, facts } = each;
    const gone = takenBack(each, speakers);
    const newest = gone.at(-1);
    if (newest === undefined) return item;
    const names = gone.map(({ name }) => name);
    const isAll = [...facts.likes, ...facts.dislikes].every((name) => names.includes(name));
    const rest = isAll ? undefined : withoutNames(item.text, names);
    if (rest === undefined) return { ...item, replacedBy: newest.by };
    inForce.set(item.id, rest);
    return item;
  });
  return { items, inForce };
}

function speakersByName(known: ReadonlyMap<string, KnownMemory>): Speakers {
  const speakers: Speakers = { likes: new Map(), dislikes: new Map() };
  const put = (map: Map<string, KnownMemory>, key: string, each: KnownMemory): void => {
    const other = map.get(key);
    if (!other || other.affirmedAt < each.affirmedAt) map.set(key, each);
  };
  for (const each of known.values()) {
    if (each.item.state === 'off') continue;
    for (const name of each.facts.likes) put(speakers.likes, keyOf(each, name), each);
    for (const name of each.facts.dislikes) put(speakers.dislikes, keyOf(each, name), each);
  }
  return speakers;
}

const keyOf = ({ item }: KnownMemory, name: string): string => `${item.type} ${name}`;

interface TakenBack {
  readonly by: string;
  readonly affirmedAt: string;
  readonly name: string;
}

/** Names that a newer memory speaks against, in the order in which that was said. */
function takenBack(older: KnownMemory, speakers: Speakers): TakenBack[] {
  const found: TakenBack[] = [];
  const look = (name: string, speaker: KnownMemory | undefined): void => {
    if (!speaker || speaker.affirmedAt <= older.affirmedAt || speaker.item.id === older.item.id) return;
    found.push({ by: speaker.item.id, affirmedAt: speaker.affirmedAt, name });
  };
  for (const name of older.facts.likes) {
    look(name, speakers.dislikes.get(keyOf(older, name)));
    for (const other of alternativesTo(name)) look(name, speakers.likes.get(keyOf(older, other)));
  }
  for (const name of older.facts.dislikes) look(name, speakers.likes.get(keyOf(older, name)));
  return found.sort((a, b) => (a.affirmedAt < b.affirmedAt ? -1 : 1));
}

/** What can't be wanted beside it, for example spaces beside tabs. */
function alternativesTo(name: string): readonly string[] {
  return ALTERNATIVES.filter((group) => group.includes(name))
    .flat()
    .filter((other) => other !== name);
}
