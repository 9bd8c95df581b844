import { LINE_FEED } from '../journal/lineCodec.ts';
import { MAX_LINE } from './byteLines.ts';

const [QUOTE, RETURN] = [0x22, 0x0d];

export interface CsvRecord {
  /** Of its first line, from 1. */
  readonly line: number;
  /** Bytes of its cells without their quotes; undefined where it breaks the rules. */
  readonly cells: readonly Buffer[] | undefined;
  readonly reason: string;
}

/**
 * The records of a CSV text as RFC 4180 has them, empty lines left out. A record that breaks the rules is told with its
 * reason, and reading goes on behind its line end; a quote that is never closed takes the rest with it.
 */
export async function* csvRecords(
  chunks: AsyncIterable<Buffer>,
  delimiter: number,
): AsyncGenerator<CsvRecord> {
  const reader = new CsvReader(delimiter);
  for await (const chunk of chunks) {
    reader.feed(chunk);
    yield* reader.take();
  }
  reader.end();
  yield* reader.take();
}

type Where = 'start' | 'plain' | 'quoted' | 'quoteInQuoted' | 'broken';

class CsvReader {
  readonly #delimiter: number;
  #found: CsvRecord[] = [];
  #where: Where = 'start';
  #reason = '';
  #cells: Buffer[] = [];
  #parts: Buffer[] = [];
  #bytes = 0;
  #line = 1;
  #firstLine = 1;

  constructor(delimiter: number) {
    this.#delimiter = delimiter;
  }

  take(): CsvRecord[] {
    return this.#found.splice(0);
  }

  feed(chunk: Buffer): void {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte === LINE_FEED) this.#line += 1;
      if (byte !== QUOTE && byte !== this.#delimiter && byte !== LINE_FEED) {
        // Most bytes are text of a cell and are taken over in one piece.
        if (this.#where === 'start') this.#where = 'plain';
        else if (this.#where === 'quoteInQuoted' && byte !== RETURN)
          this.#break('a quoted cell goes on behind its quote');
        continue;
      }
      if (byte !== QUOTE && this.#where === 'quoted') continue;
      this.#hold(chunk.subarray(from, at));
      from = this.#special(byte) ? at + 1 : at;
    }
    this.#hold(chunk.subarray(from));
  }

  end(): void {
    if (this.#where === 'quoted') this.#break('a quote is not closed; what follows is lost with it');
    if (this.#cells.length > 0 || this.#bytes > 0 || this.#where !== 'start') this.#endRecord();
  }

  /** Handles a quote, a delimiter or a line feed; true where it is not part of a cell. */
  #special(byte: number): boolean {
    if (byte === QUOTE) return this.#quote();
    if (byte === LINE_FEED) this.#endRecord();
    else if (this.#where !== 'broken') this.#endCell();
    return true;
  }

  #quote(): boolean {
    if (this.#where === 'start') this.#where = 'quoted';
    else if (this.#where === 'quoted') this.#where = 'quoteInQuoted';
    else if (this.#where === 'quoteInQuoted') {
      this.#where = 'quoted';
      return false; // two quotes stand for one, which is held with what follows
    } else this.#break('a quote stands inside a cell that is not quoted');
    return true;
  }

  #endCell(): void {
    this.#cells.push(Buffer.concat(this.#parts));
    this.#parts = [];
    this.#where = 'start';
  }

  #endRecord(): void {
    const isBroken = this.#where === 'broken';
    const isQuoted = this.#where === 'quoteInQuoted';
    if (!isBroken) this.#endCell();
    if (!isBroken && !isQuoted) this.#cutReturn();
    const isBlank = !isBroken && !isQuoted && this.#cells.length === 1 && this.#cells[0]?.length === 0;
    const cells = isBroken ? undefined : this.#cells;
    if (!isBlank) this.#found.push({ line: this.#firstLine, cells, reason: this.#reason });
    this.#where = 'start';
    this.#reason = '';
    this.#cells = [];
    this.#parts = [];
    this.#bytes = 0;
    this.#firstLine = this.#line;
  }

  /** The return before a line feed belongs to the line end. */
  #cutReturn(): void {
    const last = this.#cells.at(-1);
    if (last?.at(-1) === RETURN) this.#cells[this.#cells.length - 1] = last.subarray(0, -1);
  }

  #break(reason: string): void {
    this.#where = 'broken';
    this.#reason = reason;
    this.#parts = [];
  }

  #hold(bytes: Buffer): void {
    this.#bytes += bytes.length;
    if (this.#bytes > MAX_LINE && this.#where !== 'broken')
      this.#break(`it is larger than ${MAX_LINE / 1_048_576} MB`);
    // Behind a closing quote stands at most the return of the line end.
    if (this.#where === 'broken' || this.#where === 'quoteInQuoted') return;
    if (bytes.length > 0) this.#parts.push(bytes);
  }
}
