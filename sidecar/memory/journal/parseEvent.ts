import { type Envelope, eventBodySchema, JOURNAL_VERSION, type JournalEvent } from '../events.ts';

/** The event of a line, or undefined for a kind or shape that this program does not know. */
export function parseEvent(line: Envelope): JournalEvent | undefined {
  if (line.v > JOURNAL_VERSION) return undefined;
  const body = eventBodySchema.safeParse(line);
  if (!body.success) return undefined;
  const { v, id, at, writer } = line;
  return { ...body.data, v, id, at, writer };
}
