import { expect, it } from 'vitest'
import { parameters } from '../src/shared/contract/parameters.ts'
import { seededWeights } from '../src/engine/models/seeded.ts'
import { vgg16, vgg19 } from '../src/engine/models/perceptual/vgg.ts'
import { createRandom } from '../src/engine/random.ts'
import { objectiveOptions } from '../src/engine/methods/optimise/objective-options.ts'
import { onDevice } from '../src/engine/runtime/on-device.ts'
import { ObjectiveSession } from '../src/engine/objective/session.ts'
import type { Planes } from '../src/engine/tensor/planes.ts'
import { preprocessings } from '../src/engine/models/network-weights.ts'

function picture(seed: number, widthPx: number, heightPx: number): Planes {
  const random = createRandom(seed)
  const rgb = Float32Array.from({ length: 3 * widthPx * heightPx }, () => random.uniform())
  return { widthPx, heightPx, rgb }
}

/** The slope of the loss along the gradient, by central differences, over what the gradient says it is. */
async function slopeRatio(layers: typeof vgg19, widthPx: number, heightPx: number): Promise<number> {
  const canvas = picture(1, widthPx, heightPx)
  const settings = parameters.parse({
    contentLayers: { relu4_2: 1, conv3_1: 0.5 },
    contentWeight: 0.1,
    tvWeight: 0.1,
    statistic: 'gram',
  })
  const source = {
    content: picture(2, widthPx, heightPx),
    styles: [{ picture: picture(3, 50, 40), weight: 1 }],
    layers,
    weights: seededWeights(layers, 1, preprocessings.torchvision),
  }
  const session = await ObjectiveSession.create(
    source,
    objectiveOptions(settings),
    canvas,
    onDevice({ device: 'cpu', threads: 0 }),
  )
  const lossAt = async (step: number): Promise<number> => {
    const moved = canvas.rgb.map((value, i) => value + step * direction[i]!)
    return (await session.evaluate(moved)).loss.total
  }
  const gradient = (await session.evaluate(canvas.rgb)).gradient.slice()
  const slope = Math.sqrt(gradient.reduce((sum, value) => sum + value ** 2, 0))
  const direction = gradient.map((value) => value / slope)
  const slopeOver = async (step: number): Promise<number> =>
    ((await lossAt(step)) - (await lossAt(-step))) / (2 * step)
  // Over a longer way more ReLUs and pools change sides, and the error grows with the way; two ways remove it
  // (Richardson's extrapolation). Much shorter ones drown in float32's rounding of the loss.
  const measured = 2 * (await slopeOver(0.0005)) - (await slopeOver(0.001))
  await session.dispose()
  return measured / slope
}

it.each([
  ['VGG19', vgg19, 64, 48],
  ['VGG19 at odd sides', vgg19, 55, 37],
  ['VGG16', vgg16, 48, 64],
] as const)('the gradient of the whole objective is its slope: %s', async (_, layers, widthPx, heightPx) => {
  expect(Math.abs((await slopeRatio(layers, widthPx, heightPx)) - 1)).toBeLessThan(1e-3)
})
