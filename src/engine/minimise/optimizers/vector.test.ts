import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dot, maxAbs, sumAbs } from './vector.ts'

it('dot sums every element, whatever the length', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 }))),
      (rows) => {
        const a = Float32Array.from(rows, ([value]) => value)
        const b = Float32Array.from(rows, ([, value]) => value)
        expect(dot(a, b)).toBe(rows.reduce((sum, [left, right]) => sum + left * right, 0))
      },
    ),
  )
})

it('dot accumulates in double precision', () => {
  expect(dot(Float32Array.of(1e8, 1, -1e8, 0, 0), new Float32Array(5).fill(1))).toBe(1)
})

it('sumAbs and maxAbs look at magnitudes', () => {
  expect(sumAbs(Float32Array.of(-3, 2))).toBe(5)
  expect(maxAbs(Float32Array.of(-3, 2))).toBe(3)
})
