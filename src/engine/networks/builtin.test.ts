import { beforeAll, describe, expect, it } from 'vitest'
import { Graph } from '../graph/graph.ts'
import { createRandom } from '../random.ts'
import { Session } from '../runtime/ort.ts'
import { preprocessings, type NetworkWeights } from '../weights/weights.ts'
import { builtinLayers, builtinWeights, calibrationSidePx } from './builtin.ts'
import { features } from './features.ts'
import { frozen } from './parameter-source.ts'

const area = calibrationSidePx ** 2
const convolutions = builtinLayers.filter(({ kind }) => kind === 'conv').map(({ name }) => name)

/** Two pictures of waves of every length in each channel, with some grain. */
function wavyPictures(seed: number): Float32Array {
  const random = createRandom(seed)
  const waves = Array.from({ length: 6 * 12 }, (_, i) => ({
    x: random.normal() / 2 ** (i % 6),
    y: random.normal() / 2 ** (i % 6),
    phase: 6.3 * random.uniform(),
  }))
  return Float32Array.from({ length: 6 * area }, (_, i) => {
    const plane = Math.floor(i / area)
    const [x, y] = [i % calibrationSidePx, Math.floor((i % area) / calibrationSidePx)]
    const own = waves.slice(12 * plane, 12 * plane + 12)
    const sum = own.reduce((total, wave) => total + Math.sin(wave.x * x + wave.y * y + wave.phase), 0)
    return 0.5 + 0.06 * sum + 0.02 * random.normal()
  })
}

describe('the built-in network', () => {
  const pictures = wavyPictures(1)
  let weights: NetworkWeights
  beforeAll(async () => {
    weights = await builtinWeights(7, pictures, { threads: 2 })
  })

  it('has the same weights for the same seed and pictures', async () => {
    const again = await builtinWeights(7, pictures, { threads: 2 })
    expect(Buffer.compare(again.bytes, weights.bytes)).toBe(0)
  })

  it('has other weights for another seed', async () => {
    const other = await builtinWeights(8, pictures, { threads: 2 })
    expect(Buffer.compare(other.bytes, weights.bytes)).not.toBe(0)
  })

  it('sees no evenly lit surface in its first convolution, but for the six filters that see colour', () => {
    const { data } = weights.tensors.get('conv1_1.weight')!
    const blind = Array.from({ length: data.length / 27 }, (_, filter) => {
      const kernel = data.subarray(27 * filter, 27 * filter + 27)
      const largest = kernel.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      return [0, 9, 18].every((channel) => {
        const sum = kernel.subarray(channel, channel + 9).reduce((total, value) => total + value, 0)
        return Math.abs(sum) < 1e-5 * largest
      })
    })
    expect(blind).toEqual(Array.from({ length: 32 }, (_, filter) => filter >= 6))
  })

  it('is equally active in every channel of every layer on the pictures it was made for', async () => {
    const graph = new Graph()
    const input = graph.input('pictures', [2, 3, calibrationSidePx, calibrationSidePx])
    const taps = features(graph, input, builtinLayers, frozen(weights), {
      taps: convolutions,
      pooling: 'max',
      padding: 'zero',
    })
    graph.output(Object.fromEntries(taps))
    const session = await Session.create(graph, { device: 'cpu', threads: 2, weights: weights.bytes })
    const outputs = await session.run({
      pictures: { shape: [2, 3, calibrationSidePx, calibrationSidePx], data: pictures },
    })
    await session.dispose()
    for (const name of convolutions) {
      const [count, channels, height, width] = outputs[name]!.shape as [number, number, number, number]
      for (let channel = 0; channel < channels; channel++) {
        let [sum, squares] = [0, 0]
        for (let picture = 0; picture < count; picture++) {
          const start = (picture * channels + channel) * height * width
          for (const value of outputs[name]!.data.subarray(start, start + height * width)) {
            sum += value
            squares += value * value
          }
        }
        const size = count * height * width
        expect(sum / size, `mean of ${name}, channel ${channel}`).toBeCloseTo(0, 2)
        expect(squares / size, `variance of ${name}, channel ${channel}`).toBeCloseTo(1, 2)
      }
    }
  })
})

it('Pictures of nothing but the mean colour give finite weights', async () => {
  const { mean } = preprocessings.torchvision
  const pictures = Float32Array.from({ length: 6 * area }, (_, i) => mean[Math.floor(i / area) % 3]!)
  const { tensors } = await builtinWeights(0, pictures, { threads: 2 })
  for (const [name, { data }] of tensors) {
    expect(
      data.every((value) => Math.abs(value) < 1e6),
      name,
    ).toBe(true)
  }
})
