import { createHash } from 'node:crypto';
import type { Envelope } from '../events.ts';
import type { Found } from '../import/foreignRecord.ts';
import { redactDeep } from './redactDeep.ts';

/** Fields that are ids, hashes, times or words of the program: never secrets, and changing them would break the event. */
const KEPT = new Set(['v', 'id', 'at', 'writer', 'kind', 'sha256']);

/**
 * Replaces secrets in events. An answer whose text changes gets the hash of its new text, and so do the decisions on
 * it; for that the journal is read once before.
 */
export async function createEventRedactor(
  journal: AsyncIterable<Found>,
  redact: (text: string) => string,
): Promise<(event: Envelope) => Envelope> {
  const hashes = new Map<string, string>();
  for await (const found of journal) {
    if (found.what !== 'line' || found.event.kind !== 'candidate') continue;
    const { text, sha256 } = textAndHash(found.event);
    const after = redact(text);
    if (after !== text) hashes.set(sha256, createHash('sha256').update(after, 'utf8').digest('hex'));
  }
  return (event) => {
    const fields = Object.entries(event).map(([name, value]): [string, unknown] => {
      if (name === 'sha256' && typeof value === 'string') return [name, hashes.get(value) ?? value];
      return [name, KEPT.has(name) ? value : redactDeep(value, redact)];
    });
    const { v, id, at, writer, kind } = event;
    return { ...Object.fromEntries(fields), v, id, at, writer, kind };
  };
}

function textAndHash(event: Envelope): { text: string; sha256: string } {
  const [text, sha256] = [event['text'], event['sha256']];
  return { text: typeof text === 'string' ? text : '', sha256: typeof sha256 === 'string' ? sha256 : '' };
}
