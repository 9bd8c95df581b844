import { type Column, createColumn } from './column.ts';

/** Rows in order of time. */
export interface RowOrder {
  readonly count: number;
  add(row: number): void;
  /** The time of a row that is in it changed. */
  move(row: number): void;
  /** The row at that place, the earliest at 0. */
  at(place: number): number;
  /** How many rows come before that one. */
  before(row: number): number;
  readonly cells: Column;
  restore(count: number): void;
}

/** So many late comers are put into their places one by one; more are merged in together. */
const FEW = 32;

/** What comes mostly in order costs nothing; what comes late or moves is put into its place when someone looks. */
export function createRowOrder(compare: (a: number, b: number) => number): RowOrder {
  return new SortedRows(compare);
}

class SortedRows implements RowOrder {
  readonly #compare: (a: number, b: number) => number;
  readonly #moved = new Set<number>();
  #cells = createColumn('u32');
  /** So many rows are in order, those in `#moved` left aside. */
  #sorted = 0;
  #count = 0;

  constructor(compare: (a: number, b: number) => number) {
    this.#compare = compare;
  }

  get count(): number {
    return this.#count;
  }

  get cells(): Column {
    this.#settle();
    return this.#cells;
  }

  add(row: number): void {
    const count = this.#count;
    const isInOrder = this.#sorted === count && this.#moved.size === 0;
    if (isInOrder && (count === 0 || this.#compare(this.#cells.at(count - 1), row) <= 0)) this.#sorted += 1;
    this.#cells.set(count, row);
    this.#count += 1;
  }

  move(row: number): void {
    this.#moved.add(row);
  }

  at(place: number): number {
    this.#settle();
    return this.#cells.at(place);
  }

  before(row: number): number {
    this.#settle();
    return this.#search(this.#count, (other) => this.#compare(other, row) < 0);
  }

  restore(count: number): void {
    this.#moved.clear();
    this.#count = count;
    this.#sorted = count;
  }

  #settle(): void {
    if (this.#moved.size > 0) this.#takeOut();
    if (this.#sorted === this.#count) return;
    if (this.#count - this.#sorted > FEW) this.#merge();
    else for (; this.#sorted < this.#count; this.#sorted += 1) this.#insert(this.#cells.at(this.#sorted));
  }

  /** Puts what moved behind the rows that are in order. */
  #takeOut(): void {
    if (this.#moved.size > FEW) this.#sorted = 0;
    for (let place = 0; place < this.#sorted && this.#moved.size > 0; ) {
      const row = this.#cells.at(place);
      if (!this.#moved.delete(row)) place += 1;
      else {
        this.#cells.shift(place, place + 1, this.#count - place - 1);
        this.#cells.set(this.#count - 1, row);
        this.#sorted -= 1;
      }
    }
    this.#moved.clear();
  }

  #insert(row: number): void {
    const place = this.#search(this.#sorted, (other) => this.#compare(other, row) <= 0);
    this.#cells.shift(place + 1, place, this.#sorted - place);
    this.#cells.set(place, row);
  }

  #merge(): void {
    const early = this.#sorted;
    const late = Uint32Array.from({ length: this.#count - early }, (_, at) => this.#cells.at(early + at));
    late.sort(this.#compare);
    // From the end, so that nothing is overwritten before it was looked at.
    let one = early - 1;
    let other = late.length - 1;
    for (let place = this.#count - 1; other >= 0; place -= 1) {
      const isEarly = one >= 0 && this.#compare(this.#cells.at(one), late[other] ?? 0) > 0;
      this.#cells.set(place, isEarly ? this.#cells.at(one) : (late[other] ?? 0));
      if (isEarly) one -= 1;
      else other -= 1;
    }
    this.#sorted = this.#count;
  }

  /** The first of so many places whose row is not `early`. */
  #search(places: number, early: (row: number) => boolean): number {
    let low = 0;
    let high = places;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (early(this.#cells.at(middle))) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
