import type { JournalEvent } from '../../../sidecar/memory/events.ts';
import { createMemoryIndex } from '../../../sidecar/memory/index/createMemoryIndex.ts';
import { insertDerived } from '../../../sidecar/memory/views/derivedRows.ts';
import { insertEvent, type Value } from '../../../sidecar/memory/views/eventRows.ts';
import type { EventSource } from '../../../sidecar/memory/views/eventSource.ts';

/** Events as a view is made from them. */
export function sourceOf(events: readonly JournalEvent[]): EventSource {
  const index = createMemoryIndex();
  for (const each of events) index.add(each, each, { segment: '', offset: 0, length: 0 });
  return {
    index,
    async *events() {
      yield* events;
    },
    read: async (id) => events.find((each) => each.id === id),
  };
}

export async function textOf(pieces: Iterable<string> | AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

/** Rows by table, in the order of their insertion. */
export async function rowsOf(
  events: readonly JournalEvent[],
): Promise<Record<string, (Value | undefined)[][]>> {
  const rows: Record<string, (Value | undefined)[][]> = {};
  const source = sourceOf(events);
  const insert = (table: string, ...values: (Value | undefined)[]): void => {
    rows[table] = [...(rows[table] ?? []), values];
  };
  for await (const each of source.events()) await insertEvent(source, each, insert);
  await insertDerived(source, insert);
  return rows;
}
