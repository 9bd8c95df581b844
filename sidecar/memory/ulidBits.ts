const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
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
  return (
    digits(a >>> 29, 1) +
    digits((a >>> 4) & 0x1ffffff, 5) +
    digits(((a & 0xf) << 1) | (b >>> 31), 1) +
    digits((b >>> 1) & 0x3fffffff, 6) +
    digits(((b & 1) << 4) | (c >>> 28), 1) +
    digits((c >>> 3) & 0x1ffffff, 5) +
    digits(((c & 7) << 2) | (d >>> 30), 1) +
    digits(d & 0x3fffffff, 6)
  );
}

function digits(value: number, count: number): string {
  let text = '';
  for (let at = count - 1; at >= 0; at -= 1) text += DIGITS[(value >>> (5 * at)) & 31];
  return text;
}
