import type { Memory } from '../../memory/memory.ts';
import { readRequest } from '../recordedTexts.ts';

export interface LastUse {
  readonly request: string;
  readonly at: string;
}

/** Kinds of learned things that a request notes. */
export type UsedKind = 'rules' | 'memories' | 'blocks';

/** Requests that are looked at. */
const LOOKED_AT = 200;
const AT_ONCE = 20;

type Used = Readonly<Record<UsedKind, readonly string[]>>;
const NONE: Used = { rules: [], memories: [], blocks: [] };

export interface LastUses {
  /** The newest request that each thing of a kind went into, among the last 200; each request is read once. */
  of(kind: UsedKind): Promise<ReadonlyMap<string, LastUse>>;
}

export function createLastUses({ memory }: { readonly memory: Memory }): LastUses {
  let read = new Map<string, Used>();
  return {
    of: async (kind) => {
      const newest = memory.index.requests({ limit: LOOKED_AT });
      const now = new Map<string, Used>();
      for (let from = 0; from < newest.length; from += AT_ONCE) {
        await Promise.all(
          newest.slice(from, from + AT_ONCE).map(async ({ request, event }) => {
            now.set(request, read.get(request) ?? (await usedBy(memory, event)));
          }),
        );
      }
      read = now;
      const last = new Map<string, LastUse>();
      for (const { request, at } of newest)
        for (const id of now.get(request)?.[kind] ?? []) if (!last.has(id)) last.set(id, { request, at });
      return last;
    },
  };
}

async function usedBy(memory: Memory, event: string): Promise<Used> {
  return (await readRequest(memory, { event }))?.used ?? NONE;
}
