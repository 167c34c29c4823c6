import { readBmpHeader } from './bmp-header.ts'
import type { BmpHeader } from './bmp-header.ts'
import { unpackRle } from './bmp-rle.ts'
import type { Size } from '../tensor/size.ts'
import { assertPixels, cutShort, damaged, unsupported } from './problems.ts'
import type { NamedPicture } from './problems.ts'
import { makeRawTiff } from './raw-tiff.ts'
import type { RawTiff } from './raw-tiff.ts'

/** Windows and OS/2 bitmaps: 1 to 32 bits, either way up, run lengths, masks; alpha only where a mask announces it. */

function headerOf(source: NamedPicture, file: Buffer): BmpHeader {
  let header: BmpHeader
  try {
    header = readBmpHeader(file)
  } catch (cause) {
    throw cause instanceof RangeError ? cutShort(source, cause) : damaged(source, cause)
  }
  if (header.unsupported !== null) throw unsupported(source, header.unsupported)
  if (header.widthPx < 1 || header.heightPx < 1) throw damaged(source, new Error('no width or no height'))
  return header
}

/** @throws PasticheError `picture-damaged`, `picture-unsupported` */
export function bmpSize(source: NamedPicture, file: Buffer): Size {
  const { widthPx, heightPx } = headerOf(source, file)
  return { widthPx, heightPx }
}

/** @returns the picture as a TIFF file. @throws as `bmpSize`, `picture-too-large` */
export function decodeBmp(source: NamedPicture, file: Buffer, maxPixels: number): Buffer {
  const header = headerOf(source, file)
  assertPixels(source.path, header, maxPixels)
  const { widthPx, heightPx, bitsPerPixel, isBottomUp } = header
  const rowBytes = 4 * Math.ceil((widthPx * bitsPerPixel) / 32)
  const stored = file.subarray(header.pixelsAt)
  const isPacked = header.compression === 'rle'
  // The last line may lack the bytes that only fill it up.
  const needed = rowBytes * (heightPx - 1) + Math.ceil((widthPx * bitsPerPixel) / 8)
  if (!isPacked && stored.length < needed) throw cutShort(source)
  const indices = isPacked ? unpackRle(stored, header) : null
  if (indices !== null && !indices.isWhole) throw cutShort(source)
  const hasAlpha = header.alpha !== null && !isAlphaUnused(stored, header, rowBytes)
  const raw = makeRawTiff(header, hasAlpha ? 4 : 3, 8, header.icc)
  for (let y = 0; y < heightPx; y++) {
    const line = isBottomUp ? heightPx - 1 - y : y
    if (indices !== null)
      paletteRow(indices.values.subarray(line * widthPx, (line + 1) * widthPx), header, raw, y)
    else if (bitsPerPixel <= 8) paletteRow(indicesOf(stored, line * rowBytes, header), header, raw, y)
    else colourRow(stored, line * rowBytes, header, raw, y)
  }
  return raw.file
}

function indicesOf(stored: Buffer, at: number, { widthPx, bitsPerPixel }: BmpHeader): Uint8Array {
  const perByte = 8 / bitsPerPixel
  const mask = 2 ** bitsPerPixel - 1
  const indices = new Uint8Array(widthPx)
  for (let x = 0; x < widthPx; x++) {
    const shift = 8 - bitsPerPixel * ((x % perByte) + 1)
    indices[x] = (stored[at + Math.floor(x / perByte)]! >> shift) & mask
  }
  return indices
}

/** An index beyond the palette is black. */
function paletteRow(
  indices: Uint8Array,
  { palette }: BmpHeader,
  { pixels, rowBytes }: RawTiff,
  y: number,
): void {
  for (let x = 0, to = y * rowBytes; x < indices.length; x++) {
    const from = 3 * indices[x]!
    for (let c = 0; c < 3; c++) pixels[to++] = palette[from + c] ?? 0
  }
}

function pixelReader(stored: Buffer, { bitsPerPixel }: BmpHeader): (at: number) => number {
  if (bitsPerPixel === 16) return (at) => stored.readUInt16LE(at)
  return bitsPerPixel === 24 ? (at) => stored.readUIntLE(at, 3) : (at) => stored.readUInt32LE(at)
}

function colourRow(
  stored: Buffer,
  at: number,
  header: BmpHeader,
  { pixels, rowBytes }: RawTiff,
  y: number,
): void {
  const { widthPx, bitsPerPixel, red, green, blue, alpha } = header
  const read = pixelReader(stored, header)
  const channels = rowBytes / widthPx
  for (let x = 0, to = y * rowBytes; x < widthPx; x++, to += channels) {
    const value = read(at + (x * bitsPerPixel) / 8)
    pixels[to] = red(value)
    pixels[to + 1] = green(value)
    pixels[to + 2] = blue(value)
    if (channels === 4) pixels[to + 3] = alpha!(value)
  }
}

/** Programs that announce alpha and write none leave it 0 everywhere. */
function isAlphaUnused(stored: Buffer, header: BmpHeader, rowBytes: number): boolean {
  const read = pixelReader(stored, header)
  const { widthPx, heightPx, bitsPerPixel, alpha } = header
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++)
      if (alpha!(read(y * rowBytes + (x * bitsPerPixel) / 8)) !== 0) return false
  return true
}
