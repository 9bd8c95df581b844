/** Most refusals and remarks that are told one by one. */
const MAX_TOLD = 100;
const MAX_TEXT = 500;

export interface ImportReport {
  /** Events that are new, by kind. */
  readonly taken: { readonly kind: string; readonly count: number }[];
  /** Entries of which everything is here already. */
  readonly known: number;
  readonly refused: {
    readonly count: number;
    readonly first: { readonly place: string; readonly reason: string }[];
  };
  readonly remarks: string[];
  /** True where the source is damaged or cut off. */
  readonly damaged: boolean;
  /** Files beside the journal, as paths below the data folder. */
  readonly files: string[];
}

/** Names and texts of a source end up on a terminal: nothing in them may move its cursor or turn its text around. */
const plain = (text: string): string =>
  text.slice(0, MAX_TEXT).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');

/** Counts what an import finds. */
export interface ImportTally {
  /** Number of new events. */
  readonly events: number;
  /** Entries of which everything is here already, or was forgotten here. */
  readonly known: number;
  take(kind: string): void;
  know(): void;
  refuse(place: string, reason: string): void;
  remark(text: string): void;
  /** A remark that says that the source is damaged. */
  damage(text: string): void;
  file(path: string): void;
  report(): ImportReport;
}

export function createImportTally(): ImportTally {
  const taken = new Map<string, number>();
  const first: { place: string; reason: string }[] = [];
  const remarks: string[] = [];
  const files: string[] = [];
  let events = 0;
  let known = 0;
  let refused = 0;
  let damaged = false;
  const remark = (text: string): void => {
    const shown = plain(text);
    if (remarks.length < MAX_TOLD && !remarks.includes(shown)) remarks.push(shown);
  };
  return {
    get events() {
      return events;
    },
    get known() {
      return known;
    },
    take: (kind) => {
      events += 1;
      const shown = plain(kind);
      taken.set(shown, (taken.get(shown) ?? 0) + 1);
    },
    know: () => {
      known += 1;
    },
    refuse: (place, reason) => {
      refused += 1;
      if (first.length < MAX_TOLD) first.push({ place: plain(place), reason: plain(reason) });
    },
    remark,
    damage: (text) => {
      damaged = true;
      remark(text);
    },
    file: (path) => {
      files.push(path);
    },
    report: () => ({
      taken: [...taken].map(([kind, count]) => ({ kind, count })),
      known,
      refused: { count: refused, first },
      remarks,
      damaged,
      files,
    }),
  };
}
