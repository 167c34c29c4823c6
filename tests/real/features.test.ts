import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { featureGraph } from '../../src/engine/models/feature-graph.ts'
import { networkLayers } from '../../src/engine/models/index.ts'
import { Session } from '../../src/engine/runtime/ort.ts'
import { readCanonical } from '../../src/engine/weights/canonical.ts'
import type { Tensor } from '../../src/engine/tensor/tensor.ts'
import { readCrop, type Crop, type CropName } from './support/real-crops.ts'
import { isRealMissing, realTitle, realVgg16 } from './support/real-weights.ts'

/** Made by references/real_features.py with PyTorch in float64. */
interface Reference {
  readonly crops: Readonly<Record<CropName, string>>
  readonly features: Readonly<Record<CropName, Readonly<Record<string, TapReference>>>>
}

interface TapReference {
  readonly shape: readonly number[]
  readonly mean: number
  readonly std: number
  readonly entries: readonly (readonly [number, number])[]
}

const file = new URL('../references/real-features.json', import.meta.url)
const reference = JSON.parse(readFileSync(file, 'utf8')) as Reference
const tolerance = 1e-4

async function featuresOf(
  { rgb, widthPx, heightPx }: Crop,
  taps: readonly string[],
): Promise<Record<string, Tensor>> {
  const weights = await readCanonical(realVgg16)
  const layers = networkLayers.vgg16
  const graph = featureGraph({ layers, weights, taps, pooling: 'max', padding: 'zero' })
  const session = await Session.create(graph, { device: 'cpu', threads: 1, weights: weights.bytes })
  try {
    return await session.run({ picture: { shape: [1, 3, heightPx, widthPx], data: rgb } })
  } finally {
    await session.dispose()
  }
}

describe.skipIf(isRealMissing).each(['photo', 'painting'] as const)(
  realTitle('features of the published VGG16, %s'),
  (name) => {
    const taps = Object.entries(reference.features[name])
    let crop: Crop
    let found: Record<string, Tensor>
    beforeAll(async () => {
      crop = await readCrop(name)
      found = await featuresOf(
        crop,
        taps.map(([tap]) => tap),
      )
    })

    it('are of the same pixels as the reference', () => {
      expect(crop.sha256).toBe(reference.crops[name])
    })

    it.each(taps)('agree with PyTorch at %s', (tap, { shape, mean, std, entries }) => {
      const { data } = found[tap]!
      expect(found[tap]!.shape.slice(1)).toEqual(shape)
      const ownMean = data.reduce((sum, value) => sum + value, 0) / data.length
      const ownVariance = data.reduce((sum, value) => sum + (value - ownMean) ** 2, 0) / data.length
      expect(Math.abs(ownMean / mean - 1)).toBeLessThan(tolerance)
      expect(Math.abs(Math.sqrt(ownVariance) / std - 1)).toBeLessThan(tolerance)
      // ReLU leaves zeros, so entries are compared on the scale of their tap.
      for (const [index, value] of entries)
        expect(Math.abs(data[index]! - value)).toBeLessThan(tolerance * std)
    })
  },
)
