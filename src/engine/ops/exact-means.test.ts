import { describe, expect, it } from 'vitest'
import { Graph, type Value } from '../graph/graph.ts'
import { Session } from '../runtime/ort.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { instanceNorm, reduceMean, reduceSum } from './index.ts'

async function evaluate(
  x: Tensor,
  shape: Value['shape'],
  build: (x: Value) => Record<string, Value>,
): Promise<Record<string, Tensor>> {
  const graph = new Graph()
  graph.output(build(graph.input('x', shape)))
  const session = await Session.create(graph, { device: 'cpu', threads: 0 })
  try {
    return await session.run({ x })
  } finally {
    await session.dispose()
  }
}

function constant(value: number, shape: readonly number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1)
  return { shape, data: new Float32Array(size).fill(value) }
}

// One pass over all of them is off by up to 5.3e-3.
describe.each([0.3, 0.7, 1 / 3, 1, 123.456])('of 4 million times %d', (value) => {
  it.each([
    ['a square', [1, 1, 2048, 2048]],
    ['a wide plane', [1, 1, 512, 8192]],
    ['a tall plane', [1, 1, 8192, 512]],
    ['one long row', [4_194_304]],
  ])('mean and sum are right to 2e-6: %s', async (_, shape) => {
    const axes = shape.map((_, axis) => axis)
    const found = await evaluate(constant(value, shape), shape, (x) => ({
      mean: reduceMean(x),
      kept: reduceMean(x, axes, true),
      sum: reduceSum(x),
    }))
    const exact = Math.fround(value)
    for (const name of ['mean', 'kept'])
      expect(Math.abs(found[name]!.data[0]! / exact - 1), name).toBeLessThan(2e-6)
    expect(Math.abs(found['sum']!.data[0]! / exact / 4_194_304 - 1)).toBeLessThan(2e-6)
  })

  it('the mean is right to 2e-5 where the sides are not known beforehand', async () => {
    const shape = [1, 1, 2048, 2048]
    const found = await evaluate(constant(value, shape), [1, 1, 'H', 'W'], (x) => ({ mean: reduceMean(x) }))
    expect(Math.abs(found['mean']!.data[0]! / Math.fround(value) - 1)).toBeLessThan(2e-5)
  })

  it('instance normalisation gives the bias', async () => {
    const shape = [1, 1, 2048, 2048]
    const { y } = await evaluate(constant(value, shape), shape, (x) => {
      const [one, half] = [1, 0.5].map((number) => x.graph.constant([number]))
      return { y: instanceNorm(x, one!, half!) }
    })
    const largest = y!.data.reduce((most, found) => Math.max(most, Math.abs(found - 0.5)), 0)
    // Rounding left in the mean, a few units in the last place of the value, over √ε.
    expect(largest).toBeLessThan((2e-6 * value) / Math.sqrt(1e-5) + 1e-6)
  })
})
