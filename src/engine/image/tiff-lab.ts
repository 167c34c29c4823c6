import { readFile } from 'node:fs/promises'
import { linearToSrgb } from './colour.ts'
import { exifOfTiffFile } from './exif.ts'
import type { ExifTags } from './exif.ts'
import { maxBytes } from './limits.ts'
import type { InputFormat } from './formats.ts'
import { assertPixels, cutShort, damaged, unsupported } from './problems.ts'
import type { NamedPicture } from './problems.ts'
import { makeRawTiff } from './raw-tiff.ts'
import { readTiffFacts, withFile } from './tiff-file.ts'
import { sharp } from './vips.ts'

/** TIFF's CIELab (photometric 8) and ICCLab (9), 8 and 16 bits: lightness and two colour axes under D50. TIFF 6.0, section 23. */

/** L in [0,100], a and b in about [−128,127], to sRGB-encoded shares; Bradford from D50 to D65 is part of the matrix. */
export function labToSrgb(lightness: number, a: number, b: number, out: Float64Array): void {
  const fy = (lightness + 16) / 116
  const light = (f: number): number => (f > 6 / 29 ? f ** 3 : (3 * 36 * (f - 4 / 29)) / 841)
  const [x, y, z] = [0.9642 * light(fy + a / 500), light(fy), 0.8249 * light(fy - b / 200)]
  const linear = [
    3.1338561 * x - 1.6168667 * y - 0.4906146 * z,
    -0.9787684 * x + 1.9161415 * y + 0.033454 * z,
    0.0719453 * x - 0.2289914 * y + 1.4052427 * z,
  ]
  linear.forEach((value, c) => (out[c] = linearToSrgb(Math.min(1, Math.max(0, value)))))
}

/** Each stored value as L, and as a or b. */
function scaleOf(photometric: number, is16: boolean): { lightness: number; axis: (value: number) => number } {
  const [max, unit] = is16 ? [65535, 256] : [255, 1]
  const half = 128 * unit
  const signed = (value: number): number => (value >= half ? value - 2 * half : value) / unit
  return { lightness: 100 / max, axis: photometric === 8 ? signed : (value) => (value - half) / unit }
}

const rgbPhotometric = 2

/**
 * A Lab file as one of colours in sRGB; null for any other TIFF file. The decoder reads the stored numbers untouched once it is told
 * that they are RGB.
 */
export async function labAsRgb(
  file: NamedPicture & { readonly format: InputFormat },
): Promise<(NamedPicture & { input: Buffer; exif: ExifTags | null; bitDepth: 8 | 16 }) | null> {
  const facts = withFile(file.path, readTiffFacts)
  const entryAt = facts?.photometricAt ?? null
  if (facts === null || entryAt === null) return null
  if (facts.photometric !== 8 && facts.photometric !== 9) return null
  const bytes = await readFile(file.path)
  if (facts.littleEndian) bytes.writeUInt16LE(rgbPhotometric, entryAt + 8)
  else bytes.writeUInt16BE(rgbPhotometric, entryAt + 8)
  try {
    return { ...file, ...(await decodeLab(file, bytes, facts.photometric)), exif: exifOfTiffFile(file.path) }
  } catch (cause) {
    throw facts.end > bytes.length ? cutShort(file, cause) : damaged(file, cause)
  }
}

async function decodeLab(
  file: NamedPicture,
  bytes: Buffer,
  photometric: number,
): Promise<{ input: Buffer; bitDepth: 8 | 16 }> {
  const header = await sharp(bytes).metadata()
  if (header.channels < 3 || header.channels > 4 || (header.depth !== 'uchar' && header.depth !== 'ushort'))
    throw unsupported(file, 'a Lab TIFF picture of a rare layout')
  const is16 = header.depth === 'ushort'
  assertPixels(file.path, { widthPx: header.width, heightPx: header.height }, maxBytes / (is16 ? 8 : 4))
  const options = { failOn: 'error', autoOrient: true, ignoreIcc: true, limitInputPixels: false } as const
  const { data, info } = await sharp(bytes, options)
    .toColourspace(is16 ? 'rgb16' : 'srgb')
    .raw({ depth: is16 ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const channels = info.channels as 3 | 4
  const raw = makeRawTiff({ widthPx: info.width, heightPx: info.height }, channels, is16 ? 16 : 8, null)
  const typed = (buffer: Uint8Array): Uint8Array | Uint16Array =>
    is16 ? new Uint16Array(buffer.buffer, buffer.byteOffset, buffer.length / 2) : buffer
  convert(typed(data), typed(raw.pixels), channels, scaleOf(photometric, is16))
  return { input: raw.file, bitDepth: is16 ? 16 : 8 }
}

function convert(
  from: Uint8Array | Uint16Array,
  to: Uint8Array | Uint16Array,
  channels: number,
  { lightness, axis }: ReturnType<typeof scaleOf>,
): void {
  const max = from instanceof Uint16Array ? 65535 : 255
  const colour = new Float64Array(3)
  for (let i = 0; i < from.length; i += channels) {
    labToSrgb(from[i]! * lightness, axis(from[i + 1]!), axis(from[i + 2]!), colour)
    for (let c = 0; c < 3; c++) to[i + c] = Math.round(colour[c]! * max)
    if (channels === 4) to[i + 3] = from[i + 3]!
  }
}
