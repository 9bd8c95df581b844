type Cells = Uint8Array | Uint32Array | Float64Array;

/** Numbers by row in one block of memory that grows by itself; a row that was never set is 0. */
export interface Column {
  at(row: number): number;
  set(row: number, value: number): void;
  /** Copies `rows` rows from one place to another; both lie within the rows that were set. */
  shift(to: number, from: number, rows: number): void;
  /** The bytes of the first `rows` rows; valid until the next change. */
  bytes(rows: number): Uint8Array;
  /** Makes room for `rows` rows and gives their bytes to be filled. */
  room(rows: number): Uint8Array;
}

export type ColumnKind = 'u8' | 'u32' | 'f64';

/** Room for a quarter more than is needed: growing copies everything. */
const HEADROOM = 1.25;
const FEWEST = 64;

/** An empty column of bytes, of unsigned 32-bit numbers, or of any numbers. */
export function createColumn(kind: ColumnKind): Column {
  if (kind === 'u8') return new TypedColumn((length) => new Uint8Array(length));
  if (kind === 'u32') return new TypedColumn((length) => new Uint32Array(length));
  return new TypedColumn((length) => new Float64Array(length));
}

class TypedColumn<T extends Cells> implements Column {
  readonly #make: (length: number) => T;
  #cells: T;

  constructor(make: (length: number) => T) {
    this.#make = make;
    this.#cells = make(0);
  }

  at(row: number): number {
    return this.#cells[row] ?? 0;
  }

  set(row: number, value: number): void {
    if (row >= this.#cells.length) this.#grow(row + 1);
    this.#cells[row] = value;
  }

  shift(to: number, from: number, rows: number): void {
    this.#cells.copyWithin(to, from, from + rows);
  }

  bytes(rows: number): Uint8Array {
    if (rows > this.#cells.length) this.#grow(rows);
    return new Uint8Array(this.#cells.buffer, 0, rows * this.#cells.BYTES_PER_ELEMENT);
  }

  room(rows: number): Uint8Array {
    this.#cells = this.#make(Math.max(FEWEST, Math.ceil(rows * HEADROOM)));
    return this.bytes(rows);
  }

  #grow(rows: number): void {
    const larger = this.#make(Math.max(FEWEST, Math.ceil(rows * HEADROOM)));
    larger.set(this.#cells);
    this.#cells = larger;
  }
}
