import type { Metadata } from 'sharp'
import { maxBytes } from './limits.ts'
import type { Size } from '../tensor/size.ts'
import { assertPixels, unsupported } from './problems.ts'
import { makeRawTiff } from './raw-tiff.ts'
import { exifOf } from './source.ts'
import type { PictureSource } from './source.ts'
import { sharp } from './vips.ts'

/** TIFF files whose colours are stored as floating-point or 32-bit numbers. */

const floatDepths: readonly string[] = ['float', 'double', 'complex', 'dpcomplex']
const signedDepths: readonly string[] = ['char', 'short', 'int']

/**
 * The same picture as 16-bit whole numbers; null for a picture that has whole numbers already. Floating-point colours are shares of
 * white, encoded as the profile says; without one as sRGB, as ImageMagick and GIMP take them. (libvips would take all of them for
 * linear light, whatever the profile.)
 * @throws PasticheError `picture-unsupported`, `picture-damaged`, `picture-too-large`
 */
export async function asWholeNumbers(source: PictureSource, header: Metadata): Promise<PictureSource | null> {
  const { depth, space } = header
  const isFloat = floatDepths.includes(depth)
  if (!isFloat && depth !== 'uint' && !signedDepths.includes(depth)) return null
  const kind = unreadableKind(header, isFloat)
  if (kind !== null) throw unsupported(source, kind)
  const size = { widthPx: header.width, heightPx: header.height }
  assertPixels(source.path, size, maxBytes / (4 * header.channels))
  const read = sharp(source.input, {
    failOn: 'error',
    autoOrient: true,
    ignoreIcc: true,
    limitInputPixels: false,
  })
  const { data, info } = await (
    isFloat
      ? read.toColourspace('scrgb').raw({ depth: 'float' })
      : read.toColourspace('rgb16').raw({ depth: 'ushort' })
  ).toBuffer({ resolveWithObject: true })
  const values = isFloat ? toShorts(data) : data
  const isGrey = space === 'b-w'
  const icc = isGrey ? null : (header.icc ?? null)
  const input = inTiff({ widthPx: info.width, heightPx: info.height }, info.channels, values, icc)
  return { ...source, input, exif: exifOf(source, header.exif), bitDepth: 16 }
}

function unreadableKind({ depth, space, channels }: Metadata, isFloat: boolean): string | null {
  if (depth === 'double' || depth.includes('complex')) return 'a TIFF picture of 64-bit numbers'
  if (!isFloat && depth !== 'uint') return 'a TIFF picture of signed numbers'
  // Nothing says which value is white.
  if (isFloat && space !== 'scrgb') return 'a TIFF picture whose grey is in floating-point numbers'
  return channels > 4 ? `a TIFF picture of ${channels} channels` : null
}

function toShorts(data: Buffer): Buffer {
  const floats = new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4)
  const shorts = Uint16Array.from(floats, (value) => Math.round(Math.min(1, Math.max(0, value || 0)) * 65535))
  return Buffer.from(shorts.buffer)
}

function inTiff(size: Size, channels: number, values: Buffer, icc: Uint8Array | null): Buffer {
  const raw = makeRawTiff(size, channels as 3 | 4, 16, icc)
  raw.pixels.set(values)
  return raw.file
}
