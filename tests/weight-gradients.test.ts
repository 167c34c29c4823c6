import { afterAll, describe, expect, it } from 'vitest'
import type { Graph } from '../src/engine/graph/graph.ts'
import { createOptimizer, type Evaluate } from '../src/engine/minimise/optimizers/optimizer.ts'
import { segmentsOf } from '../src/engine/minimise/optimizers/segments.ts'
import { createRandom } from '../src/engine/random.ts'
import { Session } from '../src/engine/runtime/ort.ts'
import type { Tensor } from '../src/engine/tensor/tensor.ts'
import { parameters } from '../src/shared/contract/parameters.ts'
import {
  pictureFeeds,
  shapes,
  startWeights,
  trained,
  trainingGraph,
  type Pictures,
} from './references/weight-gradients-problem.ts'
import reference from './references/weight-gradients.json' with { type: 'json' }
import { evaluate as interpret } from './support/interpreter.ts'
import type { Tensor64 } from './support/tensor64.ts'

const segments = segmentsOf(shapes)

/** The network on some pictures. */
class Problem {
  readonly feeds: Readonly<Record<string, Tensor>>
  readonly graph: Graph
  readonly session: Promise<Session>

  constructor(pictures: Pictures) {
    this.feeds = pictureFeeds(pictures)
    this.graph = trainingGraph(pictures)
    this.session = Session.create(this.graph, { device: 'cpu', threads: 1 })
  }

  /** The loss, and the gradient of all tensors as one vector. */
  lossOf(tensors: ReadonlyMap<string, Tensor>): Evaluate {
    return async (x) => {
      const outputs = await (await this.session).run({ ...this.feeds, ...Object.fromEntries(tensors) })
      const gradient = new Float32Array(x.length)
      for (const { name, offset } of segments) gradient.set(outputs[`gradient/${name}`]!.data, offset)
      return { loss: outputs['loss']!.data[0]!, gradient }
    }
  }

  /** ∂loss/∂w by central differences, in double precision, for some elements of a tensor. */
  slopesOf(tensors: ReadonlyMap<string, Tensor>, name: string, elements: readonly number[]): number[] {
    const [loss, h] = [this.graph.outputs.get('loss')!, 1e-6]
    const all = [...Object.entries(this.feeds), ...tensors]
    const feeds = Object.fromEntries(all.map(([key, value]) => [key, wide(value)]))
    const lossWith = (element: number, change: number): number => {
      const moved = wide(tensors.get(name)!)
      moved.data[element]! += change
      return interpret(this.graph, { ...feeds, [name]: moved }, [loss]).get(loss)!.data[0]!
    }
    return elements.map((element) => (lossWith(element, h) - lossWith(element, -h)) / (2 * h))
  }
}

const training = new Problem(trained)
/** So small that plain loops evaluate it often enough. */
const checking = new Problem({ batch: 1, side: 8 })
afterAll(async () => {
  for (const { session } of [training, checking]) await (await session).dispose()
})

/** @returns the loss before each step, and after the last */
async function train({ vector, tensors }: ReturnType<typeof startWeights>, steps: number): Promise<number[]> {
  const settings = parameters.parse({ optimizer: 'adam', ...reference.parameters })
  const optimizer = createOptimizer(settings, vector.length, segments)
  const evaluate = training.lossOf(tensors)
  const losses: number[] = []
  for (let step = 0; step < steps; step++) losses.push((await optimizer.step(vector, evaluate)).loss)
  return [...losses, (await evaluate(vector)).loss]
}

const wide = ({ shape, data }: Tensor): Tensor64 => ({ shape, data: Float64Array.from(data) })

const largest = (values: ArrayLike<number>): number => Math.max(...Array.from(values, Math.abs))

describe('a convolutional network whose weights are trained', () => {
  it('has the gradients of PyTorch in every element of every tensor', async () => {
    const { vector, tensors } = startWeights()
    const { gradient } = await training.lossOf(tensors)(vector)
    const expected = new Float32Array(Uint8Array.from(Buffer.from(reference.gradient, 'base64')).buffer)
    expect(gradient).toHaveLength(expected.length)
    for (const { name, offset, length } of segments) {
      const [found, wanted] = [gradient, expected].map((all) => all.subarray(offset, offset + length))
      expect(largest(found!.map((value, i) => value - wanted![i]!)) / largest(wanted!), name).toBeLessThan(
        1e-4,
      )
    }
  })

  it.each([0, 50])(
    'has the slopes of its loss as gradients of every tensor, after %i steps',
    async (steps) => {
      const weights = startWeights()
      await train(weights, steps)
      const { gradient } = await checking.lossOf(weights.tensors)(weights.vector)
      const random = createRandom(steps)
      for (const { name, offset, length } of segments) {
        const own = gradient.subarray(offset, offset + length)
        const elements = Array.from({ length: 4 }, () => Math.floor(random.uniform() * length))
        const slopes = checking.slopesOf(weights.tensors, name, elements)
        for (const [i, element] of elements.entries())
          expect(Math.abs(own[element]! - slopes[i]!) / largest(own), `${name} ${element}`).toBeLessThan(1e-3)
      }
    },
  )

  it('has the losses of PyTorch over 50 steps of Adam', async () => {
    const losses = await train(startWeights(), 50)
    expect(losses).toHaveLength(reference.losses.length)
    for (const [step, loss] of losses.entries())
      expect(Math.abs(loss / reference.losses[step]! - 1), `step ${step}`).toBeLessThan(1e-3)
    expect(losses.at(-1)! / losses[0]!).toBeLessThan(0.2)
  })
})
