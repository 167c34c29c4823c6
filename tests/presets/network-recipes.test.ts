import { describe, expect, it } from 'vitest'
import { parameters, type Parameters, type PartialParameters } from '../../src/shared/contract/parameters.ts'
import { withNetworkRecipe } from '../../src/shared/contract/preset.ts'
import type { Planes } from '../../src/engine/tensor/planes.ts'
import { makePlan } from '../../src/engine/methods/optimise/plan.ts'
import { Run } from '../../src/engine/methods/optimise/run.ts'
import { packTensors } from '../../src/engine/tensor/pack.ts'
import { preprocessings, type NetworkWeights } from '../../src/engine/models/network-weights.ts'
import { narrowNetworks, narrowWeights, seededPicture } from '../references/losses-inputs.ts'

const { layers } = narrowNetworks.vgg19
const size = [24, 32] as const

function picture(name: 'content' | 'style'): Planes {
  return { widthPx: size[1], heightPx: size[0], rgb: seededPicture(name, size) }
}

/** A network of the Caffe family that finds in every picture a hundred times what a network of torchvision's does. */
function asCaffe(torchvision: NetworkWeights): NetworkWeights {
  const packed = packTensors([...torchvision.tensors].map(([name, { shape }]) => [name, shape] as const))
  for (const [name, { data }] of packed.tensors) {
    const from = torchvision.tensors.get(name)!.data
    const factor = name.endsWith('.bias') || name === 'conv1_1.weight' ? 100 : 1
    for (let i = 0; i < data.length; i++) data[i] = factor * from[i]!
  }
  const first = packed.tensors.get('conv1_1.weight')!.data
  const source = first.slice()
  const { mean, std } = preprocessings.torchvision
  // [out, RGB, 3, 3] → [out, BGR, 3, 3], fed with 0–255.
  for (let i = 0; i < first.length; i++) {
    const [out, channel, tap] = [Math.floor(i / 27), Math.floor(i / 9) % 3, i % 9]
    const rgb = 2 - channel
    first[i] = source[27 * out + 9 * rgb + tap]! / (255 * std[rgb]!)
  }
  // The families' means are the same colour, rounded differently; here it must be exactly the same.
  const bgrMean = [255 * mean[2], 255 * mean[1], 255 * mean[0]] as const
  return { ...packed, preprocessing: { ...preprocessings.caffe, mean: bgrMean }, origin: 'as Caffe' }
}

async function paint(weights: NetworkWeights, own: PartialParameters): Promise<Float32Array> {
  const settings: Parameters = parameters.parse(
    withNetworkRecipe({ network: 'vgg19', steps: 10, coarsestPx: 32, ...own }),
  )
  const content = picture('content')
  const run = new Run({
    content,
    styles: [{ picture: picture('style'), weight: 1 }],
    initPicture: null,
    layers,
    weights,
    parameters: settings,
    plan: makePlan(content, settings, layers),
    device: 'cpu',
    threads: 1,
  })
  return (await run.paint()).rgb
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length)
}

describe('our recipe for VGG', () => {
  const torchvision = narrowWeights('vgg19', 'torchvision')
  const caffe = asCaffe(torchvision)

  it('paints the same picture with weights of either family', async () => {
    const [a, b] = [await paint(torchvision, {}), await paint(caffe, {})]
    const moved = distance(a, seededPicture('content', size))
    expect(moved).toBeGreaterThan(0.03)
    expect(distance(a, b)).toBeLessThan(moved / 10)
  })

  it('would not with Gram matrices, which grow faster than the content loss', async () => {
    const gram = { statistic: 'gram', normaliser: 'chw' } as const
    const [a, b] = [await paint(torchvision, gram), await paint(caffe, gram)]
    const moved = distance(a, seededPicture('content', size))
    expect(distance(a, b)).toBeGreaterThan(moved / 3)
  })
})
