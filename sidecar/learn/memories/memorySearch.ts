import MiniSearch from 'minisearch';
import type { MemoryItem } from '../../protocol/memorySchemas.ts';
import { distinctTerms, singular, stopWords } from '../terms.ts';

/** How many of each type go along. */
export interface MemoryLimits {
  readonly goals: number;
  readonly preferences: number;
  readonly history: number;
}

export interface MemorySearch {
  /** Brings the index in step with a list; cheap where little of it changed. */
  follow(items: readonly MemoryItem[]): void;
  /** Pinned ones, then the others that have to do with the prompt, best first, so many of each type. */
  ranked(prompt: string, limits: MemoryLimits, now: number): MemoryItem[];
}

const MAX_PROMPT = 2_000;
const LIMIT_OF = { goal: 'goals', preference: 'preferences', history: 'history' } as const;
/** A request of so few words says little by itself: what the user was last at goes along without a shared word. */
const SHORT = 4;
/** From so many words on, one shared word is chance. */
const LONG = 10;
const WEIGHT = { match: 2, confidence: 0.6, recency: 0.4, written: 0.3 } as const;
const HALF_LIFE_MS = 30 * 24 * 3_600_000;
/** What prompts ask in, and what our own wording and tags put into every memory. */
const STOP = stopWords(
  'at avoids code could create function give goal hey how hypothesis_derived interaction learned me prefers program requested selected should show user using what',
);

/** Signs stay: `c++` and `c#` are names that memories hold. */
export const memoryTerms = (text: string): string[] => [
  ...new Set(distinctTerms(text, /[^\p{L}\p{N}_+#]+/u, STOP).map(singular)),
];

interface Doc {
  readonly id: string;
  readonly words: string;
}

/** Finds memories by their words. */
export function createMemorySearch(): MemorySearch {
  const search = new MiniSearch<Doc>({
    fields: ['words'],
    tokenize: memoryTerms,
    searchOptions: {
      prefix: (term) => term.length >= 4,
      fuzzy: (term) => (term.length > 5 ? 0.2 : false),
    },
  });
  const docs = new Map<string, { readonly item: MemoryItem; readonly doc: Doc }>();
  let items: ReadonlyMap<string, MemoryItem> = new Map();
  let followed: readonly MemoryItem[] | undefined;

  function put(item: MemoryItem): void {
    const known = docs.get(item.id);
    // The same object as long as nothing about it changed.
    if (known?.item === item) return;
    const doc = { id: item.id, words: `${item.text} ${item.tags.join(' ')}` };
    if (known?.doc.words !== doc.words) {
      if (known) search.remove(known.doc);
      search.add(doc);
    }
    docs.set(item.id, { item, doc });
  }

  return {
    follow: (list) => {
      if (list === followed) return;
      followed = list;
      items = new Map(list.filter(isInForce).map((item) => [item.id, item]));
      for (const item of items.values()) put(item);
      if (docs.size === items.size) return;
      for (const [id, { doc }] of docs) {
        if (items.has(id)) continue;
        search.remove(doc);
        docs.delete(id);
      }
    },
    ranked: (prompt, limits, now) => {
      const terms = memoryTerms(prompt.slice(0, MAX_PROMPT));
      const matches = matchesOf(search, terms, (id) => items.get(id)?.type === 'preference');
      const isShort = terms.length <= SHORT;
      const scored = [...items.values()].flatMap((item) => {
        const match = matches.get(item.id) ?? 0;
        const goesAlong = match > 0 || isShort || item.source === 'user' || item.state === 'pin';
        return goesAlong ? [{ item, score: scoreOf(item, match, now) }] : [];
      });
      scored.sort((a, b) => b.score - a.score || (a.item.id < b.item.id ? -1 : 1));
      const left = { ...limits };
      const pinned = scored.filter(({ item }) => item.state === 'pin').map(({ item }) => item);
      for (const { type } of pinned) left[LIMIT_OF[type]] -= 1;
      const others = scored.filter(({ item }) => {
        if (item.state === 'pin' || left[LIMIT_OF[item.type]] <= 0) return false;
        left[LIMIT_OF[item.type]] -= 1;
        return true;
      });
      return [...pinned, ...others.map(({ item }) => item)];
    },
  };
}

const isInForce = ({ state, replacedBy }: MemoryItem): boolean => state !== 'off' && replacedBy === undefined;

/** How well each fits, from 0 to 1 for the best one. */
function matchesOf(
  search: MiniSearch<Doc>,
  terms: readonly string[],
  isPreference: (id: string) => boolean,
): Map<string, number> {
  const found = terms.length === 0 ? [] : search.search(terms.join(' '));
  const [best] = found;
  const needed = terms.length >= LONG ? 2 : 1;
  return new Map(
    found.flatMap(({ id, score, queryTerms, terms: matched }) => {
      // A preference is little but a name: sharing it is no chance.
      const isNamed = isPreference(String(id)) && matched.some((term) => queryTerms.includes(term));
      const isEnough = queryTerms.length >= needed || isNamed;
      return isEnough ? [[String(id), score / (best?.score ?? 1)] as const] : [];
    }),
  );
}

function scoreOf({ at, confidence, source }: MemoryItem, match: number, now: number): number {
  const age = Math.max(0, now - Date.parse(at));
  return (
    WEIGHT.match * match +
    WEIGHT.confidence * confidence +
    WEIGHT.recency * 0.5 ** (age / HALF_LIFE_MS) +
    (source === 'user' ? WEIGHT.written : 0)
  );
}
