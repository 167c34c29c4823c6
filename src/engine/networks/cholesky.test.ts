import { expect, it } from 'vitest'
import { factorise, solveFactorised } from './cholesky.ts'

it('A factorised matrix solves its equations', () => {
  const matrix = [4, 2, -2, 2, 10, 5, -2, 5, 9]
  const factor = Float64Array.from(matrix)
  factorise(factor, 3)
  const x = [1, -2, 3]
  const b = Float64Array.from([0, 1, 2], (row) =>
    x.reduce((sum, value, column) => sum + matrix[3 * row + column]! * value, 0),
  )
  solveFactorised(factor, 3, b)
  b.forEach((value, i) => expect(value).toBeCloseTo(x[i]!, 12))
})
