import { iccTag } from './exif.ts'
import type { Size } from '../tensor/size.ts'
import { longTag, shortTag, tiffTypes, writeDirectory } from './tiff-directory.ts'
import type { TiffTag } from './tiff-directory.ts'

/**
 * An uncompressed TIFF file in memory, to be filled by a decoder that libvips does not have: colours, shrinking and turning are
 * then the same for all formats.
 */
export interface RawTiff {
  readonly file: Buffer
  /** Interleaved pixels inside `file`, top to bottom; 16-bit values are little-endian. */
  readonly pixels: Uint8Array
  readonly rowBytes: number
}

/** Lines of a strip: few, so that libvips can read them one after the other. */
const stripRows = 64

function numbersTag(id: number, type: 3 | 4, values: readonly number[]): TiffTag {
  const array = type === tiffTypes.short ? Uint16Array.from(values) : Uint32Array.from(values)
  return { id, type, count: values.length, bytes: new Uint8Array(array.buffer) }
}

/** @param icc what the colours mean; null: sRGB */
export function makeRawTiff(
  { widthPx, heightPx }: Size,
  channels: 3 | 4,
  bitDepth: 8 | 16,
  icc: Uint8Array | null,
): RawTiff {
  const rowBytes = (widthPx * channels * bitDepth) / 8
  const pixelBytes = rowBytes * heightPx
  const strips = Math.ceil(heightPx / stripRows)
  const rowsOf = (strip: number): number => Math.min(stripRows, heightPx - strip * stripRows)
  const each = (values: (strip: number) => number): number[] =>
    Array.from({ length: strips }, (_, i) => values(i))
  const at = 8 + pixelBytes + (pixelBytes & 1)
  const directory = writeDirectory(
    [
      longTag(256, widthPx),
      longTag(257, heightPx),
      numbersTag(258, 3, new Array<number>(channels).fill(bitDepth)),
      shortTag(259, 1),
      shortTag(262, 2),
      numbersTag(
        273,
        4,
        each((strip) => 8 + strip * stripRows * rowBytes),
      ),
      shortTag(277, channels),
      longTag(278, stripRows),
      numbersTag(
        279,
        4,
        each((strip) => rowsOf(strip) * rowBytes),
      ),
      // Alpha that colours are not multiplied with.
      ...(channels === 4 ? [shortTag(338, 2)] : []),
      ...(icc === null ? [] : [iccTag(icc)]),
    ],
    at,
  )
  const file = Buffer.alloc(at + directory.length)
  file.write('II*\0', 0, 'latin1')
  file.writeUInt32LE(at, 4)
  file.set(directory, at)
  return { file, pixels: file.subarray(8, 8 + pixelBytes), rowBytes }
}
