import { type Column, createColumn } from './column.ts';

/** Rows in order of time. */
export interface RowOrder {
  readonly count: number;
  add(row: number): void;
  /** The order of rows that are in it changed. */
  disturb(): void;
  /** The row at that place, the earliest at 0. */
  at(place: number): number;
  readonly cells: Column;
  restore(count: number): void;
}

/** So many late comers are put into their places one by one; more are sorted in with all others. */
const FEW = 32;

/** What comes mostly in order costs nothing; what comes late is sorted in when someone looks. */
export function createRowOrder(compare: (a: number, b: number) => number): RowOrder {
  let cells = createColumn('u32');
  let sorted = 0;
  let count = 0;

  function insert(row: number, among: number): void {
    let low = 0;
    let high = among;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(cells.at(middle), row) <= 0) low = middle + 1;
      else high = middle;
    }
    for (let place = among; place > low; place -= 1) cells.set(place, cells.at(place - 1));
    cells.set(low, row);
  }

  function settle(): void {
    if (sorted === count) return;
    if (count - sorted <= FEW) {
      for (; sorted < count; sorted += 1) insert(cells.at(sorted), sorted);
      return;
    }
    const rows = Uint32Array.from({ length: count }, (_, place) => cells.at(place)).sort(compare);
    cells = createColumn('u32');
    cells.room(count).set(new Uint8Array(rows.buffer));
    sorted = count;
  }

  return {
    get count() {
      return count;
    },
    add: (row) => {
      cells.set(count, row);
      if (sorted === count && (count === 0 || compare(cells.at(count - 1), row) <= 0)) sorted += 1;
      count += 1;
    },
    disturb: () => {
      sorted = 0;
    },
    at: (place) => {
      settle();
      return cells.at(place);
    },
    get cells() {
      settle();
      return cells;
    },
    restore: (length) => {
      count = length;
      sorted = length;
    },
  };
}
