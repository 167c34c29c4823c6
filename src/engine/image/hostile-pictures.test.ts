import { deflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPicture } from './decode.ts'
import { assertFewPasses } from './passes.ts'
import { failure, makeTestFolder, noiseFile, pngChunk } from '../../../tests/support/test-pictures.ts'
import type { TestFolder } from '../../../tests/support/test-pictures.ts'
import { sharp } from './vips.ts'

let folder: TestFolder
let png: Buffer
const size = { widthPx: 16, heightPx: 16 }
beforeAll(async () => {
  folder = await makeTestFolder()
  png = await noiseFile('png', size)
})
afterAll(() => folder.remove())

const segment = (marker: number, ...bytes: readonly number[]): Buffer => {
  const length = bytes.length + 2
  return Buffer.from([0xff, marker, length >> 8, length & 255, ...bytes])
}

/**
 * A grey progressive JPEG of 1024 × 1024 px (ITU-T T.81, annex G): all its coefficients are zero, and each scan says so of one of them,
 * one bit at a time, in a few bytes.
 */
function manyScans(count: number): Buffer {
  const huffman = (kind: number, symbol: number): Buffer =>
    segment(0xc4, kind << 4, 1, ...new Array<number>(15).fill(0), symbol)
  const scan = (coefficient: number, bits: number, data: Buffer): Buffer =>
    Buffer.concat([segment(0xda, 1, 1, 0, coefficient, coefficient, bits), data])
  const blocks = 128 * 128
  // "The next 2¹⁴ blocks have no more coefficients": one bit, and fourteen zeros.
  const run = Buffer.from([0, 1])
  const scans = Array.from({ length: count }, (_, i) => {
    const bit = 13 - Math.floor(i / 63)
    return scan(1 + (i % 63), bit === 13 ? bit : ((bit + 1) << 4) | bit, run)
  })
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xdb, 0, ...new Array<number>(64).fill(1)),
    segment(0xc2, 8, 4, 0, 4, 0, 1, 1, 0x11, 0),
    huffman(0, 0),
    huffman(1, 0xe0),
    scan(0, 0, Buffer.alloc(blocks / 8)),
    ...scans,
    Buffer.from([0xff, 0xd9]),
  ])
}

/** A TIFF whose directory is repeated, each linked to the next. */
async function manyPages(count: number): Promise<Buffer> {
  const file = await noiseFile('tiff', size)
  const first = file.readUInt32LE(4)
  const length = 2 + 12 * file.readUInt16LE(first) + 4
  const start = file.length + (file.length & 1)
  const pages = Array.from({ length: count - 1 }, (_, i) => {
    const directory = Buffer.from(file.subarray(first, first + length))
    directory.writeUInt32LE(i === count - 2 ? 0 : start + length * (i + 1), length - 4)
    return directory
  })
  file.writeUInt32LE(start, first + length - 4)
  return Buffer.concat([file, Buffer.alloc(start - file.length), ...pages])
}

describe('a picture that the decoder would go through again and again', () => {
  it('as a JPEG of hundreds of scans is refused', async () => {
    const path = await folder.write('scans.jpg', manyScans(880))
    expect(await failure(readPicture(path))).toEqual({
      code: 'picture-damaged',
      message: '"scans.jpg" is stored in more than 100 passes and would take too long to read.',
    })
  })

  it('as a JPEG of fifty scans is read', async () => {
    const path = await folder.write('scans-50.jpg', manyScans(50))
    expect((await readPicture(path)).widthPx).toBe(1024)
  })

  it('is told from one with the bytes of a scan behind its end, as phones append a film', async () => {
    const photo = await sharp(png).jpeg({ progressive: true }).toBuffer()
    const film = Buffer.alloc(100_000, Buffer.from([0xff, 0xda, 0, 2]))
    const thumbnail = Buffer.alloc(60_000, Buffer.from([0xff, 0xda]))
    const inside = segment(0xe3, ...thumbnail)
    const path = await folder.write(
      'film.jpg',
      Buffer.concat([photo.subarray(0, 2), inside, photo.subarray(2), film]),
    )
    expect((await readPicture(path)).widthPx).toBe(16)
  })

  it('as a TIFF of ten thousand pages is refused, one of a hundred is read', async () => {
    const many = await folder.write('many.tiff', await manyPages(10_001))
    expect(await failure(readPicture(many))).toMatchObject({
      code: 'picture-damaged',
      message: '"many.tiff" has more than 10000 pages and would take too long to read.',
    })
    expect((await readPicture(await folder.write('few.tiff', await manyPages(100)))).widthPx).toBe(16)
  })

  it.each([
    ['II', 42],
    ['MM', 42],
    ['II', 43],
    ['MM', 43],
  ])(
    'as a TIFF (%s, version %i) whose directory is followed by itself is refused',
    async (order, version) => {
      const bytes = Buffer.alloc(64)
      const put = (value: number, at: number, length: number): void => {
        const number = Buffer.alloc(8)
        number.writeBigUInt64BE(BigInt(value))
        const last = number.subarray(8 - length)
        bytes.set(order === 'II' ? last.reverse() : last, at)
      }
      bytes.write(order)
      put(version, 2, 2)
      const directoryAt = 16
      const [firstAt, countBytes, offsetBytes] = version === 43 ? [8, 8, 8] : [4, 2, 4]
      put(directoryAt, firstAt, offsetBytes)
      // Without entries: after how many there are comes where the next directory is.
      put(directoryAt, directoryAt + countBytes, offsetBytes)
      const path = await folder.write(`loop-${order}-${version}.tiff`, bytes)
      expect(() => assertFewPasses({ path, format: 'tiff' })).toThrow('more than 10000 pages')
    },
  )

  it('cut off or damaged anywhere is told soon', async () => {
    const jpeg = manyScans(20)
    for (let length = 4; length < jpeg.length; length += 97) {
      const path = await folder.write('cut.jpg', jpeg.subarray(0, length))
      expect(() => assertFewPasses({ path, format: 'jpeg' })).not.toThrow()
    }
  })
})

describe('a picture with a few bytes that unpack to many', () => {
  const bomb = deflateSync(Buffer.alloc(100_000_000))
  const withChunk = (type: string, name: string, data: Buffer): Buffer =>
    Buffer.concat([
      png.subarray(0, 33),
      pngChunk(type, Buffer.concat([Buffer.from(name, 'latin1'), data])),
      png.subarray(33),
    ])

  it.each([
    ['a comment', 'zTXt', 'Comment\0\0'],
    ['EXIF as ImageMagick keeps it', 'zTXt', 'Raw profile type exif\0\0'],
    ['a colour profile', 'iCCP', 'profile\0\0'],
    ['XMP', 'iTXt', 'XML:com.adobe.xmp\0\x01\0\0\0'],
  ])('in %s is read without', async (_what, type, name) => {
    const path = await folder.write('bomb.png', withChunk(type, name, bomb))
    const before = process.resourceUsage().maxRSS
    expect((await readPicture(path)).widthPx).toBe(16)
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(90_000)
  })

  it('has a colour profile of 300,000 tags, none of which is looked for again and again', async () => {
    const profile = Buffer.alloc(132 + 12 * 300_000)
    profile.writeUInt32BE(profile.length, 0)
    profile.write('mntrRGB XYZ ', 12, 'latin1')
    profile.write('acsp', 36, 'latin1')
    profile.writeUInt32BE(300_000, 128)
    const path = await folder.write('tags.png', withChunk('iCCP', 'profile\0\0', deflateSync(profile)))
    expect((await readPicture(path)).widthPx).toBe(16)
  })
})
