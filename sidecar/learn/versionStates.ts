import type { EventOf } from '../memory/events.ts';
import type { MemoryIndex } from '../memory/index/memoryIndex.ts';

export type VersionDetail = NonNullable<EventOf<'version'>['detail']>;

/** Examples that a version holds at most. */
export const MAX_VERSION_EXAMPLES = 3;

/** A published version and what became of it. */
export interface VersionState {
  readonly version: string;
  readonly detail: VersionDetail;
  readonly publishedAt: string;
  readonly active: boolean;
  readonly deleted: boolean;
  /** True where something that it was trained on was forgotten since. */
  readonly forgotten: boolean;
}

/** Published versions, newest first; at most one is active. */
export function versionStates(index: Pick<MemoryIndex, 'versions' | 'forgets'>): VersionState[] {
  const forgotten = new Set(index.forgets().flatMap((event) => event.versions));
  const published = new Map<string, EventOf<'version'> & { detail: VersionDetail }>();
  const deleted = new Set<string>();
  let active: string | undefined;
  for (const event of index.versions()) {
    if (event.event === 'published' && event.detail)
      published.set(event.version, { ...event, detail: event.detail });
    if (event.event === 'activated') active = event.version;
    if (event.event === 'deactivated' && active === event.version) active = undefined;
    if (event.event === 'deleted') {
      deleted.add(event.version);
      if (active === event.version) active = undefined;
    }
  }
  return [...published.values()]
    .map(({ version, detail, at }) => ({
      version,
      detail,
      publishedAt: at,
      active: version === active,
      deleted: deleted.has(version),
      forgotten: forgotten.has(version),
    }))
    .reverse();
}

/** The version that answers, where there is one. */
export function activeVersion(index: Pick<MemoryIndex, 'versions' | 'forgets'>): VersionState | undefined {
  return versionStates(index).find((each) => each.active && !each.deleted);
}
