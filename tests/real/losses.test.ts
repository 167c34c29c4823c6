import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { LossParts } from '../../src/shared/methods/optimise.ts'
import { parameters, type Parameters } from '../../src/shared/contract/parameters.ts'
import { networkLayers } from '../../src/engine/models/index.ts'
import { objectiveOptions } from '../../src/engine/methods/optimise/objective-options.ts'
import { onDevice } from '../../src/engine/runtime/on-device.ts'
import { ObjectiveSession } from '../../src/engine/objective/session.ts'
import { readCanonical } from '../../src/engine/weights/canonical.ts'
import { mixedCanvas, readCrop } from './support/real-crops.ts'
import { isRealMissing, realTitle, realVgg16 } from './support/real-weights.ts'

/** Made by references/real_features.py with PyTorch in float64. */
interface ReferenceCase {
  readonly name: string
  readonly parameters: Partial<Parameters>
  readonly loss: number
  readonly parts: Readonly<Record<string, number>>
  readonly layers: Readonly<Record<string, number>>
}

const file = new URL('../references/real-losses.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: ReferenceCase[] }

async function lossOf(given: Partial<Parameters>): Promise<LossParts> {
  const settings = parameters.parse({ padding: 'zero', ...given })
  const [photo, painting] = [await readCrop('photo'), await readCrop('painting')]
  const canvas = mixedCanvas(photo, painting)
  const source = {
    content: photo,
    styles: [{ picture: painting, weight: 1 }],
    layers: networkLayers.vgg16,
    weights: await readCanonical(realVgg16),
  }
  const session = await ObjectiveSession.create(
    source,
    objectiveOptions(settings),
    canvas,
    onDevice({ device: 'cpu', threads: 1 }),
  )
  try {
    return (await session.evaluate(canvas.rgb)).loss
  } finally {
    await session.dispose()
  }
}

describe.skipIf(isRealMissing)(realTitle('losses with the published VGG16 on real pictures'), () => {
  it.each(cases.map((reference) => [reference.name, reference] as const))(
    'agree with PyTorch: %s',
    async (_name, reference) => {
      const loss = await lossOf(reference.parameters)
      expect(Math.abs(loss.total / reference.loss - 1)).toBeLessThan(1e-4)
      for (const [layer, value] of Object.entries(reference.layers).filter(([name]) => name.includes('/')))
        expect(Math.abs(loss.layers[layer]! / value - 1), layer).toBeLessThan(1e-4)
      for (const [part, value] of Object.entries(reference.parts)) {
        const received = loss[part as 'content' | 'style' | 'variation']
        expect(Math.abs(received / value - 1), part).toBeLessThan(1e-4)
      }
    },
  )
})
