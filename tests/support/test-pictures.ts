import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { PasticheError } from '../../src/shared/errors.ts'
import type { Picture } from '../../src/engine/image/picture.ts'
import type { Size } from '../../src/engine/tensor/size.ts'
import { longTag, shortTag, tiffTypes, writeDirectory } from '../../src/engine/image/tiff-directory.ts'
import { sharp } from '../../src/engine/image/vips.ts'

/** Pictures and files that the tests of this folder make for themselves. */

export interface TestFolder {
  readonly path: (name: string) => string
  readonly write: (name: string, bytes: Uint8Array | string) => Promise<string>
  readonly remove: () => Promise<void>
}

export async function makeTestFolder(): Promise<TestFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'pastiche-image-'))
  const path = (name: string): string => join(folder, name)
  const write = async (name: string, bytes: Uint8Array | string): Promise<string> => {
    await writeFile(path(name), bytes)
    return path(name)
  }
  return { path, write, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** Code and message of the PasticheError that a promise was rejected with. */
export async function failure(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await work
  } catch (error) {
    if (error instanceof PasticheError) return { code: error.code, message: error.message }
    throw error
  }
  throw new Error('Expected a failure.')
}

/** Interleaved 8-bit noise that does not change from run to run. */
export const noise8 = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 255))

export const noiseFile = (
  format: 'jpeg' | 'png' | 'webp' | 'avif' | 'tiff' | 'gif',
  size: Size,
): Promise<Buffer> =>
  sharp(noise8(size.widthPx * size.heightPx * 3), {
    raw: { width: size.widthPx, height: size.heightPx, channels: 3 },
  })
    [format]()
    .toBuffer()

/** Colours and alpha that walk through all 65536 values of 16 bits, hidden colours included. */
export function rampPicture(widthPx: number, heightPx: number): Pick<Picture, 'rgb' | 'alpha'> & Size {
  const pixels = widthPx * heightPx
  const rgb = Float32Array.from({ length: 3 * pixels }, (_, i) => ((i * 7919) % 65536) / 65535)
  const alpha = Float32Array.from({ length: pixels }, (_, i) => ((i * 40503) % 65536) / 65535)
  return { widthPx, heightPx, rgb, alpha }
}

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const chunk = Buffer.alloc(body.length + 8)
  chunk.writeUInt32BE(data.length, 0)
  chunk.set(body, 4)
  chunk.writeUInt32BE(crc32(body), body.length + 4)
  return chunk
}

/** A PNG file of a few bytes whose header claims any size. */
export function pngThatClaims(widthPx: number, heightPx: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(widthPx, 0)
  header.writeUInt32BE(heightPx, 4)
  header.set([8, 2], 8)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(100))),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

/** A grey ICC profile (version 2.4) whose tone curve is a plain gamma. */
export function greyProfile(gamma: number): Buffer {
  const tag = (type: string, bytes: readonly number[]): Buffer =>
    Buffer.concat([Buffer.from(type, 'latin1'), Buffer.alloc(4), Buffer.from(bytes)])
  const fixed = Math.round(gamma * 256)
  const d50 = [0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d]
  const name = [0, 0, 0, 5, ...Buffer.from('Grey\0'), ...Buffer.alloc(78 + 3)]
  const tags: [string, Buffer][] = [
    ['desc', tag('desc', name)],
    ['wtpt', tag('XYZ ', d50)],
    ['kTRC', tag('curv', [0, 0, 0, 1, fixed >> 8, fixed & 255, 0, 0])],
    ['cprt', tag('text', [...Buffer.from('none\0\0\0\0')])],
  ]
  const table = Buffer.alloc(4 + 12 * tags.length)
  table.writeUInt32BE(tags.length, 0)
  let at = 128 + table.length
  tags.forEach(([signature, data], i) => {
    table.write(signature, 4 + 12 * i, 'latin1')
    table.writeUInt32BE(at, 8 + 12 * i)
    table.writeUInt32BE(data.length, 12 + 12 * i)
    at += data.length
  })
  const header = Buffer.alloc(128)
  header.writeUInt32BE(at, 0)
  header.writeUInt32BE(0x02400000, 8)
  header.write('mntrGRAYXYZ ', 12, 'latin1')
  header.write('acsp', 36, 'latin1')
  header.set(d50, 68)
  return Buffer.concat([header, table, ...tags.map(([, data]) => data)])
}

/** A 2 × 2 TIFF file with any number of channels: floating-point where they have 32 bits, else whole numbers. */
export function unusualTiff(channels: number, bits: number): Buffer {
  const pixels = Buffer.alloc((4 * channels * bits) / 8)
  const each = (id: number, value: number) => ({
    id,
    type: tiffTypes.short,
    count: channels,
    bytes: Buffer.from(Uint16Array.from({ length: channels }, () => value).buffer),
  })
  const directory = writeDirectory(
    [
      longTag(256, 2),
      longTag(257, 2),
      each(258, bits),
      shortTag(259, 1),
      shortTag(262, channels < 3 ? 1 : 2),
      longTag(273, 8),
      shortTag(277, channels),
      longTag(278, 2),
      longTag(279, pixels.length),
      each(339, bits === 32 ? 3 : 1),
    ],
    8 + pixels.length,
  )
  const header = Buffer.from([0x49, 0x49, 42, 0, 8 + pixels.length, 0, 0, 0])
  return Buffer.concat([header, pixels, directory])
}
