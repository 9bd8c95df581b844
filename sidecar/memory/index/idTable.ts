import { type Column, createColumn } from './column.ts';
import { formatUlid, parseUlid, type UlidBits } from './ulidBits.ts';

/** ULIDs numbered in the order of their coming, from 0; 16 bytes each and about 8 to find them by. */
export interface IdTable {
  readonly rows: number;
  /** The row of an id; -1 where it is unknown or no ULID. */
  find(id: string): number;
  /** The row of an id, made where it is new. Throws a `RangeError` for what is no ULID. */
  add(id: string): number;
  id(row: number): string;
  /** Below 0 where the first id comes before the second. */
  compare(rowA: number, rowB: number): number;
  /** The ids themselves, four numbers a row. */
  readonly words: Column;
  /** Takes what was read into `words`. */
  restore(rows: number): void;
}

/** Numbers that an id takes in `words`. */
export const WORDS_OF_ID = 4;
/** Fewer slots than this share would make looking up slow. */
const FULL = 0.6;

export function createIdTable(): IdTable {
  return new HashedIds();
}

class HashedIds implements IdTable {
  readonly words = createColumn('u32');
  #rows = 0;
  /** Row plus one by hash, 0 for free; twice as many as needed, a power of two. */
  #slots = new Uint32Array(64);

  get rows(): number {
    return this.#rows;
  }

  find(id: string): number {
    const bits = parseUlid(id);
    return bits ? this.#rowAt(this.#slotOf(bits)) : -1;
  }

  add(id: string): number {
    const bits = parseUlid(id);
    if (!bits) throw new RangeError(`"${id}" is not a ULID.`);
    const slot = this.#slotOf(bits);
    const known = this.#rowAt(slot);
    if (known >= 0) return known;
    const row = this.#rows;
    for (let word = WORDS_OF_ID - 1; word >= 0; word -= 1)
      this.words.set(row * WORDS_OF_ID + word, bits[word] ?? 0);
    this.#rows += 1;
    this.#slots[slot] = row + 1;
    if (this.#rows > this.#slots.length * FULL) this.#hashAll(this.#slots.length * 2);
    return row;
  }

  id(row: number): string {
    const from = row * WORDS_OF_ID;
    const { words } = this;
    return formatUlid(words.at(from), words.at(from + 1), words.at(from + 2), words.at(from + 3));
  }

  compare(rowA: number, rowB: number): number {
    for (let word = 0; word < WORDS_OF_ID; word += 1) {
      const difference = this.words.at(rowA * WORDS_OF_ID + word) - this.words.at(rowB * WORDS_OF_ID + word);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  restore(rows: number): void {
    this.#rows = rows;
    let slots = 64;
    while (rows > slots * FULL) slots *= 2;
    this.#hashAll(slots);
  }

  #rowAt(slot: number): number {
    return (this.#slots[slot] ?? 0) - 1;
  }

  /** The slot of these bits, or the free one where they belong. */
  #slotOf([a, b, c, d]: UlidBits): number {
    const mask = this.#slots.length - 1;
    let slot = hash(a, b, c, d) & mask;
    for (;;) {
      const row = this.#rowAt(slot);
      if (row < 0) return slot;
      const from = row * WORDS_OF_ID;
      const { words } = this;
      // The last bits differ first.
      if (
        words.at(from + 3) === d &&
        words.at(from + 2) === c &&
        words.at(from + 1) === b &&
        words.at(from) === a
      )
        return slot;
      slot = (slot + 1) & mask;
    }
  }

  #hashAll(size: number): void {
    const slots = new Uint32Array(size);
    const mask = size - 1;
    const bytes = this.words.bytes(this.#rows * WORDS_OF_ID);
    // The numbers themselves: asking the column for each takes longer than all the rest.
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, this.#rows * WORDS_OF_ID);
    for (let row = 0, at = 0; row < this.#rows; row += 1, at += WORDS_OF_ID) {
      let slot = hash(words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = row + 1;
    }
    this.#slots = slots;
  }
}

function hash(a: number, b: number, c: number, d: number): number {
  let mixed = Math.imul(d ^ Math.imul(c, 0x85ebca6b) ^ Math.imul(b, 0xc2b2ae35) ^ a, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
