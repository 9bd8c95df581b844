export interface SegmentEntry {
  /** Absent where the segment is gone. */
  readonly name?: string | undefined;
  readonly events: number;
}

/**
 * The segments that events lie in, and how many in each. One that is gone keeps its number; a new one of the same name
 * gets another.
 */
export interface SegmentNames {
  number(name: string): number;
  /** Undefined where the segment is gone. */
  name(number: number): string | undefined;
  /** Counts one event more or less. */
  count(number: number, change: 1 | -1): void;
  drop(name: string): void;
  /** Events whose segment is gone. */
  readonly orphans: number;
  /** By number. */
  all(): readonly SegmentEntry[];
  restore(all: readonly SegmentEntry[]): void;
}

export function createSegmentNames(): SegmentNames {
  const segments: { name: string | undefined; events: number }[] = [];
  const numbers = new Map<string, number>();
  let orphans = 0;

  function add(name: string, events: number): number {
    segments.push({ name, events });
    numbers.set(name, segments.length - 1);
    return segments.length - 1;
  }

  return {
    number: (name) => numbers.get(name) ?? add(name, 0),
    name: (number) => segments[number]?.name,
    count: (number, change) => {
      const segment = segments[number];
      if (!segment) return;
      segment.events += change;
      if (segment.name === undefined) orphans += change;
    },
    drop: (name) => {
      const number = numbers.get(name);
      const segment = number === undefined ? undefined : segments[number];
      if (!segment) return;
      numbers.delete(name);
      segment.name = undefined;
      orphans += segment.events;
    },
    get orphans() {
      return orphans;
    },
    all: () => segments,
    restore: (all) => {
      for (const { name, events } of all) {
        segments.push({ name, events });
        if (name === undefined) orphans += events;
        else numbers.set(name, segments.length - 1);
      }
    },
  };
}
