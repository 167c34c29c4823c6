import { expect, it } from 'vitest'
import { Adam } from './optimizers/adam.ts'
import { minimise } from './minimise.ts'

const adam = (): Adam => new Adam({ learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }, 2)

/** (x₀ − 3)² + (x₁ + 1)² */
const bowl = (x: Float32Array): Promise<{ loss: number; gradient: Float32Array }> =>
  Promise.resolve({
    loss: (x[0]! - 3) ** 2 + (x[1]! + 1) ** 2,
    gradient: Float32Array.of(2 * (x[0]! - 3), 2 * (x[1]! + 1)),
  })

it('finds the minimum, and takes exactly the steps that it may', async () => {
  const x = Float32Array.of(0, 0)
  const losses: number[] = []
  await minimise(x, bowl, adam(), {
    before: () => losses.length < 300,
    after: ({ loss }) => void losses.push(loss),
  })
  expect(losses).toHaveLength(300)
  expect(x[0]).toBeCloseTo(3, 2)
  expect(x[1]).toBeCloseTo(-1, 2)
})

it('waits for what comes before and after a step, in turn', async () => {
  const order: string[] = []
  const later = async (name: string): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 1))
    order.push(name)
  }
  await minimise(Float32Array.of(0, 0), (x) => (order.push('evaluate'), bowl(x)), adam(), {
    before: async () => {
      await later('before')
      return order.length < 4
    },
    after: () => later('after'),
  })
  expect(order).toEqual(['before', 'evaluate', 'after', 'before'])
})

it('continues from where `after` has moved the vector', async () => {
  const x = Float32Array.of(2.9, -1)
  let steps = 0
  await minimise(x, bowl, adam(), {
    before: () => steps++ < 100,
    after: () => void (x[0] = Math.min(2, x[0]!)),
  })
  expect(x[0]).toBe(2)
})

it('leaves the vector as it was where a step fails', async () => {
  const x = Float32Array.of(1, 1)
  const broken = (): Promise<never> => Promise.reject(new Error('no device'))
  await expect(minimise(x, broken, adam(), { before: () => true })).rejects.toThrow('no device')
  expect([...x]).toEqual([1, 1])
})
