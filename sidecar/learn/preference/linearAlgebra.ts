/** A symmetric matrix of `size` rows, row by row; both halves are kept. */
export interface SymmetricMatrix {
  readonly size: number;
  readonly values: Float64Array;
}

/** The matrix with `diagonal` on its diagonal and zero elsewhere. */
export function diagonalMatrix(diagonal: ArrayLike<number>): SymmetricMatrix {
  const size = diagonal.length;
  const values = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) values[i * size + i] = diagonal[i] ?? 0;
  return { size, values };
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

export function multiply({ size, values }: SymmetricMatrix, vector: ArrayLike<number>): Float64Array {
  const result = new Float64Array(size);
  for (let i = 0; i < size; i += 1) {
    let sum = 0;
    const row = i * size;
    for (let j = 0; j < size; j += 1) sum += (values[row + j] ?? 0) * (vector[j] ?? 0);
    result[i] = sum;
  }
  return result;
}

/** Adds `scale` times the outer product of the vector with itself. */
export function addOuter({ size, values }: SymmetricMatrix, vector: ArrayLike<number>, scale: number): void {
  for (let i = 0; i < size; i += 1) {
    const factor = scale * (vector[i] ?? 0);
    if (factor === 0) continue;
    const row = i * size;
    for (let j = 0; j < size; j += 1) values[row + j] = (values[row + j] ?? 0) + factor * (vector[j] ?? 0);
  }
}

/** As `addOuter`, in the lower half only; `mirrorLower` completes it after many. */
export function addOuterLower(
  { size, values }: SymmetricMatrix,
  vector: ArrayLike<number>,
  scale: number,
): void {
  for (let i = 0; i < size; i += 1) {
    const factor = scale * (vector[i] ?? 0);
    if (factor === 0) continue;
    const row = i * size;
    for (let j = 0; j <= i; j += 1) values[row + j] = (values[row + j] ?? 0) + factor * (vector[j] ?? 0);
  }
}

/** Copies the lower half to the upper one. */
export function mirrorLower({ size, values }: SymmetricMatrix): void {
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j < i; j += 1) values[j * size + i] = values[i * size + j] ?? 0;
  }
}

/** Lower factor L with L L^T = matrix, row by row (Cholesky); throws a RangeError where it is not positive definite. */
export function cholesky({ size, values }: SymmetricMatrix): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = values[i * size + j] ?? 0;
      const rowI = i * size;
      const rowJ = j * size;
      for (let k = 0; k < j; k += 1) sum -= (factor[rowI + k] ?? 0) * (factor[rowJ + k] ?? 0);
      if (i !== j) factor[rowI + j] = sum / (factor[rowJ + j] ?? 1);
      else if (sum > 0) factor[rowI + i] = Math.sqrt(sum);
      else throw new RangeError('The matrix is not positive definite.');
    }
  }
  return factor;
}

/** Solves L L^T x = b for a lower factor. */
export function solveCholesky(factor: Float64Array, b: ArrayLike<number>): Float64Array {
  const size = b.length;
  const x = Float64Array.from(b);
  for (let i = 0; i < size; i += 1) {
    let sum = x[i] ?? 0;
    for (let k = 0; k < i; k += 1) sum -= (factor[i * size + k] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (factor[i * size + i] ?? 1);
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    let sum = x[i] ?? 0;
    for (let k = i + 1; k < size; k += 1) sum -= (factor[k * size + i] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (factor[i * size + i] ?? 1);
  }
  return x;
}

/** Inverse of a positive definite matrix; throws a RangeError for another. */
export function inverse(matrix: SymmetricMatrix): SymmetricMatrix {
  const { size } = matrix;
  const factor = cholesky(matrix);
  const result = { size, values: new Float64Array(size * size) };
  const column = new Float64Array(size);
  for (let c = 0; c < size; c += 1) {
    solveUnit(factor, c, column);
    for (let i = c; i < size; i += 1) result.values[i * size + c] = column[i] ?? 0;
  }
  mirrorLower(result);
  return result;
}

/** Column `c` of the inverse from its diagonal on; what lies above is known by symmetry. */
function solveUnit(factor: Float64Array, c: number, column: Float64Array): void {
  const size = column.length;
  for (let i = c; i < size; i += 1) {
    let sum = i === c ? 1 : 0;
    for (let k = c; k < i; k += 1) sum -= (factor[i * size + k] ?? 0) * (column[k] ?? 0);
    column[i] = sum / (factor[i * size + i] ?? 1);
  }
  for (let i = size - 1; i >= c; i -= 1) {
    let sum = column[i] ?? 0;
    for (let k = i + 1; k < size; k += 1) sum -= (factor[k * size + i] ?? 0) * (column[k] ?? 0);
    column[i] = sum / (factor[i * size + i] ?? 1);
  }
}
