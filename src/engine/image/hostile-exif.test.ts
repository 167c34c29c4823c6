import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPicture } from './decode.ts'
import { writePicture } from './encode.ts'
import { readExif, readExifPayload, writeExifPayload } from './exif.ts'
import type { ExifTags } from './exif.ts'
import { makeTestFolder, noiseFile, pngChunk } from '../../../tests/support/test-pictures.ts'
import type { TestFolder } from '../../../tests/support/test-pictures.ts'
import { bytesReader, openTiff, readDirectory } from './tiff-directory.ts'
import { sharp } from './vips.ts'

let folder: TestFolder
beforeAll(async () => {
  folder = await makeTestFolder()
})
afterAll(() => folder.remove())

interface Entry {
  readonly id: number
  readonly type: number
  readonly count: number
  /** A value of up to 4 bytes, or the offset of a longer one. */
  readonly value: number
}

/** A directory as it stands in the file; nothing keeps its entries from being nonsense. */
function directory(entries: readonly Entry[]): Buffer {
  const bytes = Buffer.alloc(2 + 12 * entries.length + 4)
  bytes.writeUInt16LE(entries.length, 0)
  entries.forEach(({ id, type, count, value }, i) => {
    bytes.writeUInt16LE(id, 2 + 12 * i)
    bytes.writeUInt16LE(type, 4 + 12 * i)
    bytes.writeUInt32LE(count, 6 + 12 * i)
    bytes.writeUInt32LE(value, 10 + 12 * i)
  })
  return bytes
}

const header = Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0])
const structure = (...parts: readonly Buffer[]): Buffer => Buffer.concat([header, ...parts])

/** Three directories, each of 1000 tags that all mean the same bytes: what follows in the file, or as much of it as is allowed. */
function overlapping(totalBytes: number, idOf: (i: number) => number): Buffer {
  const sizes = 2 + 12 * 1002 + 4
  const [exposureAt, gpsAt, valuesAt] = [8 + sizes, 8 + 2 * sizes, 8 + 3 * sizes]
  const many = (first: number): Entry[] =>
    Array.from({ length: 1000 }, (_, i) => ({
      id: idOf(first + i),
      type: 7,
      count: Math.min(200_000, totalBytes - valuesAt),
      value: valuesAt,
    }))
  const pointers = [
    { id: 0x8769, type: 4, count: 1, value: exposureAt },
    { id: 0x8825, type: 4, count: 1, value: gpsAt },
  ]
  const filler = [
    { id: 1, type: 3, count: 1, value: 1 },
    { id: 2, type: 3, count: 1, value: 1 },
  ]
  return structure(
    directory([...pointers, ...many(0x010e)]),
    directory([...many(0x9c9b), ...filler]),
    directory([...many(0), ...filler]),
    Buffer.alloc(totalBytes - valuesAt, 'x'),
  )
}

const totalBytes = (tags: ExifTags | null): number =>
  Object.values<ExifTags[keyof ExifTags]>({ ...tags! })
    .flat()
    .reduce((sum, { bytes }) => sum + bytes.length, 0)

async function jpegWith(exif: Buffer): Promise<Buffer> {
  const file = await noiseFile('jpeg', { widthPx: 16, heightPx: 8 })
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 0]), Buffer.from('Exif\0\0'), exif])
  segment.writeUInt16BE(segment.length - 2, 2)
  return Buffer.concat([file.subarray(0, 2), segment, file.subarray(2)])
}

async function pngWith(exif: Buffer): Promise<Buffer> {
  const file = await noiseFile('png', { widthPx: 16, heightPx: 8 })
  return Buffer.concat([file.subarray(0, 33), pngChunk('eXIf', exif), file.subarray(33)])
}

async function webpWith(exif: Buffer): Promise<Buffer> {
  const plain = await noiseFile('webp', { widthPx: 16, heightPx: 8 })
  const chunk = (type: string, data: Buffer): Buffer => {
    const head = Buffer.from(`${type}    `)
    head.writeUInt32LE(data.length, 4)
    return Buffer.concat([head, data, Buffer.alloc(data.length & 1)])
  }
  const size = Buffer.from([0x08, 0, 0, 0, 15, 0, 0, 7, 0, 0])
  const body = [Buffer.from('WEBP'), chunk('VP8X', size), plain.subarray(12), chunk('EXIF', exif)]
  return chunk('RIFF', Buffer.concat(body))
}

/** A TIFF picture whose own directory is the first one of the attack. */
async function tiffWith(tags: readonly Entry[], tail: Buffer): Promise<Buffer> {
  const pixels = await noiseFile('tiff', { widthPx: 16, heightPx: 8 })
  const tiff = openTiff(bytesReader(pixels))!
  const count = pixels.readUInt16LE(tiff.firstDirectory)
  const own = Array.from({ length: count }, (_, i) => {
    const at = tiff.firstDirectory + 2 + 12 * i
    return {
      id: pixels.readUInt16LE(at),
      type: pixels.readUInt16LE(at + 2),
      count: pixels.readUInt32LE(at + 4),
      value: pixels.readUInt32LE(at + 8),
    }
  })
  const at = pixels.length + (pixels.length & 1)
  const file = Buffer.concat([pixels, Buffer.alloc(at - pixels.length), directory([...own, ...tags]), tail])
  file.writeUInt32LE(at, 4)
  return file
}

describe('EXIF whose tags lie over one another', () => {
  it.each([
    ['ids of their own', (i: number) => i & 0xffff],
    ['the same id', () => 0x010e],
  ])('with %s takes no more memory than its budget', (_what, idOf) => {
    const tags = readExif(bytesReader(overlapping(1_100_000, idOf)))
    expect(totalBytes(tags)).toBeLessThanOrEqual(1 << 20)
    expect(writeExifPayload(tags!, 65527).length).toBeLessThanOrEqual(65527)
  })

  it.each([
    ['JPEG', jpegWith, 60_000],
    ['PNG', pngWith, 1_100_000],
    ['WebP', webpWith, 1_100_000],
  ])('does not lose a painting made from a %s', async (name, photoWith, bytes) => {
    const photo = await folder.write(
      `over.${name.toLowerCase()}`,
      await photoWith(overlapping(bytes, (i) => i & 0xffff)),
    )
    const picture = await readPicture(photo)
    expect(totalBytes(picture.metadata.exif)).toBeGreaterThan(10_000)
    for (const ending of ['jpg', 'png', 'webp', 'tiff']) {
      const path = folder.path(`painting-${name}.${ending}`)
      await writePicture(path, picture, { quality: 90, bitDepth: 8, keepGps: true })
      expect((await readPicture(path)).widthPx).toBe(16)
      expect((await readFile(path)).length).toBeLessThan(2_200_000)
    }
  })

  it('does not lose a painting made from a TIFF', async () => {
    const over = Array.from({ length: 900 }, (_, i) => ({
      id: [0x010e, 0x010f, 0x0110, 0x0131][i % 4]!,
      type: 2,
      count: 900_000,
      value: 1000,
    }))
    const photo = await folder.write('over.tiff', await tiffWith(over, Buffer.alloc(1_000_000, 'x')))
    const picture = await readPicture(photo)
    expect(totalBytes(picture.metadata.exif)).toBeLessThanOrEqual(1 << 20)
    const path = folder.path('from-tiff.jpg')
    await writePicture(path, picture, { quality: 90, bitDepth: 8, keepGps: true })
    expect((await readPicture(path)).widthPx).toBe(16)
  })
})

describe('EXIF that points where it should not', () => {
  const make = { id: 0x010f, type: 2, count: 4, value: 0x00636241 }

  it('to itself is read once', () => {
    const loop = [0x8769, 0x8825].map((id) => ({ id, type: 4, count: 1, value: 8 }))
    const tags = readExif(bytesReader(structure(directory([make, ...loop]))))!
    expect(tags.picture.map(({ id }) => id)).toEqual([0x010f])
    expect(tags.gps).toEqual([])
  })

  it('to directories in directories carries none of the pointers, which mean nothing in another file', () => {
    const second = 8 + 2 + 12 * 2 + 4
    const pointers = [0x014a, 0x8769, 0x8825, 0xa005].map((id) => ({ id, type: 4, count: 1, value: second }))
    const unknown = { id: 0x9999, type: 13, count: 1, value: second }
    const tags = readExif(
      bytesReader(
        structure(
          directory([make, { id: 0x8769, type: 4, count: 1, value: second }]),
          directory([{ id: 0x829a, type: 3, count: 1, value: 7 }, ...pointers, unknown]),
        ),
      ),
    )!
    expect(tags.exposure.map(({ id }) => id)).toEqual([0x829a])
  })

  it.each([
    ['a count of 2³¹', { id: 0x010e, type: 12, count: 2 ** 31, value: 8 }],
    ['an offset beyond the end', { id: 0x010e, type: 2, count: 100, value: 2 ** 32 - 1 }],
    ['an unknown type', { id: 0x010e, type: 16, count: 1, value: 8 }],
    ['no values', { id: 0x010e, type: 2, count: 0, value: 8 }],
  ])('with %s costs that tag only', (_what, entry) => {
    const tags = readExif(bytesReader(structure(directory([entry, make]))))!
    expect(tags.picture.map(({ id }) => id)).toEqual([0x010f])
  })

  it('with 65,535 entries and none of them there has no tags', () => {
    expect(readExif(bytesReader(structure(Buffer.from([0xff, 0xff]))))).toBeNull()
  })
})

describe('EXIF that cannot be written', () => {
  it('is left out, which is said, and the painting is saved with its own description', async () => {
    const fault = {
      id: 0x010f,
      type: 2,
      count: 9,
      get bytes(): Uint8Array {
        throw new RangeError('out of memory')
      },
    }
    const notices: string[] = []
    const picture = {
      widthPx: 2,
      heightPx: 1,
      rgb: new Float32Array(6),
      alpha: null,
      metadata: { exif: { picture: [fault], exposure: [], gps: [] } },
    }
    for (const ending of ['jpg', 'png', 'webp', 'tiff']) {
      const path = folder.path(`without.${ending}`)
      await writePicture(path, picture, {
        quality: 90,
        bitDepth: 8,
        keepGps: false,
        description: 'Painted by a test',
        onNotice: (message) => notices.push(message),
      })
      expect((await sharp(path).metadata()).width).toBe(2)
      expect((await readFile(path)).includes('Painted by a test')).toBe(true)
    }
    expect(notices).toHaveLength(4)
    expect(notices[0]).toMatch(/was saved without it\.$/)
  })
})

describe('readDirectory', () => {
  it('reads the values of wanted tags only, so that the tables of a large TIFF leave room for them', () => {
    const asked: number[] = []
    const bytes = structure(
      directory([
        { id: 0x0111, type: 4, count: 50_000, value: 50 },
        { id: 0x010f, type: 2, count: 8, value: 60 },
      ]),
      Buffer.alloc(300_000),
    )
    const tiff = openTiff((offset, length) => (asked.push(length), bytesReader(bytes)(offset, length)))!
    expect(readDirectory(tiff, 8, (id) => id === 0x010f).map(({ id }) => id)).toEqual([0x010f])
    expect(Math.max(...asked)).toBe(12)
  })

  it('is given EXIF with or without the prefix of JPEG', () => {
    expect(readExifPayload(Buffer.from('Exif\0\0II'))).toBeNull()
  })
})
