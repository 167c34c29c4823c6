import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPicture } from './decode.ts'
import { writePicture } from './encode.ts'
import { carryExif, readExifPayload, writeExifPayload } from './exif.ts'
import type { ExifTags } from './exif.ts'
import { makeTestFolder } from '../../../tests/support/test-pictures.ts'
import type { TestFolder } from '../../../tests/support/test-pictures.ts'
import { bytesReader, longTag, openTiff, readDirectory, tagNumber, textTag } from './tiff-directory.ts'
import type { TiffTag } from './tiff-directory.ts'
import { sharp } from './vips.ts'

let folder: TestFolder
beforeAll(async () => {
  folder = await makeTestFolder()
})
afterAll(() => folder.remove())

const options = { quality: 92, bitDepth: 8, keepGps: false } as const
const photoExif = {
  IFD0: { Make: 'Acme', Model: 'Box 1', Copyright: 'Jane Doe', ImageDescription: 'At the lake' },
  IFD2: {
    ExposureTime: '1/125',
    FNumber: '28/10',
    DateTimeOriginal: '2026:01:02 03:04:05',
    PixelXDimension: '9999',
  },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 7/1' },
}

const find = (tags: readonly TiffTag[], id: number): TiffTag | undefined => tags.find((tag) => tag.id === id)
const text = (tags: readonly TiffTag[], id: number): string | undefined => {
  const bytes = find(tags, id)?.bytes
  return bytes && Buffer.from(bytes.subarray(0, -1)).toString()
}

/** The three directories of a written file as they are, and what it says of orientation and thumbnail. */
async function exifOf(
  path: string,
): Promise<ExifTags & { orientation: number | null; nextDirectory: number | null }> {
  const isTiff = path.endsWith('.tiff')
  const { exif } = await sharp(path).metadata()
  const bytes: Uint8Array = isTiff ? await readFile(path) : exif!
  const start = Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'Exif' ? 6 : 0
  const tiff = openTiff(bytesReader(bytes.subarray(start)))!
  const picture = readDirectory(tiff, tiff.firstDirectory)
  const under = (id: number): TiffTag[] => {
    const offset = tagNumber(find(picture, id))
    return offset === null ? [] : readDirectory(tiff, offset)
  }
  const next = tiff.read(tiff.firstDirectory + 2 + 12 * picture.length, 4)!
  return {
    picture,
    exposure: under(0x8769),
    gps: under(0x8825),
    orientation: tagNumber(find(picture, 0x0112)),
    nextDirectory: Buffer.from(next).readUInt32LE(),
  }
}

async function photo(
  format: 'jpeg' | 'png' | 'webp' | 'avif',
  exif: typeof photoExif = photoExif,
): Promise<string> {
  const image = sharp({ create: { width: 32, height: 16, channels: 3, background: '#b45a3c' } })
  const encoded = image.withMetadata({ orientation: 6 }).withExifMerge(exif).toFormat(format)
  return folder.write(`photo.${format}`, await encoded.toBuffer())
}

async function carried(path: string, to: string, more: { keepGps?: boolean; description?: string } = {}) {
  const picture = await readPicture(path)
  const output = folder.path(to)
  await writePicture(output, picture, { ...options, ...more })
  return exifOf(output)
}

describe('EXIF', () => {
  const pairs = (['jpeg', 'png', 'webp', 'avif'] as const).flatMap((from) =>
    ['out.jpg', 'out.png', 'out.webp', 'out.tiff'].map((to) => [from, to] as const),
  )
  it.each(pairs)('goes from %s to %s', async (from, to) => {
    const { picture, exposure, gps, ...rest } = await carried(await photo(from), to)
    expect([0x010f, 0x0110, 0x8298, 0x010e].map((id) => text(picture, id))).toEqual([
      'Acme',
      'Box 1',
      'Jane Doe',
      'At the lake',
    ])
    expect(text(exposure, 0x9003)).toBe('2026:01:02 03:04:05')
    expect([...new Uint32Array(find(exposure, 0x829a)!.bytes.slice().buffer)]).toEqual([1, 125])
    expect(rest).toEqual({ orientation: 1, nextDirectory: 0 })
    expect(gps).toEqual([])
  })

  it('tells the size and colour space of the result', async () => {
    const { exposure } = await carried(await photo('jpeg'), 'size.jpg')
    // Orientation 6: 32 × 16 as stored, 16 × 32 as seen.
    expect([0xa002, 0xa003, 0xa001].map((id) => tagNumber(find(exposure, id)))).toEqual([16, 32, 1])
  })

  it.each(['gps.jpg', 'gps.png', 'gps.webp', 'gps.tiff'])(
    'keeps GPS in %s only where asked to',
    async (to) => {
      const kept = await carried(await photo('jpeg'), to, { keepGps: true })
      expect(text(kept.gps, 1)).toBe('N')
      expect([...new Uint32Array(find(kept.gps, 2)!.bytes.slice().buffer)]).toEqual([51, 1, 30, 1, 7, 1])
      const dropped = await carried(await photo('jpeg'), to)
      expect(find(dropped.picture, 0x8825)).toBeUndefined()
      const latitude = Buffer.from(Uint32Array.of(51, 1, 30, 1, 7, 1).buffer)
      expect((await readFile(folder.path(to))).includes(latitude)).toBe(false)
    },
  )

  it.each([8, 16] as const)('survives from TIFF to TIFF with %i bits', async (bitDepth) => {
    const tiff = folder.path('between.tiff')
    await writePicture(tiff, await readPicture(await photo('jpeg')), { ...options, bitDepth, keepGps: true })
    const { picture, exposure, gps } = await carried(tiff, 'final.jpg', { keepGps: true })
    expect([text(picture, 0x010f), text(exposure, 0x9003), text(gps, 1)]).toEqual([
      'Acme',
      '2026:01:02 03:04:05',
      'N',
    ])
    // Nothing of what tells where a TIFF file keeps its pixels.
    expect(find(picture, 0x0111)).toBeUndefined()
  })

  it.each(['said.jpg', 'said.png', 'said.webp', 'said.tiff'])('takes a description in %s', async (to) => {
    const { picture } = await carried(await photo('png'), to, { description: 'Painted – 360 steps' })
    expect(text(picture, 0x010e)).toBe('Painted – 360 steps')
  })

  it('is left out where the photo has none and nothing is to be said', async () => {
    const path = folder.path('bare.jpg')
    await writePicture(path, { widthPx: 2, heightPx: 1, rgb: new Float32Array(6), alpha: null }, options)
    expect((await sharp(path).metadata()).exif).toBeUndefined()
  })

  it('is understood by libexif', async () => {
    await carried(await photo('jpeg'), 'by-us.jpg', { keepGps: true })
    const again = await sharp(folder.path('by-us.jpg')).keepExif().jpeg().toBuffer()
    const tags = readExifPayload((await sharp(again).metadata()).exif)!
    expect([text(tags.picture, 0x010f), text(tags.exposure, 0x9003), text(tags.gps, 1)]).toEqual([
      'Acme',
      '2026:01:02 03:04:05',
      'N',
    ])
  })
})

/** A big-endian EXIF payload with a maker note, a UTF-16 comment, a thumbnail and a tag that points outside. */
function bigEndianPayload(): Buffer {
  const entry = (id: number, type: number, count: number, value: number): Buffer => {
    const bytes = Buffer.alloc(12)
    bytes.writeUInt16BE(id, 0)
    bytes.writeUInt16BE(type, 2)
    bytes.writeUInt32BE(count, 4)
    bytes.writeUInt32BE(value, 8)
    return bytes
  }
  const directory = (entries: Buffer[], next: number): Buffer => {
    const [count, link] = [Buffer.alloc(2), Buffer.alloc(4)]
    count.writeUInt16BE(entries.length)
    link.writeUInt32BE(next)
    return Buffer.concat([count, ...entries, link])
  }
  const comment = Buffer.concat([Buffer.from('UNICODE\0'), Buffer.from('Hé', 'utf16le').swap16()])
  // Header 8, first directory 3 entries (42), exposure 4 entries (54), thumbnail 1 entry (18), then values.
  const [exposureAt, thumbnailAt, valuesAt] = [8 + 42, 8 + 42 + 54, 8 + 42 + 54 + 18]
  return Buffer.concat([
    Buffer.from('MM\0*\0\0\0\x08', 'latin1'),
    directory(
      [
        entry(0x010f, 2, 4, Buffer.from('Abc\0').readUInt32BE()),
        entry(0x0112, 3, 1, 6 << 16),
        entry(0x8769, 4, 1, exposureAt),
      ],
      thumbnailAt,
    ),
    directory(
      [
        entry(0x829a, 5, 1, valuesAt),
        entry(0x9286, 7, comment.length, valuesAt + 8),
        entry(0x927c, 7, 8, valuesAt),
        entry(0x9003, 2, 20, 0x00ffffff),
      ],
      0,
    ),
    directory([entry(0x0201, 4, 1, 0)], 0),
    Buffer.from([0, 0, 0, 1, 0, 0, 0, 125]),
    comment,
  ])
}

describe('readExifPayload', () => {
  it('reads the other byte order, and leaves maker note, thumbnail and damaged tags behind', () => {
    const tags = readExifPayload(bigEndianPayload())!
    expect(text(tags.picture, 0x010f)).toBe('Abc')
    expect(tags.exposure.map(({ id }) => id)).toEqual([0x829a, 0x9286])
    expect([...new Uint32Array(tags.exposure[0]!.bytes.slice().buffer)]).toEqual([1, 125])
    expect(Buffer.from(tags.exposure[1]!.bytes.subarray(8)).toString('utf16le')).toBe('Hé')
  })

  it('accepts the prefix of JPEG', () => {
    const plain = readExifPayload(bigEndianPayload())
    expect(readExifPayload(Buffer.concat([Buffer.from('Exif\0\0'), bigEndianPayload()]))).toEqual(plain)
  })

  it('never fails, however the payload is cut or damaged', () => {
    const payload = bigEndianPayload()
    for (let i = 0; i < payload.length; i++) {
      readExifPayload(payload.subarray(0, i))
      const damaged = Buffer.from(payload)
      damaged[i] = 0xff
      const tags = readExifPayload(damaged)
      if (tags !== null) writeExifPayload(tags, 65527)
    }
    expect(readExifPayload(Buffer.from('not EXIF at all'))).toBeNull()
  })
})

describe('writeExifPayload', () => {
  it('leaves out the largest tags until it fits', () => {
    const size = { widthPx: 1, heightPx: 1, keepGps: false }
    const source = {
      picture: [textTag(0x010f, 'Abc'), textTag(0x013b, 'x'.repeat(70_000))],
      exposure: [],
      gps: [],
    }
    const payload = writeExifPayload(carryExif(source, size)!, 65527)
    const tags = readExifPayload(payload)!
    expect(payload.length).toBeLessThan(65527)
    expect(tags.picture.map(({ id }) => id)).toEqual([0x010f])
  })

  it('writes tags in ascending order', () => {
    const payload = writeExifPayload(
      { picture: [textTag(0x8298, 'b'), textTag(0x010f, 'a')], exposure: [longTag(0xa002, 1)], gps: [] },
      999,
    )
    const tiff = openTiff(bytesReader(payload))!
    expect(readDirectory(tiff, tiff.firstDirectory).map(({ id }) => id)).toEqual([0x010f, 0x8298, 0x8769])
  })
})
