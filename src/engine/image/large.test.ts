import { afterAll, beforeAll, expect, it } from 'vitest'
import { probePicture, readPicture } from './decode.ts'
import { failure, makeTestFolder, noise8, pngThatClaims } from '../../../tests/support/test-pictures.ts'
import type { TestFolder } from '../../../tests/support/test-pictures.ts'
import { inspectPicture, renderPicture } from './view.ts'
import { sharp } from './vips.ts'

let folder: TestFolder
beforeAll(async () => {
  folder = await makeTestFolder()
})
afterAll(() => folder.remove())

const patch = noise8(200 * 100 * 3)
const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#4080c0' }, limitInputPixels: false })
const withPatch = (width: number, height: number, left: number, top: number) =>
  flat(width, height).composite([{ input: patch, raw: { width: 200, height: 100, channels: 3 }, left, top }])

it('a photo of 200 megapixels opens: it is shrunk while it is read', async () => {
  const path = folder.path('200.jpg')
  await flat(16320, 12240).jpeg({ quality: 80 }).withMetadata({ orientation: 6 }).toFile(path)
  expect(await inspectPicture(path)).toMatchObject({ widthPx: 12240, heightPx: 16320, format: 'jpeg' })
  const before = process.memoryUsage().arrayBuffers
  const { widthPx, heightPx, rgb } = await readPicture(path, { maxSidePx: 512 })
  expect([widthPx, heightPx]).toEqual([384, 512])
  expect([0, 1, 2].map((c) => Math.round(255 * rgb[c * 384 * 512 + 100_000]!))).toEqual([0x40, 0x80, 0xc0])
  // Decoded as a whole it would be 600 MB.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100e6)
  const edit = { quarterTurns: 0, crop: null }
  expect(await renderPicture({ path, edit, maxSidePx: 320 }, folder.path('view.webp'))).toEqual({
    widthPx: 240,
    heightPx: 320,
  })
  // As it is, it does not fit into memory: 200 MP × 3 bytes are within what one block may have, 16 bits are not.
  expect((await failure(readPicture(path, { maxPixels: 100e6 }))).code).toBe('picture-too-large')
}, 60_000)

const sidePx = 11000

/** Stored position of the pixel displayed at (x, y) after one clockwise rotation, and displayed start of the patch. */
it.each([
  [1, 3900, 5000, (x: number, y: number) => [y, sidePx - 1 - x]],
  [6, 5800, 3900, (x: number, y: number) => [sidePx - 1 - x, sidePx - 1 - y]],
  [7, 5000, 3900, (x: number, y: number) => [x, sidePx - 1 - y]],
] as const)(
  'a part of a huge picture of orientation %i keeps every pixel',
  async (orientation, left, top, stored) => {
    // 121 MP: more than is decoded as a whole.
    const path = folder.path(`part-${orientation}.png`)
    const huge = withPatch(sidePx, sidePx, 5000, 7000).png({ compressionLevel: 1 })
    await huge.withMetadata({ orientation }).toFile(path)
    const [widthPx, heightPx] = orientation === 1 ? [100, 200] : [200, 100]
    const share = {
      left: left / sidePx,
      top: top / sidePx,
      width: widthPx / sidePx,
      height: heightPx / sidePx,
    }
    const part = await readPicture(path, { maxSidePx: 300, edit: { quarterTurns: 1, crop: share } })
    expect(part).toMatchObject({ widthPx, heightPx })
    const found = Array.from(part.rgb, (value) => Math.round(255 * value))
    const expected = found.map((_, i) => {
      const [c, rest] = [Math.floor(i / 20_000), i % 20_000]
      const [x, y] = stored(left + (rest % widthPx), top + Math.floor(rest / widthPx))
      return patch[3 * ((y! - 7000) * 200 + x! - 5000) + c]
    })
    expect(found).toEqual(expected)
  },
  90_000,
)

it('more than 400 megapixels are refused with the way out', async () => {
  const path = await folder.write('huge.png', pngThatClaims(21000, 20000))
  await expect(inspectPicture(path)).rejects.toMatchObject({
    code: 'picture-too-large',
    message: `${path} is too large (21000 × 20000 px, 420 MP; limit 400 MP).`,
    hint: 'Scale the picture down first.',
  })
  expect(await probePicture(path)).toMatchObject({ widthPx: 21000 })
})
