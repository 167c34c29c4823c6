import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attach } from './containers.ts'
import { probePicture, readPicture } from './decode.ts'
import { linearToSrgb, srgbToLinear } from './colour.ts'
import { formatNames } from './formats.ts'
import type { Picture } from './picture.ts'
import {
  failure,
  greyProfile,
  makeTestFolder,
  noise8,
  noiseFile,
  pngThatClaims,
} from '../../../tests/support/test-pictures.ts'
import type { TestFolder } from '../../../tests/support/test-pictures.ts'
import { sharp } from './vips.ts'

let folder: TestFolder
beforeAll(async () => {
  folder = await makeTestFolder()
})
afterAll(() => folder.remove())

const pixel = ({ rgb }: Picture, i = 0): number[] => {
  const pixels = rgb.length / 3
  return [0, 1, 2].map((c) => Math.round(rgb[c * pixels + i]! * 255))
}

/** Largest difference to a colour in 0–255, over all channels of a pixel. */
const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, c) => Math.abs(value - b[c]!)))

const flat = (r: number, g: number, b: number) =>
  sharp({ create: { width: 16, height: 12, channels: 3, background: { r, g, b } } })

describe('formats', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const)('reads %s', async (format) => {
    const path = await folder.write(`flat.${format}`, await flat(180, 90, 60)[format]().toBuffer())
    const picture = await readPicture(path)
    expect(picture).toMatchObject({ widthPx: 16, heightPx: 12, alpha: null, bitDepth: 8 })
    expect(distance(pixel(picture), [180, 90, 60])).toBeLessThan(8)
    expect(await probePicture(path)).toEqual({ widthPx: 16, heightPx: 12, format })
  })

  it('goes by the content of a file and not by its name', async () => {
    const path = await folder.write('really-a-png.jpg', await flat(1, 2, 3).png().toBuffer())
    expect(pixel(await readPicture(path))).toEqual([1, 2, 3])
  })

  it('takes the first frame of an animated GIF', async () => {
    const frames = [flat(255, 0, 0), flat(0, 0, 255)].map((frame) => frame.png().toBuffer())
    const gif = await sharp(await Promise.all(frames), { join: { animated: true } })
      .gif()
      .toBuffer()
    const picture = await readPicture(await folder.write('animated.gif', gif))
    expect(picture).toMatchObject({ widthPx: 16, heightPx: 12 })
    expect(pixel(picture)).toEqual([255, 0, 0])
  })

  it.each([
    [1, 1],
    [8, 6],
  ])('reads %i × %i', async (widthPx, heightPx) => {
    const path = await folder.write('small.png', await noiseFile('png', { widthPx, heightPx }))
    expect(await readPicture(path)).toMatchObject({ widthPx, heightPx })
  })

  it('reads a file whose name ends in brackets', async () => {
    const path = await folder.write('photo.png[1]', await flat(9, 8, 7).png().toBuffer())
    expect(pixel(await readPicture(path))).toEqual([9, 8, 7])
    expect(await probePicture(path)).toMatchObject({ widthPx: 16 })
  })
})

describe('orientation', () => {
  const columns = 3
  const rows = 2
  const blockPx = 8
  const colour = (index: number): number[] => [index * 40, 255 - index * 40, index % 2 ? 200 : 50]

  /** Displayed position of the stored block (row, column): Exif 2.32, 4.6.4, tag 274 (0th row, 0th column). */
  const seenAt: ((row: number, column: number) => { x: number; y: number })[] = [
    (row, column) => ({ y: row, x: column }),
    (row, column) => ({ y: row, x: columns - 1 - column }),
    (row, column) => ({ y: rows - 1 - row, x: columns - 1 - column }),
    (row, column) => ({ y: rows - 1 - row, x: column }),
    (row, column) => ({ y: column, x: row }),
    (row, column) => ({ y: column, x: rows - 1 - row }),
    (row, column) => ({ y: columns - 1 - column, x: rows - 1 - row }),
    (row, column) => ({ y: columns - 1 - column, x: row }),
  ]

  const stored = Buffer.alloc(columns * rows * blockPx * blockPx * 3)
  for (let y = 0; y < rows * blockPx; y++) {
    for (let x = 0; x < columns * blockPx; x++) {
      const index = Math.floor(y / blockPx) * columns + Math.floor(x / blockPx)
      stored.set(colour(index), (y * columns * blockPx + x) * 3)
    }
  }

  const cases = (['jpeg', 'png', 'tiff', 'webp'] as const).flatMap((format) =>
    seenAt.map((seen, i) => ({ format, orientation: i + 1, seen })),
  )
  it.each(cases)('$orientation of $format is applied', async ({ format, orientation, seen }) => {
    const raw = { width: columns * blockPx, height: rows * blockPx, channels: 3 as const }
    const options = {
      jpeg: { quality: 100, chromaSubsampling: '4:4:4' },
      webp: { lossless: true },
      png: {},
      tiff: {},
    }
    const image = sharp(stored, { raw }).withMetadata({ orientation })
    const path = await folder.write(
      `turned.${format}`,
      await image.toFormat(format, options[format]).toBuffer(),
    )
    const picture = await readPicture(path)
    const turned = orientation > 4
    expect(picture.widthPx).toBe((turned ? rows : columns) * blockPx)
    expect(await probePicture(path)).toMatchObject({ widthPx: picture.widthPx, heightPx: picture.heightPx })
    for (let index = 0; index < rows * columns; index++) {
      const { x, y } = seen(Math.floor(index / columns), index % columns)
      const centre = (y * blockPx + blockPx / 2) * picture.widthPx + x * blockPx + blockPx / 2
      expect(distance(pixel(picture, centre), colour(index))).toBeLessThan(25)
    }
  })
})

describe('colour', () => {
  it('converts a wide-gamut profile to sRGB', async () => {
    const path = await folder.write('p3.png', await flat(180, 90, 60).withIccProfile('p3').png().toBuffer())
    const asStored = await sharp(path, { ignoreIcc: true }).raw().toBuffer()
    expect(distance([...asStored.subarray(0, 3)], [180, 90, 60])).toBeGreaterThan(5)
    expect(distance(pixel(await readPicture(path)), [180, 90, 60])).toBeLessThan(3)
  })

  it.each([
    ['with a profile', true],
    ['without one', false],
  ])('converts CMYK %s to sRGB', async (_, withProfile) => {
    const cmyk = flat(150, 120, 100).toColourspace('cmyk')
    const jpeg = await (withProfile ? cmyk.withIccProfile('cmyk') : cmyk).jpeg().toBuffer()
    const path = await folder.write('cmyk.jpg', jpeg)
    const header = await sharp(path).metadata()
    expect([header.space, header.icc !== undefined]).toEqual(['cmyk', withProfile])
    const picture = await readPicture(path)
    expect(picture.rgb).toHaveLength(3 * 16 * 12)
    expect(distance(pixel(picture), [150, 120, 100])).toBeLessThan(25)
  })

  it('turns grey into colour', async () => {
    const path = await folder.write('grey.png', await flat(90, 90, 90).toColourspace('b-w').png().toBuffer())
    expect((await sharp(path).metadata()).channels).toBe(1)
    expect(pixel(await readPicture(path))).toEqual([90, 90, 90])
  })

  /** Grey of a gamma 1.75 profile in sRGB, by definition. */
  const fromGamma = (value: number): number => linearToSrgb(value ** 1.75)

  it.each([8, 16] as const)('reads %i-bit grey through its profile', async (bitDepth) => {
    const png =
      bitDepth === 8
        ? flat(100, 100, 100).toColourspace('b-w').png()
        : sharp(new Uint16Array(16 * 12).fill(25700), { raw: { width: 16, height: 12, channels: 1 } })
            .toColourspace('grey16')
            .png()
    const size = { widthPx: 16, heightPx: 12 }
    const tagged = attach(await png.toBuffer(), 'png', { icc: greyProfile(1.75), exif: null }, size, false)
    const picture = await readPicture(await folder.write('grey-profile.png', tagged))
    expect(picture.bitDepth).toBe(bitDepth)
    expect(picture.rgb[0]).toBeCloseTo(fromGamma(100 / 255), bitDepth === 8 ? 2 : 4)
    expect(new Set(picture.rgb).size).toBe(1)
  })

  it('takes a picture for sRGB whose profile is for another kind of picture', async () => {
    const png = await flat(180, 90, 60).png().toBuffer()
    const size = { widthPx: 16, heightPx: 12 }
    const tagged = attach(png, 'png', { icc: greyProfile(1.75), exif: null }, size, false)
    expect(pixel(await readPicture(await folder.write('wrong-profile.png', tagged)))).toEqual([180, 90, 60])
  })
})

describe('16 bits', () => {
  const all = Uint16Array.from({ length: 65536 }, (_, i) => i)
  const raw = { width: 256, height: 256 }
  const rgb = Uint16Array.from({ length: 3 * 65536 }, (_, i) => Math.floor(i / 3))
  const colour = () => sharp(rgb, { raw: { ...raw, channels: 3 } }).toColourspace('rgb16')
  const plane = (picture: Picture, c: number): Float32Array =>
    picture.rgb.subarray(c * 65536, (c + 1) * 65536)

  const lossless = { png: {}, tiff: { compression: 'deflate' } }
  it.each(['png', 'tiff'] as const)('keeps every step of a gradient in %s', async (format) => {
    const path = await folder.write(
      `gradient.${format}`,
      await colour().toFormat(format, lossless[format]).toBuffer(),
    )
    const picture = await readPicture(path)
    expect(picture.bitDepth).toBe(16)
    expect([...plane(picture, 1)].every((value, i) => Math.round(value * 65535) === i)).toBe(true)
  })

  it('keeps grey and alpha apart', async () => {
    const values = Uint16Array.from({ length: 2 * 65536 }, (_, i) => (i % 2 ? 65535 - (i >> 1) : i >> 1))
    const grey = sharp(values, { raw: { ...raw, channels: 2 } }).toColourspace('grey16')
    const path = await folder.write('grey-alpha.png', await grey.png().toBuffer())
    expect(await sharp(path).metadata()).toMatchObject({ channels: 2, depth: 'ushort' })
    const picture = await readPicture(path)
    for (const c of [0, 1, 2])
      expect([...plane(picture, c)].map((v) => Math.round(v * 65535))).toEqual([...all])
    expect([...picture.alpha!].map((v) => 65535 - Math.round(v * 65535))).toEqual([...all])
  })

  it('converts a wide gamut without an 8-bit hop', async () => {
    // Values of a file tagged as Display P3; grey is the same in both spaces, so the truth is known.
    const path = await folder.write('p3-16.png', await colour().withIccProfile('p3').png().toBuffer())
    const picture = await readPicture(path)
    const worst = Math.max(...plane(picture, 1).map((value, i) => Math.abs(value - i / 65535)))
    expect(worst).toBeLessThan(1 / 2000)
    expect(new Set(plane(picture, 1)).size).toBeGreaterThan(60000)
  })

  it('converts the primaries of a wide gamut', async () => {
    const orange = [52428, 26214, 13107]
    const values = Uint16Array.from({ length: 3 * 64 }, (_, i) => orange[i % 3]!)
    const tagged = sharp(values, { raw: { width: 8, height: 8, channels: 3 } }).toColourspace('rgb16')
    const path = await folder.write('p3-orange.png', await tagged.withIccProfile('p3').png().toBuffer())
    // Display P3 to sRGB, both D65 (CSS Color 4, section 10.11).
    const [r, g, b] = orange.map((value) => srgbToLinear(value / 65535)) as [number, number, number]
    const expected = [
      linearToSrgb(1.2249401763 * r - 0.2249401763 * g),
      linearToSrgb(-0.0420569547 * r + 1.0420569547 * g),
      linearToSrgb(-0.0196375546 * r - 0.0786360456 * g + 1.0982736001 * b),
    ]
    const picture = await readPicture(path)
    expected.forEach((value, c) => expect(picture.rgb[c * 64]).toBeCloseTo(value, 2))
  })
})

describe('shrinking', () => {
  it('shrinks to the long side and keeps the mean', async () => {
    const path = await folder.write('large.png', await noiseFile('png', { widthPx: 120, heightPx: 80 }))
    const [large, small] = [await readPicture(path), await readPicture(path, { maxSidePx: 30 })]
    expect(small).toMatchObject({ widthPx: 30, heightPx: 20, bitDepth: 8 })
    const mean = ({ rgb }: Picture): number => rgb.reduce((a, b) => a + b) / rgb.length
    expect(mean(small)).toBeCloseTo(mean(large), 2)
    expect(small.rgb.every((value) => value >= 0 && value <= 1)).toBe(true)
  })

  it('stays inside [0,1] at hard edges', async () => {
    const stripes = Buffer.from(Array.from({ length: 90 * 90 }, (_, i) => (i % 90 < 41 ? 0 : 255)))
    const png = sharp(stripes, { raw: { width: 90, height: 90, channels: 1 } }).png()
    const { rgb } = await readPicture(await folder.write('edge.png', await png.toBuffer()), { maxSidePx: 20 })
    expect([Math.min(...rgb), Math.max(...rgb)]).toEqual([0, 1])
  })

  it('does not enlarge', async () => {
    const path = await folder.write('little.png', await noiseFile('png', { widthPx: 12, heightPx: 8 }))
    expect(await readPicture(path, { maxSidePx: 512 })).toMatchObject({ widthPx: 12, heightPx: 8 })
  })

  /** Left half opaque red, right half fully transparent green, the border in the middle of a small pixel. */
  const halves = Buffer.from(
    Array.from({ length: 36 * 36 }, (_, i) => (i % 36 < 15 ? [255, 0, 0, 255] : [0, 255, 0, 0])).flat(),
  )
  it('does not let hidden colours bleed into visible ones', async () => {
    const png = await sharp(halves, { raw: { width: 36, height: 36, channels: 4 } })
      .png()
      .toBuffer()
    const picture = await readPicture(await folder.write('halves.png', png), { maxSidePx: 6 })
    for (let i = 0; i < 36; i++) {
      const visible = picture.alpha![i]! > 0.01
      expect(pixel(picture, i)).toEqual(visible ? [255, 0, 0] : [0, 255, 0])
    }
    expect(picture.alpha![2]).toBeCloseTo(0.5, 1)
  })
})

describe('refusals', () => {
  it('says that there is no such file', async () => {
    const path = folder.path('missing.jpg')
    const expected = { code: 'file-not-found', message: `There is no picture at ${path}.` }
    expect(await failure(readPicture(path))).toEqual(expected)
    expect(await failure(probePicture(path))).toEqual(expected)
  })

  it('says that a part of the path is no folder', async () => {
    const path = `${await folder.write('file', 'x')}/photo.jpg`
    expect(await failure(readPicture(path))).toMatchObject({ code: 'file-not-found' })
  })

  it('says that it is a folder', async () => {
    const path = folder.path('album.jpg')
    await mkdir(path)
    expect(await failure(readPicture(path))).toEqual({
      code: 'not-a-picture',
      message: `${path} is a folder, not a picture.`,
    })
  })

  it.skipIf(process.platform === 'win32')('says that it is a device, without waiting for it', async () => {
    expect(await failure(readPicture('/dev/zero'))).toEqual({
      code: 'not-a-picture',
      message: '/dev/zero is a device, not a picture.',
    })
  })

  it('says that it is empty', async () => {
    const path = await folder.write('empty.jpg', '')
    expect(await failure(readPicture(path))).toEqual({
      code: 'picture-damaged',
      message: `${path} is empty (0 bytes).`,
    })
  })

  it('says that a JPEG is cut short', async () => {
    const jpeg = await noiseFile('jpeg', { widthPx: 64, heightPx: 48 })
    const path = await folder.write('cut.jpg', jpeg.subarray(0, jpeg.length / 2))
    expect(await failure(readPicture(path))).toEqual({
      code: 'picture-damaged',
      message: `${path} is incomplete: the JPEG file ends too early.`,
    })
  })

  it.each(['png', 'webp', 'avif', 'tiff', 'gif'] as const)(
    'notices that a %s is cut short',
    async (format) => {
      const whole = await noiseFile(format, { widthPx: 64, heightPx: 48 })
      const path = await folder.write(`cut.${format}`, whole.subarray(0, whole.length / 2))
      expect(await failure(readPicture(path))).toEqual({
        code: 'picture-damaged',
        message: `${path} is incomplete: the ${formatNames[format]} file ends too early.`,
      })
    },
  )

  it('tells damage inside a file from a missing end', async () => {
    const png = await noiseFile('png', { widthPx: 64, heightPx: 48 })
    png.fill(0, 200, 400)
    const path = await folder.write('scratched.png', png)
    const { code, message } = await failure(readPicture(path))
    expect(code).toBe('picture-damaged')
    expect(message).toContain(`${path} is damaged: it can't be decoded as PNG (`)
  })

  it('refuses a picture of 30000 × 30000 by its header', async () => {
    const path = await folder.write('huge.png', pngThatClaims(30000, 30000))
    const before = process.memoryUsage.rss()
    expect(await failure(readPicture(path))).toEqual({
      code: 'picture-too-large',
      message: `${path} is too large (30000 × 30000 px, 900 MP; limit 400 MP).`,
    })
    expect(process.memoryUsage.rss() - before).toBeLessThan(100e6)
    expect(await probePicture(path)).toEqual({ widthPx: 30000, heightPx: 30000, format: 'png' })
  })

  it('takes the limit it is given', async () => {
    const path = await folder.write('limited.png', await noiseFile('png', { widthPx: 200, heightPx: 101 }))
    expect(await readPicture(path, { maxPixels: 20200 })).toMatchObject({ widthPx: 200 })
    expect(await failure(readPicture(path, { maxPixels: 20000 }))).toEqual({
      code: 'picture-too-large',
      message: `${path} is too large (200 × 101 px, 0.021 MP; limit 0.02 MP).`,
    })
  })
})

it('reads colours under full transparency as they are stored', async () => {
  const rgba = noise8(16 * 16 * 4).map((value, i) => (i % 4 === 3 && i % 8 < 4 ? 0 : value))
  const raw = { width: 16, height: 16, channels: 4 as const }
  const path = await folder.write('hidden.png', await sharp(Buffer.from(rgba), { raw }).png().toBuffer())
  const picture = await readPicture(path)
  for (let i = 0; i < 256; i++) expect(pixel(picture, i)).toEqual([...rgba.subarray(4 * i, 4 * i + 3)])
  expect([...picture.alpha!].map((v) => Math.round(v * 255))).toEqual([...rgba.filter((_, i) => i % 4 === 3)])
})
