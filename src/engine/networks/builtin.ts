import { networkConvolutions } from '../../shared/network-taps.ts'
import { conv, maxPool } from '../ops/index.ts'
import { createRandom, type Random } from '../random.ts'
import { evaluate } from '../runtime/evaluate.ts'
import { packTensors } from '../weights/pack.ts'
import { preprocessings, type NetworkWeights, type Tensor } from '../weights/weights.ts'
import { writeExemplars } from './exemplars.ts'
import { bandPass, lowPass, writeOnFeatures, writeOnPicture } from './filters.ts'
import { vggLayers, type Layer } from './layers.ts'
import { weightShapes } from './seeded.ts'

/**
 * The built-in network: VGG-shaped and narrow, and nothing to download, for its filters are made from the pictures at hand.
 *
 * That statistics of features describe a texture does not need training (Ustyuzhaninov et al. 2016; Portilla & Simoncelli
 * 2000). It needs filters that answer to strokes of many sizes and to colour: independent random numbers are mostly
 * high-pass and give grain. So every convolution begins with smoothed brightness and colours; the first of a block adds
 * edges and bars in four directions (filters.ts); all other filters look for patches of the pictures themselves, at
 * positions drawn from the seed (exemplars.ts).
 */
export const builtinLayers: readonly Layer[] = vggLayers({
  convolutions: networkConvolutions.builtin,
  widths: [32, 64, 128, 256, 256],
})

/** Side of the square that pictures are calibrated at; more changes no statistic noticeably. */
export const calibrationSidePx = 192

/**
 * Filters from pictures and a seed, layer after layer, scaled so that the activations of every channel before ReLU have
 * mean 0 and variance 1 over all the given pictures (layer-sequential, as Mishkin & Matas 2016).
 *
 * @param pictures content and styles, [N, 3, 192, 192] in [0,1]
 * @param options threads, 0 for as many as the machine has cores
 */
export async function builtinWeights(
  seed: number,
  pictures: Float32Array,
  { threads }: { threads: number },
): Promise<NetworkWeights> {
  const packed = packTensors(weightShapes(builtinLayers))
  const random = createRandom(seed)
  let features = preprocessed(pictures)
  for (const layer of builtinLayers) {
    if (layer.kind === 'pool') {
      features = await evaluate({ features }, (x) => maxPool(x['features']!), threads)
      continue
    }
    const weight = packed.tensors.get(`${layer.name}.weight`)!
    await writeFilters(layer.name, weight, features, { random, threads })
    features = await evaluate(
      { features, weight },
      (x) => conv(x['features']!, x['weight']!, null, { pad: 1 }),
      threads,
    )
    normalise(weight, packed.tensors.get(`${layer.name}.bias`)!, features)
  }
  return { ...packed, preprocessing: preprocessings.torchvision, origin: `built-in, seed ${seed}` }
}

async function writeFilters(
  name: string,
  weight: Tensor,
  features: Tensor,
  options: { random: Random; threads: number },
): Promise<void> {
  const designed = name.endsWith('_1') ? [...lowPass, ...bandPass] : lowPass
  if (name === 'conv1_1') writeOnPicture(weight, designed)
  else writeOnFeatures(weight, designed)
  await writeExemplars(weight, designed.length, features, options)
}

/** (picture − mean)/std, as the network's own graph has it. */
function preprocessed(pictures: Float32Array): Tensor {
  const area = calibrationSidePx ** 2
  const { mean, std } = preprocessings.torchvision
  const data = pictures.map((value, i) => {
    const channel = Math.floor(i / area) % 3
    return (value - mean[channel]!) / std[channel]!
  })
  return { shape: [data.length / (3 * area), 3, calibrationSidePx, calibrationSidePx], data }
}

/** Makes the normalisation part of the convolution (w/σ, −μ/σ), and applies it, with ReLU, to its activations. */
function normalise(weight: Tensor, bias: Tensor, { shape, data }: Tensor): void {
  const [count, channels, height, width] = shape as [number, number, number, number]
  const area = height * width
  const size = weight.data.length / channels
  for (let channel = 0; channel < channels; channel++) {
    const maps = Array.from({ length: count }, (_, picture) =>
      data.subarray((picture * channels + channel) * area, (picture * channels + channel + 1) * area),
    )
    const { mean, deviation } = momentsOf(maps)
    const filter = weight.data.subarray(channel * size, (channel + 1) * size)
    for (let i = 0; i < size; i++) filter[i]! /= deviation
    bias.data[channel] = -mean / deviation
    for (const map of maps) for (let i = 0; i < area; i++) map[i] = Math.max(0, (map[i]! - mean) / deviation)
  }
}

function momentsOf(maps: readonly Float32Array[]): { mean: number; deviation: number } {
  let [count, sum, squares] = [0, 0, 0]
  for (const map of maps) {
    count += map.length
    for (const value of map) sum += value
  }
  const mean = sum / count
  for (const map of maps) for (const value of map) squares += (value - mean) ** 2
  // A flat picture has no deviation: its features stay at zero.
  return { mean, deviation: Math.sqrt(squares / count + 1e-8) }
}
