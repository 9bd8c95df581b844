import { createHash } from 'node:crypto';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;
const HASH_DIGITS = 16;

/**
 * A ULID that the same content always gets: its time, and in the place of chance 80 bits of the SHA-256 over the
 * parts. `at` is in milliseconds since 1970; 0 where there is none.
 */
export function deterministicUlid(at: number, ...parts: readonly string[]): string {
  const hash = createHash('sha256');
  // The length keeps ('ab', 'c') and ('a', 'bc') apart.
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  const bits = BigInt(`0x${hash.digest('hex').slice(0, 20)}`);
  return digitsOf(BigInt(Math.max(0, Math.floor(at))), TIME_DIGITS) + digitsOf(bits, HASH_DIGITS);
}

function digitsOf(value: bigint, length: number): string {
  let text = '';
  let rest = value;
  for (let i = 0; i < length; i += 1) {
    text = (DIGITS[Number(rest & 31n)] ?? '0') + text;
    rest >>= 5n;
  }
  return text;
}
