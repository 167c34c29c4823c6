import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PictureEdit } from '../../shared/contract/job.ts'
import { readPicture } from './decode.ts'
import { inspectPicture, renderPicture, savePicture } from './view.ts'

const unedited: PictureEdit = { quarterTurns: 0, crop: null }
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pastiche-view-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** 8 × 6, each quarter in a colour of its own: red, green, blue, white. */
async function quarters(): Promise<string> {
  const path = join(folder, 'quarters.png')
  const colours = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ]
  const pixels = Buffer.alloc(8 * 6 * 3)
  for (let i = 0; i < 48; i++) pixels.set(colours[(i % 8 < 4 ? 0 : 1) + (i < 24 ? 0 : 2)]!, 3 * i)
  await sharp(pixels, { raw: { width: 8, height: 6, channels: 3 } })
    .png()
    .toFile(path)
  return path
}

async function firstPixel(path: string): Promise<number[]> {
  return [...(await sharp(path).raw().toBuffer()).subarray(0, 3)]
}

describe('readPicture with an edit', () => {
  it.each([
    [0, [1, 0, 0]],
    [1, [0, 0, 1]],
    [2, [1, 1, 1]],
    [3, [0, 1, 0]],
  ])('turns %i quarters clockwise', async (quarterTurns, topLeft) => {
    const { rgb, widthPx, heightPx } = await readPicture(await quarters(), {
      edit: { quarterTurns, crop: null },
    })
    expect([widthPx, heightPx]).toEqual(quarterTurns % 2 ? [6, 8] : [8, 6])
    expect([0, 1, 2].map((c) => rgb[c * 48])).toEqual(topLeft)
  })

  it('keeps the part of the turned picture that the crop names', async () => {
    const edit = { quarterTurns: 1, crop: { left: 0.5, top: 0, width: 0.5, height: 0.5 } }
    const { rgb, widthPx, heightPx } = await readPicture(await quarters(), { edit })
    expect([widthPx, heightPx]).toEqual([3, 4])
    expect([...rgb.subarray(0, 12)]).toEqual(Array(12).fill(1))
    expect([...rgb.subarray(12)]).toEqual(Array(24).fill(0))
  })
})

describe('renderPicture', () => {
  it('shows the same part as readPicture reads', async () => {
    const target = join(folder, 'view.webp')
    const edit = { quarterTurns: 3, crop: { left: 0, top: 0.5, width: 0.5, height: 0.5 } }
    const path = join(folder, 'large.png')
    await sharp(await quarters())
      .resize(800, 600, { kernel: 'nearest' })
      .toFile(path)
    const size = await renderPicture({ path, edit, maxSidePx: 100 }, target)
    const { rgb } = await readPicture(path, { edit, maxSidePx: 100 })
    expect(size).toEqual({ widthPx: 75, heightPx: 100 })
    expect(await sharp(target).metadata()).toMatchObject({ format: 'webp', width: 75, height: 100 })
    const seen = await firstPixel(target)
    const read = [0, 1, 2].map((c) => 255 * rgb[c * 7500]!)
    expect(Math.max(...seen.map((value, c) => Math.abs(value - read[c]!)))).toBeLessThan(20)
  })

  it('sets a photo upright and leaves its metadata out', async () => {
    const path = join(folder, 'lying.jpg')
    await sharp(await quarters())
      .withMetadata({ orientation: 6 })
      .toFile(path)
    const target = join(folder, 'view.webp')
    expect(await renderPicture({ path, edit: unedited, maxSidePx: 64 }, target)).toEqual({
      widthPx: 6,
      heightPx: 8,
    })
    expect((await sharp(target).metadata()).exif).toBeUndefined()
  })

  it('says what is wrong with half a photo, and writes nothing', async () => {
    const path = join(folder, 'half.png')
    const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 256))
    const whole = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .png()
      .toBuffer()
    await writeFile(path, whole.subarray(0, whole.length / 2))
    const target = join(folder, 'view.webp')
    await expect(renderPicture({ path, edit: unedited, maxSidePx: 64 }, target)).rejects.toMatchObject({
      code: 'picture-damaged',
    })
    await expect(stat(target)).rejects.toThrow('ENOENT')
  })
})

describe('inspectPicture', () => {
  it('tells size, format and length', async () => {
    const path = await quarters()
    expect(await inspectPicture(path)).toEqual({
      widthPx: 8,
      heightPx: 6,
      format: 'png',
      bytes: (await stat(path)).size,
    })
  })

  it('refuses a page that calls itself a photo', async () => {
    const path = join(folder, 'page.jpg')
    await writeFile(path, '<!doctype html><title>no</title>')
    await expect(inspectPicture(path)).rejects.toMatchObject({ code: 'not-a-picture' })
  })
})

describe('savePicture', () => {
  it('gives 16 bits on as they are', async () => {
    const master = join(folder, 'master.png')
    const values = Uint16Array.from({ length: 4 * 4 * 3 }, (_, i) => i * 1361)
    await sharp(values, { raw: { width: 4, height: 4, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toFile(master)
    const path = join(folder, 'copy.tiff')
    await savePicture(master, { path, quality: 92, bitDepth: 16, keepGps: false, keepMetadata: true })
    const [before, after] = [await readPicture(master), await readPicture(path)]
    expect(after.bitDepth).toBe(16)
    expect(after.rgb).toEqual(before.rgb)
  })

  it('leaves all metadata out where that is asked for', async () => {
    const master = join(folder, 'master.png')
    await sharp(await quarters())
      .withExif({ IFD0: { Make: 'Camera' } })
      .png()
      .toFile(master)
    const save = async (name: string, keepMetadata: boolean): Promise<boolean> => {
      const path = join(folder, name)
      await savePicture(master, { path, quality: 92, bitDepth: 8, keepGps: false, keepMetadata })
      return (await sharp(path).metadata()).exif?.includes('Camera') === true
    }
    expect([await save('with.jpg', true), await save('without.jpg', false)]).toEqual([true, false])
  })
})
