const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODES = Uint8Array.from(DIGITS, (digit) => digit.charCodeAt(0));
const LENGTH = 26;
/** Value of a character code; 255 for what is no digit. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = DIGITS.indexOf(String.fromCharCode(code));
  return value < 0 ? 255 : value;
});

/** The 128 bits of a ULID as four unsigned 32-bit numbers, highest first; their order is that of the text. */
export type UlidBits = readonly [number, number, number, number];

/** Undefined for what is not a ULID. */
export function parseUlid(text: string): UlidBits | undefined {
  if (text.length !== LENGTH) return undefined;
  const words: [number, number, number, number] = [0, 0, 0, 0];
  let word = 0;
  // 26 digits hold 130 bits, of which the first two must be 0.
  let bits = -2;
  let value = 0;
  for (let at = 0; at < LENGTH; at += 1) {
    const digit = VALUES[text.charCodeAt(at)] ?? 255;
    if (digit > 31 || (at === 0 && digit > 7)) return undefined;
    bits += 5;
    if (bits < 32) {
      value = value * 32 + digit;
      continue;
    }
    // The word ends within this digit.
    const rest = bits - 32;
    words[word] = (value * 2 ** (5 - rest) + (digit >>> rest)) >>> 0;
    word += 1;
    value = digit & ((1 << rest) - 1);
    bits = rest;
  }
  return words;
}

/** The text of the bits. */
export function formatUlid(a: number, b: number, c: number, d: number): string {
  const text = Buffer.allocUnsafe(LENGTH);
  // Each word ends within a digit: 32 bits are six digits and two bits.
  put(text, 0, a >>> 4, 6);
  put(text, 6, ((a & 0xf) << 1) | (b >>> 31), 1);
  put(text, 7, (b >>> 1) & 0x3fffffff, 6);
  put(text, 13, ((b & 1) << 4) | (c >>> 28), 1);
  put(text, 14, (c >>> 3) & 0x1ffffff, 5);
  put(text, 19, ((c & 7) << 2) | (d >>> 30), 1);
  put(text, 20, d & 0x3fffffff, 6);
  return text.toString('latin1');
}

function put(text: Buffer, at: number, value: number, digits: number): void {
  for (let digit = 0; digit < digits; digit += 1)
    text[at + digit] = CODES[(value >>> (5 * (digits - 1 - digit))) & 31] ?? 0;
}
