import type { EventOf } from '../memory/events.ts';
import type { Memory } from '../memory/memory.ts';

/** What requests note that went into their prompt. */
export type UsedKind = keyof NonNullable<EventOf<'request'>['used']>;

export interface LastUse {
  readonly request: string;
  readonly at: string;
}

/** Requests that are looked at. */
const LOOK_BACK = 200;
const AT_ONCE = 20;

/** The newest request that each learned thing went into, by its id, among the last 200. Each is read once. */
export function createLastUses(memory: Memory): (kind: UsedKind) => Promise<ReadonlyMap<string, LastUse>> {
  const read = new Map<string, EventOf<'request'>['used']>();

  const usedBy = async (event: string): Promise<void> => {
    if (read.has(event)) return;
    const line = await memory.read(event);
    read.set(event, line?.kind === 'request' ? line.used : undefined);
  };

  return async (kind) => {
    const newest = memory.index.requests({ limit: LOOK_BACK });
    const events = new Set(newest.map((each) => each.event));
    for (const event of read.keys()) if (!events.has(event)) read.delete(event);
    for (let from = 0; from < newest.length; from += AT_ONCE)
      await Promise.all(newest.slice(from, from + AT_ONCE).map((each) => usedBy(each.event)));
    const found = new Map<string, LastUse>();
    for (const { request, at, event } of newest)
      for (const id of read.get(event)?.[kind] ?? []) if (!found.has(id)) found.set(id, { request, at });
    return found;
  };
}
