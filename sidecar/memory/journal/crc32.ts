import * as zlib from 'node:zlib';

/** CRC-32 (IEEE) of the bytes, as an unsigned 32-bit number. */
export function crc32(bytes: Uint8Array): number {
  // Node has it natively only from 20.15 on.
  return typeof zlib.crc32 === 'function' ? zlib.crc32(bytes) : crc32Table(bytes);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/** The same in plain JavaScript. */
export function crc32Table(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
