import type { Memory } from '../../memory/memory.ts';
import { AppError } from '../../protocol/errors.ts';
import type { MemoryItem, MemoryType } from '../../protocol/memorySchemas.ts';
import type { Params, Result } from '../../protocol/methods.ts';
import { createLastUses } from './lastUses.ts';
import { createMemorySearch, type MemoryLimits } from './memorySearch.ts';
import { createMemoryShelf } from './memoryShelf.ts';
import { memoryIdOf } from './memoryText.ts';
import { createPersona, type Persona } from './persona.ts';

export interface MemoryBookDeps {
  readonly memory: Memory;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/**
 * Goals, preferences, history and persona as they are now, from everything recorded. Call it once `memory.ready` has
 * resolved; what is forgotten, taken back or switched off is gone from the next call on.
 */
export interface MemoryBook {
  /** Newest first, also those that are off or replaced. */
  list(filter: { readonly type?: MemoryType | undefined; readonly limit: number }): Promise<MemoryItem[]>;
  /** One of them, without where it was used last. */
  get(id: string): MemoryItem | undefined;
  /**
   * Those that are on and not replaced and have to do with the prompt: pinned ones first, then best first, at most so
   * many of each type (pinned ones count, but are never left out). To a prompt of a few words also the newest ones.
   */
  relevant(prompt: string, limits: MemoryLimits): MemoryItem[];
  /** Facets and what moved them. */
  persona(): Result<'persona.get'>;
  /** Facets that are on and clearly away from the middle, as instructions, strongest first: `Keep answers short.` */
  facetLines(): string[];
  /** The same in a few words each: `concise`, `code first`. */
  facetWords(): string[];
  /** Values of the facets that a change is about, before it and with it. */
  previewFacets: Persona['preview'];
  /** Value by name of every facet that is on. */
  facets(): Record<string, number>;
  /**
   * Writes, edits, pins or switches a memory; on disk when it resolves. Rejects with `learned.unknown`, `rpc.invalid`,
   * `memory.*`.
   */
  set(params: Params<'memory.set'>): Promise<MemoryItem>;
  /** Switches a facet; on disk when it resolves. Rejects with `learned.unknown`, `memory.*`. */
  setFacet(name: string, on: boolean): Promise<void>;
}

/** Said by the user in so many words. */
const WRITTEN = 1;

export function createMemoryBook({ memory, clock }: MemoryBookDeps): MemoryBook {
  const shelf = createMemoryShelf(memory);
  const search = createMemorySearch();
  const uses = createLastUses({ memory });
  const persona: Persona = createPersona({ memory });
  return {
    list: async ({ type, limit }) => {
      const all = shelf.all();
      const chosen = (type === undefined ? all : all.filter((item) => item.type === type)).slice(0, limit);
      if (chosen.length === 0) return [];
      const used = await uses.of('memories');
      return chosen.map((item) => {
        const lastUsed = used.get(item.id);
        return lastUsed ? { ...item, lastUsed } : item;
      });
    },
    get: shelf.get,
    relevant: (prompt, limits) => {
      search.follow(shelf.all());
      return search.ranked(prompt, limits, clock()).map((item) => {
        const text = shelf.textInForce(item);
        return text === item.text ? item : { ...item, text };
      });
    },
    persona: persona.get,
    facetLines: persona.lines,
    facetWords: persona.words,
    facets: persona.values,
    previewFacets: persona.preview,
    set: async (params) => {
      const id = params.id === undefined ? await write(memory, shelf.get, params) : params.id;
      if (params.id !== undefined) await change(memory, mustHave(shelf.get, params.id), params);
      return mustHave(shelf.get, id);
    },
    setFacet: async (name, on) => {
      if (!persona.has(name)) {
        throw new AppError('learned.unknown', `There is no facet "${name}".`, { next: 'Check the name.' });
      }
      await memory.append<'state'>({ kind: 'state', of: `facet:${name}`, state: on ? 'on' : 'off' });
    },
  };
}

type Get = (id: string) => MemoryItem | undefined;
type SetParams = Params<'memory.set'>;

function mustHave(get: Get, id: string): MemoryItem {
  const item = get(id);
  if (item) return item;
  throw new AppError('learned.unknown', 'There is no such memory.', {
    why: 'It was forgotten, or what it came from was taken back.',
    next: 'Reload the list of memories.',
  });
}

async function write(memory: Memory, get: Get, { type, text, state }: SetParams): Promise<string> {
  const wording = text === undefined ? '' : oneLine(text);
  if (type === undefined || wording === '') {
    throw new AppError('rpc.invalid', 'A memory needs a type and a text.', {
      next: 'Give both, or the id of the one to change.',
    });
  }
  const id = memoryIdOf(type, wording);
  await memory.append<'memory'>({
    kind: 'memory',
    memory: id,
    type,
    text: wording,
    tags: ['written'],
    confidence: WRITTEN,
    source: 'user',
    scope: 'always',
    evidence: [],
  });
  // Who writes it wants it, also where the same was switched off before.
  const wanted = state ?? (get(id)?.state === 'off' ? 'on' : undefined);
  if (wanted !== undefined && wanted !== get(id)?.state)
    await memory.append<'state'>({ kind: 'state', of: id, state: wanted });
  return id;
}

async function change(memory: Memory, item: MemoryItem, { type, text, state }: SetParams): Promise<void> {
  const wording = text === undefined ? undefined : oneLine(text);
  if (
    wording === '' ||
    (type !== undefined && type !== item.type) ||
    (text === undefined && state === undefined)
  ) {
    throw new AppError('rpc.invalid', 'Only the text and the state of a memory can be changed.', {
      next: 'Give a new text, or on, off or pin.',
    });
  }
  if (wording !== undefined && wording !== item.text)
    await memory.append<'state'>({ kind: 'state', of: item.id, state: 'edit', text: wording });
  // Also where it is on already: said again, it holds over what contradicts it.
  if (state !== undefined) await memory.append<'state'>({ kind: 'state', of: item.id, state });
}

const oneLine = (text: string): string => text.replace(/[\p{Cc}\s\u2028\u2029]+/gu, ' ').trim();
