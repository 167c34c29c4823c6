import { describe, expect, it } from 'vitest'
import { gradients } from '../autodiff/gradient.ts'
import { Graph } from '../graph/graph.ts'
import { runOnce } from '../graph/prepare.ts'
import { reduceMean, square, sub } from '../ops/index.ts'
import { onDevice } from '../runtime/on-device.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { TargetSource, Term, TermWeights } from './term.ts'
import { WeightedTerm } from './weighted-term.ts'

// A term that nothing else knows of: the squared distance of each layer's mean from a wanted one.

const wanted = { near: 0.5, far: 4 }
const brightness: Term<TermWeights> = {
  loss: (x, _options, target) => square(sub(reduceMean(x), target([]))),
  targets: (_source, taps) =>
    Promise.resolve(
      Object.fromEntries(
        taps.map((tap) => [tap, { shape: [], data: Float32Array.of(wanted[tap as keyof typeof wanted]) }]),
      ),
    ),
}
const prepare = onDevice({ device: 'cpu', threads: 1 })
const canvas: Tensor = { shape: [1, 3, 2, 2], data: new Float32Array(12).fill(1) }

async function evaluate(term: WeightedTerm): Promise<Record<string, Tensor>> {
  const graph = new Graph()
  const input = graph.input('canvas', canvas.shape)
  const parts = term.build(graph, input, new Map(['near', 'far'].map((tap) => [tap, input])))
  graph.output({ ...parts, gradient: gradients(Object.values(parts)[0]!, [input])[0]! })
  const targets = await term.targets({} as TargetSource)
  return runOnce(prepare, graph, { canvas, ...targets, ...term.weights })
}

describe('a term with weights', () => {
  const term = new WeightedTerm<TermWeights>('brightness', brightness, {
    weight: 2,
    layers: { near: 3, none: 0, far: 0.5 },
  })

  it('is the sum of its taps, each times its weight and that of the term', async () => {
    const { sum, layers } = term.read(await evaluate(term))
    expect(layers).toEqual({ 'brightness/near': 2 * 3 * 0.5 ** 2, 'brightness/far': 2 * 0.5 * 3 ** 2 })
    expect(sum).toBe(1.5 + 9)
  })

  it('leaves out taps without weight, and is left out itself without any', () => {
    expect(term.taps).toEqual(['near', 'far'])
    const inactive = [{ weight: 0, layers: { near: 1 } }, { weight: 1, layers: { near: 0 } }, { weight: 0 }]
    for (const options of inactive)
      expect(new WeightedTerm('brightness', brightness, options).isActive).toBe(false)
    expect(term.isActive).toBe(true)
  })

  it('is fed with its weights, so that they can change without another graph', async () => {
    const graph = new Graph()
    const input = graph.input('canvas', canvas.shape)
    graph.output(term.build(graph, input, new Map(['near', 'far'].map((tap) => [tap, input]))))
    const heavier = new WeightedTerm('brightness', brightness, { weight: 4, layers: { near: 3, far: 0 } })
    const feeds = { canvas, ...(await term.targets({} as TargetSource)), ...term.weights, ...heavier.weights }
    expect(heavier.read(await runOnce(prepare, graph, feeds)).sum).toBe(4 * 3 * 0.5 ** 2)
  })

  it('of the canvas itself has no taps', async () => {
    const plain = new WeightedTerm('darkness', { loss: (x) => reduceMean(square(x)) }, { weight: 5 })
    const outputs = await evaluate(plain)
    expect(plain.read(outputs)).toEqual({ sum: 5, layers: {} })
    expect(outputs['gradient']!.data[0]).toBeCloseTo((5 * 2) / 12, 6)
  })
})
