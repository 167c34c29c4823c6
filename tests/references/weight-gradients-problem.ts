import { gradients } from '../../src/engine/autodiff/gradient.ts'
import { Graph } from '../../src/engine/graph/graph.ts'
import { features } from '../../src/engine/models/features.ts'
import { vggLayers } from '../../src/engine/models/layers.ts'
import { trainable } from '../../src/engine/models/parameter-source.ts'
import { weightShapes } from '../../src/engine/models/seeded.ts'
import { conv, reduceMean, square, sub } from '../../src/engine/ops/index.ts'
import { packTensors } from '../../src/engine/tensor/pack.ts'
import type { Tensor } from '../../src/engine/tensor/tensor.ts'
import { preprocessings } from '../../src/engine/models/network-weights.ts'
import { createUniform } from './losses-inputs.ts'

/** The network, the weights and the pictures of weight_gradients.py, bit for bit. */

const layers = vggLayers({ convolutions: [2, 1], widths: [8, 16] })

export interface Pictures {
  readonly batch: number
  readonly side: number
}

/** Those that the network is trained with. */
export const trained: Pictures = { batch: 4, side: 16 }

export const shapes: readonly (readonly [name: string, shape: readonly number[]])[] = [
  ...weightShapes(layers),
  ['head.weight', [3, 16, 1, 1]],
  ['head.bias', [3]],
]

/** The weights that it begins with: one vector, and tensors that are views of it. */
export function startWeights(): { vector: Float32Array; tensors: ReadonlyMap<string, Tensor> } {
  const uniform = createUniform(5)
  const { bytes, tensors } = packTensors(shapes)
  for (const [name, { shape, data }] of tensors) {
    const bound = name.endsWith('.bias') ? 0.1 : Math.sqrt(6 / (shape[1]! * shape[2]! * shape[3]!))
    for (let i = 0; i < data.length; i++) data[i] = -bound + 2 * bound * uniform()
  }
  return { vector: new Float32Array(bytes.buffer), tensors }
}

/** The feeds `pictures` [batch, 3, side, side] and `target` [batch, 3, side / 2, side / 2]. */
export function pictureFeeds({ batch, side }: Pictures): Record<string, Tensor> {
  const uniform = createUniform(6)
  const pictures = Float32Array.from({ length: batch * 3 * side ** 2 }, uniform)
  const half = side / 2
  const at = (plane: number, y: number, x: number): number => pictures[(plane * side + y) * side + x]!
  const target = Float32Array.from({ length: batch * 3 * half ** 2 }, (_, i) => {
    const [picture, channel] = [Math.floor(i / (3 * half ** 2)), Math.floor(i / half ** 2) % 3]
    const [y, x] = [2 * (Math.floor(i / half) % half), 2 * (i % half)]
    const plane = 3 * picture + ((channel + 1) % 3)
    return ((at(plane, y, x) + at(plane, y, x + 1) + at(plane, y + 1, x) + at(plane, y + 1, x + 1)) / 4) ** 2
  })
  return {
    pictures: { shape: [batch, 3, side, side], data: pictures },
    target: { shape: [batch, 3, half, half], data: target },
  }
}

/** From the pictures, the target and all tensors to `loss`, and its gradient by each tensor, `gradient/<name>`. */
export function trainingGraph({ batch, side }: Pictures): Graph {
  const graph = new Graph()
  const source = trainable(shapes, preprocessings.none)
  const pictures = graph.input('pictures', [batch, 3, side, side])
  const target = graph.input('target', [batch, 3, side / 2, side / 2])
  const look = { taps: ['relu2_1'], pooling: 'max', padding: 'zero' } as const
  const found = features(graph, pictures, layers, source, look).get('relu2_1')!
  const predicted = conv(found, source.tensor(graph, 'head.weight'), source.tensor(graph, 'head.bias'))
  const loss = reduceMean(square(sub(predicted, target)))
  const names = shapes.map(([name]) => name)
  const slopes = gradients(
    loss,
    names.map((name) => source.tensor(graph, name)),
  )
  graph.output({ loss, ...Object.fromEntries(slopes.map((slope, i) => [`gradient/${names[i]!}`, slope])) })
  return graph
}
