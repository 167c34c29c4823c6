import { Graph } from '../graph/graph.ts'
import type { Value } from '../graph/value.ts'
import { add, conv, div, maxPool, reduceMean, relu, sqrt, square, sub } from '../ops/index.ts'
import { createRandom } from '../random.ts'
import { Session } from '../runtime/ort.ts'
import { packTensors } from '../weights/pack.ts'
import { preprocessings, type NetworkWeights, type Tensor } from '../weights/weights.ts'
import { vggLayers, type Layer } from './layers.ts'
import { weightShapes } from './seeded.ts'

/**
 * The built-in network: VGG-shaped and narrow, its filters random. Statistics of random features still describe a texture
 * (Ustyuzhaninov et al. 2016; He, Wang & Hopcroft 2016), if the filters do not see the mean brightness and every channel
 * is equally active on the pictures at hand.
 */
export const builtinLayers: readonly Layer[] = vggLayers({
  convolutions: [2, 2, 2, 2, 1],
  widths: [32, 64, 128, 256, 256],
})

/** Side of the square that pictures are calibrated at; more changes no statistic noticeably. */
export const calibrationSidePx = 192

/**
 * Filters from a seed, each with a mean of zero, scaled so that the activations of every channel before ReLU have
 * mean 0 and variance 1 over all the given pictures (layer-sequential, as Mishkin & Matas 2016).
 *
 * @param pictures content and styles, [N, 3, 192, 192] in [0,1]
 */
export async function builtinWeights(
  seed: number,
  pictures: Float32Array,
  options: { threads: number },
): Promise<NetworkWeights> {
  const packed = packTensors(weightShapes(builtinLayers))
  const filters = [...packed.tensors].filter(([name]) => name.endsWith('.weight'))
  const random = createRandom(seed)
  for (const [, tensor] of filters) fillZeroMean(tensor, () => random.normal())
  const moments = await activationMoments(packed, pictures, options.threads)
  for (const layer of builtinLayers) {
    if (layer.kind === 'conv') normalise(packed.tensors, layer.name, moments)
  }
  return { ...packed, preprocessing: preprocessings.torchvision, origin: `built-in, seed ${seed}` }
}

/** Normal numbers from which each filter's own mean is taken away, over every channel that it reads. */
function fillZeroMean({ shape, data }: Tensor, next: () => number): void {
  const size = data.length / shape[0]!
  for (let filter = 0; filter < shape[0]!; filter++) {
    const weights = data.subarray(filter * size, (filter + 1) * size)
    let sum = 0
    for (let i = 0; i < size; i++) sum += weights[i] = next()
    for (let i = 0; i < size; i++) weights[i]! -= sum / size
  }
}

/** Outputs `<conv>/mean` and `<conv>/deviation`, [C], of each convolution when all before it are normalised. */
async function activationMoments(
  { bytes, tensors }: Pick<NetworkWeights, 'bytes' | 'tensors'>,
  pictures: Float32Array,
  threads: number,
): Promise<Record<string, Tensor>> {
  const graph = new Graph()
  const count = pictures.length / (3 * calibrationSidePx ** 2)
  const shape = [count, 3, calibrationSidePx, calibrationSidePx]
  const { mean, std } = preprocessings.torchvision
  const channel = (values: readonly number[]): Value => graph.constant(values, [1, 3, 1, 1])
  let x: Value = div(sub(graph.input('pictures', shape), channel(mean)), channel(std))
  for (const layer of builtinLayers) {
    if (layer.kind === 'pool') {
      x = maxPool(x)
      continue
    }
    const activation = conv(
      x,
      graph.weight(`${layer.name}.weight`, tensors.get(`${layer.name}.weight`)!),
      null,
      { pad: 1 },
    )
    const average = reduceMean(activation, [0, 2, 3], true)
    const centred = sub(activation, average)
    const deviation = sqrt(add(reduceMean(square(centred), [0, 2, 3], true), 1e-8))
    graph.output({ [`${layer.name}/mean`]: average, [`${layer.name}/deviation`]: deviation })
    x = relu(div(centred, deviation))
  }
  const session = await Session.create(graph, { device: 'cpu', threads, weights: bytes })
  try {
    return await session.run({ pictures: { shape, data: pictures } })
  } finally {
    await session.dispose()
  }
}

/** w/σ and −μ/σ: the normalisation becomes part of the convolution. */
function normalise(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  moments: Record<string, Tensor>,
): void {
  const weight = tensors.get(`${name}.weight`)!.data
  const bias = tensors.get(`${name}.bias`)!.data
  const size = weight.length / bias.length
  const [mean, deviation] = [moments[`${name}/mean`]!.data, moments[`${name}/deviation`]!.data]
  for (let filter = 0; filter < bias.length; filter++) {
    for (let i = 0; i < size; i++) weight[filter * size + i]! /= deviation[filter]!
    bias[filter] = -mean[filter]! / deviation[filter]!
  }
}
