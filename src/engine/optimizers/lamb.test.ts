import { expect, it } from 'vitest'
import { Lamb } from './lamb.ts'

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
