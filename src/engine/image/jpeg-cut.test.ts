import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPicture } from './decode.ts'
import { failure, makeTestFolder, noiseFile } from '../../../tests/support/test-pictures.ts'
import type { TestFolder } from '../../../tests/support/test-pictures.ts'
import type { Picture } from './picture.ts'
import { renderPicture } from './view.ts'
import { sharp } from './vips.ts'

let folder: TestFolder
beforeAll(async () => {
  folder = await makeTestFolder()
})
afterAll(() => folder.remove())

const photo = fileURLToPath(new URL('../../../resources/samples/photo-harbour.jpg', import.meta.url))

const kinds = {
  'a baseline photo': { quality: 90 },
  'a small photo': { quality: 90, chromaSubsampling: '4:2:0' },
  'a photo without subsampling': { quality: 90, chromaSubsampling: '4:4:4' },
  'a progressive photo': { quality: 90, progressive: true },
  'a photo with optimised scans': { quality: 90, progressive: true, optimizeScans: true },
} as const
type Kind = keyof typeof kinds

const whole = (kind: Kind): Promise<Buffer> =>
  sharp(photo)
    .resize(kind === 'a small photo' ? 64 : 600)
    .jpeg(kinds[kind])
    .toBuffer()

const meanDifference = (a: Picture, b: Picture): number =>
  (255 * a.rgb.reduce((sum, value, i) => sum + Math.abs(value - b.rgb[i]!), 0)) / a.rgb.length

describe.each(Object.keys(kinds) as Kind[])('%s', (kind) => {
  it.each([
    ['2 bytes', 2],
    ['20 bytes', 20],
    ['1 %', 0.01],
  ])('that lacks %s at its end is opened as every viewer opens it', async (_, missing) => {
    const jpeg = await whole(kind)
    const length = Math.round(missing < 1 ? jpeg.length * (1 - missing) : jpeg.length - missing)
    const path = await folder.write('nearly.jpg', jpeg.subarray(0, length))
    const [read, truth] = [await readPicture(path), await readPicture(await folder.write('whole.jpg', jpeg))]
    expect(read).toMatchObject({ widthPx: truth.widthPx, heightPx: truth.heightPx })
    expect(meanDifference(read, truth)).toBeLessThan(missing === 2 ? 1e-6 : 3)
    const edit = { quarterTurns: 0, crop: null }
    await expect(
      renderPicture({ path, edit, maxSidePx: 32 }, folder.path('view.webp')),
    ).resolves.toBeDefined()
  })

  it.each([
    ['a third', 0.33],
    ['half', 0.5],
    ['nearly all', 0.95],
  ])('that lacks %s is refused as incomplete', async (_, missing) => {
    const jpeg = await whole(kind)
    const path = await folder.write('cut.jpg', jpeg.subarray(0, Math.round(jpeg.length * (1 - missing))))
    expect(await failure(readPicture(path))).toEqual({
      code: 'picture-damaged',
      message: `${path} is incomplete: the JPEG file ends too early.`,
    })
  })
})

it('a tenth of a picture is too much to be missing', async () => {
  const even = await noiseFile('jpeg', { widthPx: 320, heightPx: 480 })
  const path = await folder.write('tenth.jpg', even.subarray(0, Math.round(even.length * 0.9)))
  expect(await failure(readPicture(path))).toMatchObject({ code: 'picture-damaged' })
})
