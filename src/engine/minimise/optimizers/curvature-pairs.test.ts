import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CurvaturePairs } from './curvature-pairs.ts'

const size = 3
const vector = fc
  .array(fc.integer({ min: -100, max: 100 }), { minLength: size, maxLength: size })
  .map((values) => Float32Array.from(values, (value) => value / 16))
/** y = D·s with a positive diagonal, so that yᵀs > 0. */
const pair = fc.tuple(vector, vector).map(([s, d]) => {
  const safe = s.map((value) => value || 1)
  return { s: safe, y: safe.map((value, i) => value * (0.5 + Math.abs(d[i]!))) }
})

it('The ring of pairs multiplies as the BFGS matrix built from the newest pairs does', () => {
  fc.assert(
    fc.property(
      fc.array(pair, { maxLength: 9 }),
      fc.integer({ min: 1, max: 4 }),
      vector,
      (list, capacity, q) => {
        const pairs = new CurvaturePairs(capacity)
        for (const { s, y } of list) pairs.push(s.slice(), y.slice())
        const product = q.slice()
        pairs.multiplyInverseHessian(product, 0.5)
        const expected = multiply(inverseHessian(list.slice(-capacity), 0.5), [...q])
        const scale = 1 + Math.max(...expected.map(Math.abs), ...q.map(Math.abs))
        for (let i = 0; i < size; i++) expect(Math.abs(product[i]! - expected[i]!) / scale).toBeLessThan(1e-3)
      },
    ),
  )
})

it('A full ring returns the vectors of the pair that it forgets, and one that fills allocates nothing', () => {
  const pairs = new CurvaturePairs(1)
  const s = Float32Array.of(1, 2)
  const y = Float32Array.of(3, 4)
  expect(pairs.push(s, y)).toBeNull()
  const forgotten = pairs.push(Float32Array.of(5, 6), Float32Array.of(7, 8))
  expect(forgotten?.s).toBe(s)
  expect(forgotten?.y).toBe(y)
  expect(pairs.oldestFirst()).toMatchObject([{ s: Float32Array.of(5, 6), y: Float32Array.of(7, 8) }])
})

/** H ← (I − ρ·s·yᵀ)·H·(I − ρ·y·sᵀ) + ρ·s·sᵀ from γ·I (Nocedal & Wright 2006, equation 7.16), in dense double matrices. */
function inverseHessian(list: readonly { s: Float32Array; y: Float32Array }[], gamma: number): number[][] {
  let h = matrix((i, j) => (i === j ? gamma : 0))
  for (const { s, y } of list) {
    const rho = 1 / s.reduce((sum, value, i) => sum + value * y[i]!, 0)
    const right = matrix((i, j) => (i === j ? 1 : 0) - rho * y[i]! * s[j]!)
    const left = matrix((i, j) => right[j]![i]!)
    const inner = product(product(left, h), right)
    h = matrix((i, j) => inner[i]![j]! + rho * s[i]! * s[j]!)
  }
  return h
}

function matrix(entry: (i: number, j: number) => number): number[][] {
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => entry(i, j)))
}

function product(a: number[][], b: number[][]): number[][] {
  return matrix((i, j) => a[i]!.reduce((sum, value, k) => sum + value * b[k]![j]!, 0))
}

function multiply(a: number[][], v: readonly number[]): number[] {
  return a.map((row) => row.reduce((sum, value, j) => sum + value * v[j]!, 0))
}
