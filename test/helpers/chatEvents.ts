import type { ChatEvent } from '../../sidecar/models/engine.ts';

/** All events of a stream. */
export async function collect(stream: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** The answer's text. */
export function textOf(events: readonly ChatEvent[]): string {
  return events.map((event) => (event.kind === 'text' ? event.text : '')).join('');
}

/** The last event, which must be `end`. */
export function endOf(events: readonly ChatEvent[]): Extract<ChatEvent, { kind: 'end' }> {
  const last = events.at(-1);
  if (last?.kind !== 'end') throw new Error(`The stream ended with ${last?.kind}.`);
  return last;
}
