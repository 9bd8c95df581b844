import type { EventOf } from '../../memory/events.ts';
import type { MemoryItem } from '../../protocol/memorySchemas.ts';

/** What all that the user set on a memory comes to. */
export interface MemorySetting {
  readonly state: MemoryItem['state'];
  /** The user's own wording. */
  readonly text: string | undefined;
  /** When the user last switched it on, pinned or edited it: a word for it, as saying it again would be. */
  readonly affirmedAt: string;
  /** What was said up to then counts no more. */
  readonly forgottenAt: string;
  /** Ids of the `state` events, newest first. */
  readonly events: readonly string[];
}

const UNSET: MemorySetting = { state: 'on', text: undefined, affirmedAt: '', forgottenAt: '', events: [] };

/** Settings by memory. @param states in order of time */
export function foldMemoryStates(states: readonly EventOf<'state'>[]): Map<string, MemorySetting> {
  const settings = new Map<string, MemorySetting>();
  for (const event of states) settings.set(event.of, folded(settings.get(event.of) ?? UNSET, event));
  return settings;
}

function folded(known: MemorySetting, { id, at, state, text }: EventOf<'state'>): MemorySetting {
  const events = [id, ...known.events];
  switch (state) {
    case 'on':
    case 'pin':
      return { ...known, events, state, affirmedAt: at };
    case 'off':
      return { ...known, events, state };
    case 'edit':
      return { ...known, events, affirmedAt: at, ...(text !== undefined && { text }) };
    case 'forget':
      return { ...UNSET, events, forgottenAt: at };
  }
}
