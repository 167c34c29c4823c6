import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Evaluate } from './contract.ts'
import { Lamb } from './lamb.ts'
import { segmentsOf } from './segments.ts'

const options = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0 }

it('A step has the length of the canvas times the learning rate', async () => {
  const x = Float32Array.of(3, 4)
  await new Lamb(options, 2).step(x, () => Promise.resolve({ loss: 1, gradient: Float32Array.of(7, -7) }))
  expect(Math.hypot(x[0]! - 3, x[1]! - 4)).toBeCloseTo(0.5, 6)
})

it('An all-zero canvas can leave zero', async () => {
  const x = new Float32Array(2)
  await new Lamb(options, 2).step(x, () => Promise.resolve({ loss: 1, gradient: Float32Array.of(7, -7) }))
  expect([...x].map((value) => value.toFixed(4))).toEqual(['-0.1000', '0.1000'])
})

it('A zero gradient leaves the canvas where it is', async () => {
  const x = Float32Array.of(3, 4)
  await new Lamb(options, 2).step(x, () => Promise.resolve({ loss: 1, gradient: new Float32Array(2) }))
  expect([...x]).toEqual([3, 4])
})

/** ½ Σ aᵢ·xᵢ², of elements that know nothing of each other. */
const bowl =
  (curvatures: readonly number[]): Evaluate =>
  (x) =>
    Promise.resolve({
      loss: x.reduce((sum, value, i) => sum + (curvatures[i]! * value ** 2) / 2, 0),
      gradient: x.map((value, i) => curvatures[i]! * value),
    })

it('Each segment moves as a vector of its own would, bit for bit', async () => {
  const part = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 9 })), {
    minLength: 1,
    maxLength: 5,
  })
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 4 }), async (parts) => {
      const decay = { ...options, weightDecay: 0.1 }
      const startOf = (pairs: [number, number][]): Float32Array =>
        Float32Array.from(pairs, ([value]) => value)
      const curvaturesOf = (pairs: [number, number][]): number[] => pairs.map(([, curvature]) => curvature)
      const together = startOf(parts.flat())
      const segments = segmentsOf(parts.map(({ length }, i) => [`${i}`, [length]]))
      const lamb = new Lamb(decay, together.length, segments)
      for (let step = 0; step < 4; step++) await lamb.step(together, bowl(curvaturesOf(parts.flat())))
      for (const [i, { offset, length }] of segments.entries()) {
        const alone = startOf(parts[i]!)
        const own = new Lamb(decay, length)
        for (let step = 0; step < 4; step++) await own.step(alone, bowl(curvaturesOf(parts[i]!)))
        expect(together.subarray(offset, offset + length)).toEqual(alone)
      }
    }),
  )
})

it('A vector of segments keeps its size, and is told of a new objective as any other', async () => {
  const lamb = new Lamb(options, 3, segmentsOf(Object.entries({ kernel: [2, 1], bias: [1] })))
  await lamb.step(Float32Array.of(1, 2, 3), bowl([1, 2, 3]))
  const before = structuredClone(lamb.save())
  lamb.rescale(3, (field) => field)
  expect(lamb.save()).toEqual(before)
  expect(() => lamb.rescale(4, () => new Float32Array(4))).toThrow('cannot be resampled')
})
