import { mkdir, readFile, readdir, symlink } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { probePicture, readPicture } from './decode.ts'
import { encodePreview, writePicture } from './encode.ts'
import { failure, makeTestFolder, rampPicture } from '../../../tests/support/test-pictures.ts'
import type { TestFolder } from '../../../tests/support/test-pictures.ts'
import { sharp } from './vips.ts'

let folder: TestFolder
beforeAll(async () => {
  folder = await makeTestFolder()
})
afterAll(() => folder.remove())

const options = { quality: 92, bitDepth: 8, keepGps: false } as const
const largest = (a: Float32Array, b: Float32Array): number =>
  a.reduce(
    (worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)),
    a.length === b.length ? 0 : Infinity,
  )

describe('writePicture', () => {
  const picture = rampPicture(40, 30)

  it.each([
    ['png', 8],
    ['png', 16],
    ['tiff', 8],
    ['tif', 16],
  ] as const)(
    '%s with %i bits comes back as it was, hidden colours and alpha too',
    async (ending, bitDepth) => {
      const path = folder.path(`lossless.${ending}`)
      await writePicture(path, picture, { ...options, bitDepth })
      const read = await readPicture(path)
      expect(read).toMatchObject({ widthPx: 40, heightPx: 30, bitDepth })
      const halfStep = 0.5001 / (2 ** bitDepth - 1)
      expect(largest(read.rgb, picture.rgb)).toBeLessThan(halfStep)
      expect(largest(read.alpha!, picture.alpha!)).toBeLessThan(halfStep)
    },
  )

  it('keeps alpha exactly in WebP', async () => {
    const path = folder.path('alpha.webp')
    await writePicture(path, picture, options)
    expect(largest((await readPicture(path)).alpha!, picture.alpha!)).toBeLessThan(0.5001 / 255)
  })

  it('keeps colours under full transparency in WebP', async () => {
    // Hidden red, hidden green, visible blue; an encoder may paint all that is hidden in one colour.
    const stripe = (i: number): number => [0, 1, 1, 2][Math.floor((i % 32) / 8)]!
    const rgb = Float32Array.from({ length: 3 * 1024 }, (_, i) => Number(stripe(i) === Math.floor(i / 1024)))
    const alpha = Float32Array.from({ length: 1024 }, (_, i) => Number(stripe(i) === 2))
    const path = folder.path('hidden.webp')
    await writePicture(path, { widthPx: 32, heightPx: 32, rgb, alpha }, options)
    const read = await readPicture(path)
    expect([0, 1, 2].map((c) => Math.round(read.rgb[c * 1024 + 16 * 32 + 15]!))).toEqual([0, 1, 0])
  })

  it('lays a picture with alpha on white in JPEG', async () => {
    const size = { widthPx: 16, heightPx: 16 }
    const path = folder.path('flattened.jpg')
    const black = { ...size, rgb: new Float32Array(3 * 256), alpha: new Float32Array(256).fill(0.25) }
    await writePicture(path, black, options)
    const read = await readPicture(path)
    expect(read.alpha).toBeNull()
    expect(read.rgb[0]).toBeCloseTo(0.75, 2)
  })

  it.each(['jpg', 'jpeg', 'JPG', 'png', 'webp', 'tif', 'tiff'])('goes by the ending: .%s', async (ending) => {
    const path = folder.path(`picture.${ending}`)
    await writePicture(path, { ...picture, alpha: null }, options)
    const format = { jp: 'jpeg', pn: 'png', we: 'webp', ti: 'tiff' }[ending.slice(0, 2).toLowerCase()]
    expect(await probePicture(path)).toEqual({ widthPx: 40, heightPx: 30, format })
  })

  it.each([
    ['jpg', 8],
    ['webp', 8],
    ['png', 8],
    ['png', 16],
    ['tiff', 8],
    ['tiff', 16],
  ] as const)('%s with %i bits says that it is sRGB', async (ending, bitDepth) => {
    const path = folder.path(`profile.${ending}`)
    await writePicture(path, picture, { ...options, bitDepth })
    const { icc } = await sharp(path).metadata()
    expect(icc?.toString('latin1', 12, 40)).toBe('mntrRGB XYZ ' + icc!.toString('latin1', 24, 36) + 'acsp')
    expect(icc?.toString('utf16le').length).toBeGreaterThan(100)
    expect(Buffer.from(icc!).swap16().toString('utf16le')).toContain('sRGB')
  })

  it('writes a smaller file at a lower quality', async () => {
    const sizes = await Promise.all(
      [30, 95].map(async (quality) => {
        const path = folder.path(`quality-${quality}.jpg`)
        await writePicture(path, picture, { ...options, quality })
        return (await readFile(path)).length
      }),
    )
    expect(sizes[0]).toBeLessThan(0.7 * sizes[1]!)
  })

  it('clamps what lies outside and writes what is no number as black', async () => {
    const rgb = Float32Array.of(-1, 2, NaN, 0.5, Infinity, -Infinity)
    const path = folder.path('wild.png')
    await writePicture(path, { widthPx: 2, heightPx: 1, rgb, alpha: null }, options)
    const read = await readPicture(path)
    expect([...read.rgb].map((value) => Math.round(value * 255))).toEqual([0, 255, 0, 128, 255, 0])
  })

  it('writes the same bytes twice', async () => {
    const paths = ['once.png', 'twice.png'].map(folder.path)
    for (const path of paths) await writePicture(path, picture, options)
    expect(await readFile(paths[0]!)).toEqual(await readFile(paths[1]!))
  })

  it('makes missing folders and leaves nothing beside the picture', async () => {
    await writePicture(folder.path('new/newer/picture.png'), picture, options)
    expect(await readdir(folder.path('new/newer'))).toEqual(['picture.png'])
  })

  it('replaces a picture as a whole', async () => {
    const path = await folder.write('replaced.png', 'something old')
    await writePicture(path, picture, options)
    expect(await probePicture(path)).toMatchObject({ format: 'png' })
  })

  it.skipIf(process.platform === 'win32')('writes through a link to where it points', async () => {
    const target = await folder.write('target.png', 'something old')
    await symlink(target, folder.path('link.png'))
    await writePicture(folder.path('link.png'), picture, options)
    expect(await probePicture(target)).toMatchObject({ format: 'png' })
  })
})

describe('writePicture refuses', () => {
  const picture = { ...rampPicture(4, 4), alpha: null }

  it.each(['out.bmp', 'out.avif', 'out', '.png.bak'])('the name %s', async (name) => {
    const path = folder.path(name)
    expect(await failure(writePicture(path, picture, options))).toEqual({
      code: 'output-format',
      message: `${path} must end in .png, .jpg, .jpeg, .webp, .tif or .tiff.`,
    })
  })

  it.each(['out.jpg', 'out.webp'])('16 bits in %s', async (name) => {
    const path = folder.path(name)
    expect(await failure(writePicture(path, picture, { ...options, bitDepth: 16 }))).toEqual({
      code: 'output-format',
      message: `${path} can't hold 16 bits per channel.`,
    })
  })

  it('a folder', async () => {
    const path = folder.path('folder.png')
    await mkdir(path)
    expect(await failure(writePicture(path, picture, options))).toEqual({
      code: 'output-not-writable',
      message: `${path} is a folder, so no picture can have its name.`,
    })
  })

  it('a path through a file', async () => {
    const path = `${await folder.write('a-file', 'x')}/picture.png`
    expect(await failure(writePicture(path, picture, options))).toEqual({
      code: 'output-not-writable',
      message: `${path} cannot be written: a part of the path is a file.`,
    })
  })

  it.skipIf(process.platform !== 'linux')('a place where nobody can write', async () => {
    const path = '/proc/pastiche/picture.png'
    expect(await failure(writePicture(path, picture, options))).toEqual({
      code: 'output-not-writable',
      message: `${path} cannot be written: its folder cannot be created.`,
    })
  })
})

describe('encodePreview', () => {
  const { rgb } = rampPicture(300, 200)

  it('is a WebP picture of at most the asked size', async () => {
    const webp = await encodePreview(rgb, 300, 200, { maxSidePx: 150, maxBytes: 200_000 })
    expect(await sharp(webp).metadata()).toMatchObject({ format: 'webp', width: 150, height: 100 })
  })

  it('does not enlarge', async () => {
    const webp = await encodePreview(rgb, 300, 200, { maxSidePx: 1024, maxBytes: 200_000 })
    expect(await sharp(webp).metadata()).toMatchObject({ width: 300, height: 200 })
  })

  it.each([20_000, 5000, 300])('never exceeds %i bytes', async (maxBytes) => {
    const webp = await encodePreview(rgb, 300, 200, { maxSidePx: 300, maxBytes })
    expect(webp.length).toBeLessThanOrEqual(maxBytes)
    expect((await sharp(webp).metadata()).format).toBe('webp')
  })

  it('ends even where nothing fits', async () => {
    const webp = await encodePreview(rgb, 300, 200, { maxSidePx: 300, maxBytes: 1 })
    expect(await sharp(webp).metadata()).toMatchObject({ width: 1, height: 1 })
  })

  it('shows the colours of the canvas', async () => {
    const flat = Float32Array.from({ length: 3 * 64 }, (_, i) => [0.8, 0.4, 0.2][Math.floor(i / 64)]!)
    const webp = await encodePreview(flat, 8, 8, { maxSidePx: 8, maxBytes: 10_000 })
    const [r, g, b] = await sharp(webp).raw().toBuffer()
    expect(Math.max(Math.abs(r! - 204), Math.abs(g! - 102), Math.abs(b! - 51))).toBeLessThan(5)
  })
})
