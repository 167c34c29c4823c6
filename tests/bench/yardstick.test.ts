import { describe, expect, it } from 'vitest'
import { blend, wassersteinDistance, type Gaussian } from '../../bench/yardstick/gaussian.ts'
import { symmetricEigenvalues } from '../../bench/yardstick/symmetric.ts'

const gaussian = (mean: readonly number[], covariance: readonly number[]): Gaussian => ({
  mean: Float64Array.from(mean),
  covariance: Float64Array.from(covariance),
})

describe('eigenvalues of a symmetric matrix', () => {
  it('match the closed form of the second difference', () => {
    const size = 40
    const matrix = Float64Array.from({ length: size * size }, (_, i) => {
      const distance = Math.abs(Math.floor(i / size) - (i % size))
      return distance === 0 ? 2 : distance === 1 ? -1 : 0
    })
    const found = [...symmetricEigenvalues(matrix, size)].sort((a, b) => a - b)
    for (const [i, value] of found.entries())
      expect(value).toBeCloseTo(2 - 2 * Math.cos((Math.PI * (i + 1)) / (size + 1)), 12)
  })

  it('keep trace and Frobenius norm of a dense matrix', () => {
    const size = 60
    const at = (i: number, j: number): number => Math.sin(1 + i * j + 3 * (i + j))
    const matrix = Float64Array.from({ length: size * size }, (_, i) => at(Math.floor(i / size), i % size))
    const trace = matrix.reduce((sum, value, i) => sum + (i % (size + 1) === 0 ? value : 0), 0)
    const squares = matrix.reduce((sum, value) => sum + value ** 2, 0)
    const found = symmetricEigenvalues(matrix, size)
    expect(found.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace, 10)
    expect(found.reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(squares, 8)
  })
})

describe('the Wasserstein distance of normal distributions', () => {
  const dense = gaussian([1, -2], [5, 2, 2, 3])

  it('is zero between equal ones', () => {
    expect(wassersteinDistance(dense, dense)).toBeCloseTo(0, 12)
  })

  it('adds up means and deviations where channels are independent', () => {
    const distance = wassersteinDistance(gaussian([0, 0], [4, 0, 0, 9]), gaussian([1, 3], [1, 0, 0, 25]))
    expect(distance).toBeCloseTo((1 + 9 + 1 + 4) / 2, 3)
  })

  it('is symmetric where covariances do not commute', () => {
    const other = gaussian([0, 1], [1, -0.5, -0.5, 2])
    expect(wassersteinDistance(dense, other)).toBeCloseTo(wassersteinDistance(other, dense), 12)
    // Closed form for 2 × 2: the trace of the root of M is √(tr M + 2·√det M), with M = Σ·Σt.
    const root = Math.sqrt(9 + 2 * Math.sqrt(11 * 1.75))
    expect(wassersteinDistance(dense, other)).toBeCloseTo((1 + 9 + 8 + 3 - 2 * root) / 2, 3)
  })

  it('has blended paintings share the area by weight', () => {
    const half = blend([
      { gaussian: gaussian([0], [1]), weight: 2 },
      { gaussian: gaussian([2], [3]), weight: 2 },
    ])
    expect([...half.mean, ...half.covariance]).toEqual([1, 3])
  })
})
