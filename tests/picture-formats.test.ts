import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { probePicture, readPicture } from '../src/engine/image/decode.ts'
import { formatNames, inputFormats } from '../src/engine/image/formats.ts'
import type { InputFormat } from '../src/engine/image/formats.ts'
import { maxPixelsOf } from '../src/engine/image/limits.ts'
import type { Picture } from '../src/engine/image/picture.ts'
import { pictureEndings } from '../src/shared/picture-kinds.ts'
import { root } from '../scripts/package/root.ts'

/** Made by scripts/picture-fixtures/make.py, with what other decoders see in each file. */
interface Fixture {
  readonly file: string
  readonly format: string
  /** The other decoder; none where the file is to be refused. */
  readonly by?: string
  /** Largest difference of a channel, of 255. */
  readonly tolerance?: number
  readonly alpha?: boolean
  readonly exif?: boolean
  readonly bits?: 16
  readonly refused?: string
}

const folder = join(root, 'tests', 'fixtures', 'pictures')
const { pictures } = JSON.parse(readFileSync(join(folder, 'fixtures.json'), 'utf8')) as {
  pictures: readonly Fixture[]
}
const read = pictures.filter(({ refused }) => refused === undefined)
const refused = pictures.filter(({ refused }) => refused !== undefined)

/** Reference pixels, interleaved, as shares of 255. */
async function seenByOthers(file: string): Promise<{ values: number[]; channels: number; width: number }> {
  const image = sharp(join(folder, 'seen', `${file}.png`))
  const isDeep = (await image.metadata()).depth === 'ushort'
  const { data, info } = await image
    .toColourspace(isDeep ? 'rgb16' : 'srgb')
    .raw({ depth: isDeep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const words = isDeep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data
  return {
    values: Array.from(words, (value) => (isDeep ? value / 257 : value)),
    channels: info.channels,
    width: info.width,
  }
}

function largestDifference({ rgb, alpha }: Picture, values: readonly number[], channels: number): number {
  const pixels = rgb.length / 3
  let largest = 0
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++)
      largest = Math.max(largest, Math.abs(255 * rgb[c * pixels + i]! - values[i * channels + c]!))
    if (alpha) largest = Math.max(largest, Math.abs(255 * alpha[i]! - values[i * channels + 3]!))
  }
  return largest
}

describe.each(read)('$file', ({ file, tolerance = 0, by, ...facts }) => {
  const path = join(folder, file)

  it(`has the pixels that it has for ${by!}`, async () => {
    const picture = await readPicture(path)
    const { values, channels, width } = await seenByOthers(file)
    expect(picture.rgb).toHaveLength((values.length / channels) * 3)
    expect(picture.widthPx).toBe(width)
    expect(picture.alpha !== null).toBe(facts.alpha === true)
    expect(largestDifference(picture, values, channels)).toBeLessThanOrEqual(tolerance + 0.01)
    expect(await probePicture(path)).toMatchObject({ widthPx: picture.widthPx, heightPx: picture.heightPx })
  })

  it('is told with its depth and its EXIF', async () => {
    const { bitDepth, metadata } = await readPicture(path)
    expect(bitDepth).toBe(facts.bits ?? 8)
    const make = metadata.exif?.picture.find(({ id }) => id === 0x010f)
    if (facts.exif === true) expect(Buffer.from(make!.bytes).toString()).toBe('Acme\0')
    else expect(make).toBeUndefined()
  })
})

describe('a healthy file of a kind that is not read', () => {
  it.each(refused)('$file is refused for what it is, with a way out', async ({ file, refused }) => {
    const path = join(folder, file)
    await expect(readPicture(path)).rejects.toMatchObject({
      code: 'picture-unsupported',
      message: `${path} is ${refused!}, which Pastiche doesn't read.`,
      hint: 'Open it in an image editor and save it as JPEG, PNG or TIFF.',
    })
  })
})

describe('docs/picture-formats.md', () => {
  const text = readFileSync(join(root, 'docs', 'picture-formats.md'), 'utf8')
  const rows = text
    .split('\n')
    .filter((line) => /^\| \w/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .slice(1)
  const formatOf = (name: string): InputFormat => inputFormats.find((format) => formatNames[format] === name)!
  /** Formats of fixtures go by the ending. */
  const fixturesOf = (format: InputFormat): Fixture[] =>
    read.filter(({ format: own }) => own === format || (own === 'tif' && format === 'tiff'))

  it('has a row for each format, and each ending in one of them', () => {
    expect(rows.map(([name]) => formatOf(name!)).sort()).toEqual([...inputFormats].sort())
    const endings = rows.flatMap(([, list]) => list!.split(' ').map((ending) => ending.slice(1)))
    expect(endings.sort()).toEqual([...pictureEndings].sort())
  })

  it.each(rows)('%s: what it says is proved by a file', (...[name, , , depth, alpha, exif, , limit]) => {
    const format = formatOf(name!)
    const fixtures = fixturesOf(format)
    expect(fixtures.length).toBeGreaterThan(0)
    expect(fixtures.some(({ bits }) => bits === 16)).toBe(depth === '16')
    expect(fixtures.some((fixture) => fixture.alpha === true)).toBe(alpha === 'yes')
    expect(fixtures.some((fixture) => fixture.exif === true)).toBe(exif === 'yes')
    expect(`${maxPixelsOf(format) / 1e6} MP`).toBe(limit)
  })
})
