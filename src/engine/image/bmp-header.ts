import type { Size } from '../tensor/size.ts'

/** A channel of a pixel's value, 0 to 255. */
type ChannelReader = (value: number) => number

/** The headers of a bitmap: OS/2's 12, 16 and 64 bytes, Windows' 40, 52, 56, 108 (V4) and 124 (V5). */
export interface BmpHeader extends Size {
  readonly isBottomUp: boolean
  readonly bitsPerPixel: number
  readonly compression: 'none' | 'rle'
  readonly pixelsAt: number
  /** RGB, three bytes an entry. */
  readonly palette: Uint8Array
  readonly red: ChannelReader
  readonly green: ChannelReader
  readonly blue: ChannelReader
  readonly alpha: ChannelReader | null
  /** The profile that a V5 header embeds. */
  readonly icc: Uint8Array | null
  /** Description with its article if it cannot be read. */
  readonly unsupported: string | null
}

const [rle8, rle4, bitFields, embeddedJpeg, embeddedPng, alphaBitFields] = [1, 2, 3, 4, 5, 6] as const

interface Layout {
  readonly headerBytes: number
  readonly bits: number
  readonly compression: number
}

/** @throws RangeError where the file ends inside the header */
export function readBmpHeader(file: Buffer): BmpHeader {
  const headerBytes = file.readUInt32LE(14)
  const isCore = headerBytes === 12
  const height = isCore ? file.readUInt16LE(20) : file.readInt32LE(22)
  const bits = file.readUInt16LE(isCore ? 24 : 28)
  const compression = headerBytes >= 40 ? file.readUInt32LE(30) : 0
  const layout = { headerBytes, bits, compression }
  const isOs2 = headerBytes === 64
  return {
    widthPx: isCore ? file.readUInt16LE(18) : Math.max(0, file.readInt32LE(18)),
    heightPx: Math.abs(height),
    isBottomUp: height > 0,
    bitsPerPixel: bits,
    compression:
      !isOs2 && compression === bitFields
        ? 'none'
        : [rle8, rle4].includes(compression as 1 | 2)
          ? 'rle'
          : 'none',
    pixelsAt: file.readUInt32LE(10),
    palette: readPalette(file, layout),
    ...readMasks(file, layout),
    icc: readProfile(file, headerBytes),
    unsupported: unsupportedKind(layout),
  }
}

function unsupportedKind({ headerBytes, bits, compression }: Layout): string | null {
  if (compression === embeddedJpeg && headerBytes !== 64) return 'a BMP file around a JPEG picture'
  if (compression === embeddedPng) return 'a BMP file around a PNG picture'
  const isRle = compression === rle8 || compression === rle4
  if (headerBytes === 64 && compression !== 0 && !isRle) return 'an OS/2 bitmap of a rare compression'
  if (![1, 2, 4, 8, 16, 24, 32].includes(bits)) return `a BMP picture of ${bits} bits a pixel`
  if (isRle && bits !== (compression === rle8 ? 8 : 4)) return 'a BMP picture of a rare compression'
  if (compression > alphaBitFields) return 'a BMP picture of a rare compression'
  return null
}

function readPalette(file: Buffer, { headerBytes, bits, compression }: Layout): Uint8Array {
  const entryBytes = headerBytes === 12 ? 3 : 4
  const used = headerBytes >= 40 ? file.readUInt32LE(46) : 0
  // The masks of a 40-byte header stand behind it.
  const masks =
    headerBytes === 40 ? (compression === bitFields ? 12 : compression === alphaBitFields ? 16 : 0) : 0
  const at = 14 + headerBytes + masks
  const most = bits <= 8 ? 2 ** bits : 0
  const count = Math.min(
    most,
    used === 0 ? most : used,
    Math.floor(Math.max(0, file.length - at) / entryBytes),
  )
  const palette = new Uint8Array(3 * most)
  for (let i = 0; i < count; i++) {
    const [blue, green, red] = file.subarray(at + i * entryBytes, at + i * entryBytes + 3)
    palette.set([red!, green!, blue!], 3 * i)
  }
  return palette
}

/** Shares of the largest value that fits under the mask; a mask of 0 is a channel that is not there. */
function channelReader(mask: number): ChannelReader {
  if (mask === 0) return () => 0
  const shift = 31 - Math.clz32(mask & -mask)
  const max = mask >>> shift
  return (value) => Math.round((((value & mask) >>> shift) * 255) / max)
}

function readMasks(file: Buffer, layout: Layout): Pick<BmpHeader, 'red' | 'green' | 'blue' | 'alpha'> {
  const { headerBytes, bits, compression } = layout
  const usual = bits === 16 ? [0x7c00, 0x03e0, 0x001f] : [0xff0000, 0x00ff00, 0x0000ff]
  const isMasked = (compression === bitFields && headerBytes !== 64) || compression === alphaBitFields
  const hasMasks = isMasked && (bits === 16 || bits === 32)
  const hasAlphaMask = hasMasks && (headerBytes >= 56 || compression === alphaBitFields)
  const [red, green, blue] = hasMasks ? [54, 58, 62].map((at) => file.readUInt32LE(at)) : usual
  const alpha = hasAlphaMask ? file.readUInt32LE(66) : 0
  return {
    red: channelReader(red!),
    green: channelReader(green!),
    blue: channelReader(blue!),
    alpha: alpha === 0 ? null : channelReader(alpha),
  }
}

/** V5: colour space "MBED", offset from the header, and length. */
function readProfile(file: Buffer, headerBytes: number): Uint8Array | null {
  if (headerBytes < 124 || file.readUInt32LE(70) !== 0x4d424544) return null
  const [at, length] = [14 + file.readUInt32LE(126), file.readUInt32LE(130)]
  return at + length <= file.length ? file.subarray(at, at + length) : null
}
