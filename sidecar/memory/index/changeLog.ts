/** Which rows changed, for those who follow an index. */
export interface ChangeLog {
  /** True once someone asked: until then nothing is noted. */
  readonly isFollowed: boolean;
  note(row: number): void;
  /** Anything may have changed. */
  lose(): void;
  /** What changed since that position, and the position now; `rows` is undefined where that is not known. */
  since(position: number | undefined): { readonly position: number; readonly rows?: ReadonlySet<number> };
}

/** Who asks later than after so many changes looks at everything. */
const KEPT = 20_000;

export function createChangeLog(): ChangeLog {
  let isFollowed = false;
  /** The position of the first row that is kept. */
  let from = 0;
  let rows: number[] = [];
  return {
    get isFollowed() {
      return isFollowed;
    },
    note: (row) => {
      if (!isFollowed) return;
      rows.push(row);
      if (rows.length < 2 * KEPT) return;
      rows = rows.slice(KEPT);
      from += KEPT;
    },
    lose: () => {
      from += rows.length + 1;
      rows = [];
    },
    since: (asked) => {
      isFollowed = true;
      const position = from + rows.length;
      if (asked === undefined || asked < from || asked > position) return { position };
      return { position, rows: new Set(rows.slice(asked - from)) };
    },
  };
}
