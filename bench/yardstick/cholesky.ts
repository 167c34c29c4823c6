/**
 * Factorises a symmetric positive definite matrix, C = L·Lᵀ, in place (Golub & Van Loan 2013, section 4.2).
 *
 * @param matrix C, [size, size]; only its lower triangle is read, and becomes L
 */
export function factorise(matrix: Float64Array, size: number): void {
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * size + column]!
      for (let k = 0; k < column; k++) sum -= matrix[row * size + k]! * matrix[column * size + k]!
      matrix[row * size + column] = row === column ? Math.sqrt(sum) : sum / matrix[column * size + column]!
    }
  }
}

/** Solves L·Lᵀ·x = b in place. */
export function solveFactorised(factor: Float64Array, size: number, b: Float64Array): void {
  for (let row = 0; row < size; row++) {
    let sum = b[row]!
    for (let k = 0; k < row; k++) sum -= factor[row * size + k]! * b[k]!
    b[row] = sum / factor[row * size + row]!
  }
  // Column by column from the end, so that L is read along its rows here as well.
  for (let row = size - 1; row >= 0; row--) {
    const value = (b[row]! /= factor[row * size + row]!)
    for (let k = 0; k < row; k++) b[k]! -= factor[row * size + k]! * value
  }
}
