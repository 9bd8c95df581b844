import type { SymmetricMatrix } from './linearAlgebra.ts';

const BYTES = 8;

/** Lower half of the matrix, row by row, as little-endian 64-bit floats in base64. */
export function packLower({ size, values }: SymmetricMatrix): string {
  const packed = Buffer.alloc(((size * (size + 1)) / 2) * BYTES);
  let at = 0;
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      packed.writeDoubleLE(values[i * size + j] ?? 0, at);
      at += BYTES;
    }
  }
  return packed.toString('base64');
}

/** The matrix again; throws a RangeError where the text is of another size or holds no covariance. */
export function unpackLower(text: string, size: number): SymmetricMatrix {
  const packed = Buffer.from(text, 'base64');
  if (packed.length !== ((size * (size + 1)) / 2) * BYTES)
    throw new RangeError('The stored matrix has another size.');
  const values = new Float64Array(size * size);
  let at = 0;
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const value = packed.readDoubleLE(at);
      if (!Number.isFinite(value) || (i === j && value <= 0))
        throw new RangeError('The stored matrix holds no covariance.');
      values[i * size + j] = value;
      values[j * size + i] = value;
      at += BYTES;
    }
  }
  return { size, values };
}
