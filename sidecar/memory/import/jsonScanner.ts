const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];

export interface ScannedValue {
  /** The top-level key under which it stands; empty in a top-level list. */
  readonly section: string;
  /** Its own key where the section is an object, undefined in a list. */
  readonly key: string | undefined;
  /** Its place in the section, from 1. */
  readonly number: number;
  /** The bytes of the value; undefined where it is larger than allowed. */
  readonly bytes: Buffer | undefined;
}

export interface JsonScan {
  /** Values of the sections, each as soon as it is whole. */
  values: AsyncGenerator<ScannedValue>;
  /** Known when the values are through: true where the text ended before its last bracket. */
  readonly cutOff: boolean;
}

/**
 * Walks over a JSON text of `{section: [value, ...] or {key: value, ...}}`, or of `[value, ...]`, and hands out every
 * whole value; nothing else of it is held. A text that was cut off gives what is whole. Only brackets and strings are
 * looked at: whether a value is JSON shows when it is parsed.
 */
export function jsonScanner(chunks: AsyncIterable<Buffer>, maxValue: number): JsonScan {
  const scanner = new Scanner(maxValue);
  async function* values(): AsyncGenerator<ScannedValue> {
    for await (const chunk of chunks) {
      scanner.feed(chunk);
      yield* scanner.take();
    }
  }
  return {
    values: values(),
    get cutOff() {
      return !scanner.ended;
    },
  };
}

interface Section {
  readonly name: string;
  readonly isList: boolean;
  count: number;
}

class Scanner {
  ended = false;
  readonly #max: number;
  #found: ScannedValue[] = [];
  #depth = 0;
  #inString = false;
  #escaped = false;
  #rootIsList = false;
  #section: Section | undefined;
  /** What was gathered since the last separator at the depth of keys and values. */
  #parts: Buffer[] = [];
  #held = 0;
  #sectionName = '';
  #key: string | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  take(): ScannedValue[] {
    return this.#found.splice(0);
  }

  feed(chunk: Buffer): void {
    let from = 0;
    for (let at = 0; at < chunk.length && !this.ended; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#isText(byte) || !this.#matters(byte)) continue;
      this.#hold(chunk.subarray(from, at));
      from = this.#structure(byte) ? at + 1 : at;
    }
    if (!this.ended) this.#hold(chunk.subarray(from));
  }

  /** True inside a string and at both of its quotes. */
  #isText(byte: number): boolean {
    if (!this.#inString) {
      this.#inString = byte === QUOTE;
      return this.#inString;
    }
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inString = false;
    return true;
  }

  /** Depth of the values: directly in a top-level list, else inside a section. */
  get #valueDepth(): number {
    return this.#rootIsList ? 1 : 2;
  }

  #matters(byte: number): boolean {
    if (byte === OPEN_OBJECT || byte === OPEN_LIST || byte === CLOSE_OBJECT || byte === CLOSE_LIST)
      return true;
    return (byte === COMMA || byte === COLON) && this.#depth <= this.#valueDepth;
  }

  /** Handles a bracket or separator; true where it is not part of a value. */
  #structure(byte: number): boolean {
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) return this.#open(byte === OPEN_LIST);
    if (byte === COLON) return this.#colon();
    if (byte === COMMA) return this.#comma();
    return this.#close();
  }

  #open(isList: boolean): boolean {
    this.#depth += 1;
    if (this.#depth === 1) {
      this.#rootIsList = isList;
      if (isList) this.#section = { name: '', isList: true, count: 0 };
      this.#drop();
      return true;
    }
    if (this.#depth !== this.#valueDepth || this.#rootIsList) return false;
    this.#section = { name: this.#sectionName, isList, count: 0 };
    this.#drop();
    return true;
  }

  #colon(): boolean {
    if (this.#depth === 1 && !this.#rootIsList) this.#sectionName = this.#heldKey();
    else if (
      this.#depth === this.#valueDepth &&
      this.#section &&
      !this.#section.isList &&
      this.#key === undefined
    )
      this.#key = this.#heldKey();
    else return false;
    this.#drop();
    return true;
  }

  #comma(): boolean {
    if (this.#depth > this.#valueDepth) return false;
    if (this.#depth === this.#valueDepth) this.#emit();
    this.#key = undefined;
    this.#drop();
    return true;
  }

  #close(): boolean {
    const wasValue = this.#depth > this.#valueDepth;
    if (this.#depth === this.#valueDepth && this.#section) this.#emit();
    this.#depth -= 1;
    if (this.#depth <= 0) this.ended = true;
    if (wasValue) return false;
    this.#section = undefined;
    this.#key = undefined;
    this.#drop();
    return true;
  }

  #emit(): void {
    const section = this.#section;
    if (!section) return;
    const tooLarge = this.#held > this.#max;
    const bytes = tooLarge ? undefined : Buffer.concat(this.#parts);
    if (!tooLarge && (bytes === undefined || isBlank(bytes))) return;
    section.count += 1;
    this.#found.push({ section: section.name, key: this.#key, number: section.count, bytes });
  }

  #hold(bytes: Buffer): void {
    this.#held += bytes.length;
    if (this.#held > this.#max) this.#parts = [];
    else if (bytes.length > 0) this.#parts.push(bytes);
  }

  #drop(): void {
    this.#parts = [];
    this.#held = 0;
  }

  #heldKey(): string {
    try {
      const value: unknown = JSON.parse(Buffer.concat(this.#parts).toString('utf8'));
      return typeof value === 'string' ? value : '';
    } catch {
      return '';
    }
  }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
}
