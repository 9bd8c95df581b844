import type { MemoryType } from '../../sidecar/protocol/memorySchemas.ts';
import type { Client } from '../../sidecar/protocol/methods.ts';
import { type KnowledgeSources, readKnowledge } from './knowledgeSources.ts';

/** What is known as it was last read, and what the user sets of it. All reject as the client does. */
export interface KnowledgeBook {
  /** Reads everything anew. */
  read(): Promise<KnowledgeSources>;
  switch(key: string, on: boolean): Promise<void>;
  pin(key: string, pinned: boolean): Promise<void>;
  edit(key: string, text: string): Promise<void>;
  /** Deletes for real. */
  forget(key: string): Promise<void>;
  addMemory(type: MemoryType, text: string): Promise<string>;
  addBlock(phrase: string): Promise<string>;
}

/** `rule:errors` -> `['rule', 'errors']`. */
export function splitKey(key: string): [kind: string, id: string] {
  const at = key.indexOf(':');
  return [key.slice(0, at), key.slice(at + 1)];
}

export function createKnowledgeBook(client: Pick<Client, 'call'>): KnowledgeBook {
  let known: KnowledgeSources | undefined;
  const read = async (): Promise<KnowledgeSources> => {
    known = await readKnowledge(client);
    return known;
  };
  return {
    read,
    async switch(key, on) {
      const [kind, id] = splitKey(key);
      if (kind === 'rule') await client.call('rules.set', { id, on });
      if (kind === 'memory') await client.call('memory.set', { id, state: on ? 'on' : 'off' });
      if (kind === 'facet') await client.call('persona.set', { name: id, on });
      const phrase = kind === 'block' ? known?.blocks.find((each) => each.id === id)?.phrase : undefined;
      if (phrase !== undefined) await client.call('blocks.set', { phrase, on });
    },
    async pin(key, pinned) {
      const [kind, id] = splitKey(key);
      if (kind === 'rule') await client.call('rules.set', { id, pinned });
      if (kind === 'memory') await client.call('memory.set', { id, state: pinned ? 'pin' : 'on' });
    },
    async edit(key, text) {
      const [kind, id] = splitKey(key);
      if (kind === 'rule') await client.call('rules.set', { id, text });
      if (kind === 'memory') await client.call('memory.set', { id, text });
    },
    async forget(key) {
      const [kind, id] = splitKey(key);
      if (kind === 'rule') await client.call('rules.set', { id, forget: true });
      else await forgetEvents(client, known === undefined ? [] : eventsOf(known, key));
    },
    async addMemory(type, text) {
      const { memory } = await client.call('memory.set', { type, text });
      return `memory:${memory.id}`;
    },
    async addBlock(phrase) {
      const { block } = await client.call('blocks.set', { phrase, on: true });
      return `block:${block.id}`;
    },
  };
}

/** Ids that one call of `memory.forget` takes. */
const MAX_IDS = 1_000;

/** Events that say it; deleting these deletes it. */
export function eventsOf({ memories, blocks, persona }: KnowledgeSources, key: string): readonly string[] {
  const [kind, id] = splitKey(key);
  if (kind === 'memory') return memories.find((each) => each.id === id)?.events ?? [];
  if (kind === 'block') return blocks.find((each) => each.id === id)?.events ?? [];
  if (kind !== 'facet') return [];
  return persona.updates.filter(({ facetDeltas }) => facetDeltas[id] !== undefined).map((each) => each.id);
}

async function forgetEvents(client: Pick<Client, 'call'>, events: readonly string[]): Promise<void> {
  for (let from = 0; from < events.length; from += MAX_IDS)
    await client.call('memory.forget', { ids: events.slice(from, from + MAX_IDS), preview: false });
}
