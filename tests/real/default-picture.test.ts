import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Yardstick, type Figures } from '../../bench/yardstick.ts'
import { parameters } from '../../src/shared/contract/parameters.ts'
import { readPicture } from '../../src/engine/image/decode.ts'
import { networkLayers } from '../../src/engine/models/index.ts'
import { makePlan } from '../../src/engine/methods/optimise/plan.ts'
import { Run } from '../../src/engine/methods/optimise/run.ts'
import { readCompact } from '../../src/engine/weights/compact-file.ts'
import { isRealMissing, realTitle, realVgg16, sharedFile } from './support/real-weights.ts'

const expected = JSON.parse(
  readFileSync(new URL('../references/default-picture.json', import.meta.url), 'utf8'),
) as Figures

describe.skipIf(isRealMissing)(realTitle('the default picture'), () => {
  it('of Tübingen after Starry Night is as close to the painting and to the photo as it was', async () => {
    const settings = parameters.parse({})
    const content = await readPicture(sharedFile('images/photos/tuebingen.png'), {
      maxSidePx: settings.sizePx,
    })
    const painting = await readPicture(sharedFile('images/paintings/starry-night.jpg'), {
      maxSidePx: settings.sizePx,
    })
    const styles = [{ picture: painting, weight: 1 }]
    const layers = networkLayers[settings.network]
    const weights = await readCompact('resources/networks/compact.safetensors')
    const plan = makePlan(content, settings, layers)
    const input = { content, styles, layers, weights, initPicture: null, parameters: settings, plan }
    const result = await new Run({ ...input, device: 'cpu', threads: 0 }, {}).paint()
    const yardstick = await Yardstick.open(realVgg16, 0)
    try {
      const found = await yardstick.measure({ result, photo: content, styles })
      expect(Math.abs(found.style / expected.style - 1)).toBeLessThan(0.05)
      expect(Math.abs(found.content / expected.content - 1)).toBeLessThan(0.05)
    } finally {
      await yardstick.dispose()
    }
  })
})
