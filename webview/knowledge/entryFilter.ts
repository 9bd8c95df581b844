import type { Entry } from '../knowledgeProtocol.ts';

export const FILTER_STATES = ['all', 'on', 'off', 'pinned'] as const;
export type FilterState = (typeof FILTER_STATES)[number];

export interface Filter {
  readonly text: string;
  readonly state: FilterState;
}

/** Every word must be somewhere in what is shown of it, in capitals or not. */
export function entryFits(entry: Entry, { text, state }: Filter): boolean {
  if (state === 'on' && entry.on !== true) return false;
  if (state === 'off' && entry.on !== false) return false;
  if (state === 'pinned' && entry.pinned !== true) return false;
  const whole = [entry.text, entry.detail, ...entry.notes].join('\n').toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => whole.includes(word));
}
