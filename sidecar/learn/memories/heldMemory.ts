import type { EventOf } from '../../memory/events.ts';
import type { MemoryItem } from '../../protocol/memorySchemas.ts';
import type { MemorySetting } from './memoryStates.ts';

/** A memory before it is known whether a newer one replaces it. */
export interface HeldMemory {
  readonly item: MemoryItem;
  /** When it was last said, or last switched on, pinned or edited: the newest of two that disagree holds. */
  readonly affirmedAt: string;
}

type Said = EventOf<'memory'>;

const MAX_TAGS = 32;
const MAX_EVIDENCE = 20;
/** Of the doubt that is left, each time that it is said again takes this share away. */
const DOUBT_TAKEN = 0.15;
const MOST = 0.99;

/** All that says the same, as one. Undefined where nothing says it any more. */
export function heldMemory(
  id: string,
  said: readonly Said[],
  setting: MemorySetting | undefined,
  stands: (event: Said) => boolean,
): HeldMemory | undefined {
  const newestFirst = [...said].sort((a, b) =>
    a.at === b.at ? (a.id < b.id ? 1 : -1) : a.at < b.at ? 1 : -1,
  );
  const live = newestFirst.filter((event) => event.at > (setting?.forgottenAt ?? '') && stands(event));
  const [newest] = live;
  if (!newest) return undefined;
  const quote = live.find((event) => event.quote !== undefined)?.quote;
  const item: MemoryItem = {
    id,
    type: newest.type,
    text: setting?.text ?? newest.text,
    tags: [...new Set(live.flatMap(({ tags }) => tags))].slice(0, MAX_TAGS),
    confidence: confidenceOf(live),
    ...(quote !== undefined && { quote }),
    source: live.some(({ source }) => source === 'user') ? 'user' : newest.source,
    at: newest.at,
    state: setting?.state ?? 'on',
    // Also what does not count now, and what was set: forgetting must leave nothing of it.
    events: [...newestFirst.map((event) => event.id), ...(setting?.events ?? [])],
    evidence: [...new Set(live.flatMap(evidenceOf))].slice(0, MAX_EVIDENCE),
    count: live.length,
  };
  const affirmed = setting?.affirmedAt ?? '';
  return { item, affirmedAt: affirmed > newest.at ? affirmed : newest.at };
}

const evidenceOf = ({ decision, request, evidence }: Said): string[] =>
  [decision, request, ...evidence].filter((each) => each !== undefined);

/** Said once: as it was said. Said again: surer, but never quite sure, unless the user wrote it. */
function confidenceOf(live: readonly Said[]): number {
  const most = Math.max(...live.map(({ confidence }) => confidence));
  const again = 1 - (1 - most) * (1 - DOUBT_TAKEN) ** (live.length - 1);
  return Math.max(most, Math.min(MOST, again));
}
