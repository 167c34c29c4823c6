import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { parameters, type Parameters } from '../src/shared/contract/parameters.ts'
import { withNetworkRecipe } from '../src/shared/contract/preset.ts'
import { featureGraph } from '../src/engine/models/feature-graph.ts'
import { momentsGraph } from '../src/engine/objective/terms/style/moments-graph.ts'
import { compactLayers } from '../src/engine/models/perceptual/compact.ts'
import { readCompact } from '../src/engine/weights/compact-file.ts'
import { createRandom } from '../src/engine/random.ts'
import { Session } from '../src/engine/runtime/ort.ts'
import { objectiveOptions } from '../src/engine/methods/optimise/objective-options.ts'
import { onDevice } from '../src/engine/runtime/on-device.ts'
import { ObjectiveSession } from '../src/engine/objective/session.ts'
import type { ObjectiveSource } from '../src/engine/objective/term.ts'
import type { Planes } from '../src/engine/tensor/planes.ts'
import { narrowNetworks, narrowWeights } from './references/losses-inputs.ts'

// In a channel that hardly varies, a variance as E[x²] − μ² comes out below zero in float32. It takes many positions to show: at
// 512 px, the mean of equal numbers was off by 3e-4 in one pass.

const size = { widthPx: 512, heightPx: 384 }
const positions = size.widthPx * size.heightPx

function flat(...colour: readonly [number, number, number]): Planes {
  return {
    ...size,
    rgb: Float32Array.from({ length: 3 * positions }, (_, i) => colour[Math.floor(i / positions)]!),
  }
}

function noisy(level: number, amount: number): Planes {
  const random = createRandom(4)
  return {
    ...size,
    rgb: Float32Array.from({ length: 3 * positions }, () => level + amount * random.uniform()),
  }
}

const pictures = {
  white: flat(1, 1, 1),
  black: flat(0, 0, 0),
  flat: flat(0.3, 0.7, 0.55),
  foggy: noisy(0.8, 0.004),
  lively: noisy(0, 1),
}
type Name = keyof typeof pictures

const pairs: readonly (readonly [canvas: Name, style: Name])[] = [
  ['white', 'lively'],
  ['foggy', 'lively'],
  ['lively', 'flat'],
  ['black', 'white'],
]

let networks: Record<Parameters['network'], Pick<ObjectiveSource, 'layers' | 'weights'>>
beforeAll(async () => {
  networks = {
    compact: { layers: compactLayers, weights: await readCompact('resources/networks/compact.safetensors') },
    vgg16: { layers: narrowNetworks.vgg16.layers, weights: narrowWeights('vgg16', 'caffe') },
    vgg19: { layers: narrowNetworks.vgg19.layers, weights: narrowWeights('vgg19', 'torchvision') },
  }
})

async function expectFinite(settings: Parameters, [canvas, style]: readonly [Name, Name]): Promise<void> {
  const source: ObjectiveSource = {
    content: pictures[canvas],
    styles: [{ picture: pictures[style], weight: 1 }],
    ...networks[settings.network],
  }
  const session = await ObjectiveSession.create(
    source,
    objectiveOptions(settings),
    size,
    onDevice({ device: 'cpu', threads: 1 }),
  )
  const { loss, gradient } = await session.evaluate(pictures[canvas].rgb)
  await session.dispose()
  for (const [part, value] of Object.entries(loss.layers)) expect(value, part).toBeGreaterThanOrEqual(0)
  expect(Number.isFinite(loss.total)).toBe(true)
  expect(gradient.every((value) => Number.isFinite(value))).toBe(true)
}

describe.each(pairs)('a %s photo with a %s style has a loss and a gradient', (...pair) => {
  it.each(parameters.shape.statistic.unwrap().options)('VGG, statistic %s', async (statistic) =>
    expectFinite(parameters.parse(withNetworkRecipe({ network: 'vgg16', statistic })), pair),
  )
  it('the built-in network', async () => expectFinite(parameters.parse({}), pair))
})

const presets = new URL('../resources/presets/', import.meta.url)
describe.each(readdirSync(presets))('the preset %s has a loss and a gradient', (file) => {
  it.each(pairs.slice(0, 3))('of a %s photo with a %s style', async (...pair) => {
    const document = JSON.parse(readFileSync(new URL(file, presets), 'utf8')) as {
      parameters: Partial<Parameters>
    }
    const settings = withNetworkRecipe({ network: 'vgg16', ...document.parameters })
    await expectFinite(parameters.parse(settings), pair)
  })
})

it('the variance of each channel of a foggy photo is right', async () => {
  const { layers, weights } = networks.vgg16
  const taps = ['relu1_1', 'relu1_2', 'relu2_1']
  const spec = { layers, weights, taps, pooling: 'max', padding: 'replicate' } as const
  const picture = { shape: [1, 3, size.heightPx, size.widthPx], data: pictures.foggy.rgb }
  const [features, moments] = await Promise.all(
    [featureGraph(spec), momentsGraph(spec)].map(async (graph) => {
      const session = await Session.create(graph, { device: 'cpu', threads: 1, weights: weights.bytes })
      const found = await session.run({ picture })
      await session.dispose()
      return found
    }),
  )
  for (const tap of taps) {
    const { shape, data } = features![tap]!
    const [channels, count] = [shape[1]!, shape[2]! * shape[3]!]
    for (let c = 0; c < channels; c++) {
      const own = Float64Array.from(data.subarray(c * count, (c + 1) * count))
      const mean = own.reduce((sum, value) => sum + value, 0) / count
      const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count
      const found = moments![`covariance/${tap}`]!.data[c * (channels + 1)]!
      expect(Math.abs(moments![`mean/${tap}`]!.data[c]! - mean)).toBeLessThanOrEqual(2e-6 * Math.abs(mean))
      expect(Math.abs(found - variance), `${tap}, channel ${c}`).toBeLessThanOrEqual(1e-4 * variance)
    }
  }
})
