import type { MemoryItem } from '../../sidecar/protocol/memorySchemas.ts';

/** A memory that is on, as the list gives it. */
export function memoryItem(
  type: MemoryItem['type'],
  text: string,
  more: Partial<MemoryItem> = {},
): MemoryItem {
  return {
    id: `${type}:${text}`,
    type,
    text,
    tags: [],
    confidence: 0.8,
    source: 'keywords',
    at: '2026-01-01T00:00:00.000Z',
    state: 'on',
    events: [],
    evidence: [],
    count: 1,
    ...more,
  };
}
