import { expect, describe, it } from 'vitest'
import { Yardstick } from '../../bench/yardstick.ts'
import { readPicture } from '../../src/engine/image/decode.ts'
import { isRealMissing, realTitle, realVgg16, sharedFile } from './support/real-weights.ts'

describe.skipIf(isRealMissing)(realTitle('the yardstick for pictures'), () => {
  it('gives the figures that earlier measurements are quoted in', async () => {
    const photo = await readPicture(sharedFile('images/photos/tuebingen.png'))
    const painting = await readPicture(sharedFile('images/paintings/starry-night.jpg'))
    const yardstick = await Yardstick.open(realVgg16, 0)
    try {
      const styles = [{ picture: painting, weight: 1 }]
      const { style, content } = await yardstick.measure({ result: photo, photo, styles })
      expect(style).toBeCloseTo(0.429, 3)
      expect(content).toBe(0)
      const itself = await yardstick.measure({ result: painting, photo, styles })
      // The result is resized to the proportions of the photo.
      expect(itself.style).toBeLessThan(0.05)
    } finally {
      await yardstick.dispose()
    }
  })
})
