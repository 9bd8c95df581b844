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
  /** Files beside the journal, as paths below the data folder. */
  readonly files: string[];
}

/** Counts what an import finds. */
export interface ImportTally {
  /** Number of new events. */
  readonly events: number;
  take(kind: string): void;
  know(): void;
  refuse(place: string, reason: string): void;
  remark(text: string): void;
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
  return {
    get events() {
      return events;
    },
    take: (kind) => {
      events += 1;
      taken.set(kind, (taken.get(kind) ?? 0) + 1);
    },
    know: () => {
      known += 1;
    },
    refuse: (place, reason) => {
      refused += 1;
      if (first.length < MAX_TOLD)
        first.push({ place: place.slice(0, MAX_TEXT), reason: reason.slice(0, MAX_TEXT) });
    },
    remark: (text) => {
      if (remarks.length < MAX_TOLD && !remarks.includes(text)) remarks.push(text.slice(0, MAX_TEXT));
    },
    file: (path) => {
      files.push(path);
    },
    report: () => ({
      taken: [...taken].map(([kind, count]) => ({ kind, count })),
      known,
      refused: { count: refused, first },
      remarks,
      files,
    }),
  };
}
