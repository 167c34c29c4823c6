import type { BmpHeader } from './bmp-header.ts'

/**
 * Run lengths of bitmaps (RLE8 and RLE4): pairs of a count and an index, or of 0 and an escape: end of line, end of picture, a
 * step right and down, or a run of single indices, padded to an even number of bytes.
 *
 * @returns an index for each pixel, lines as stored; what is stepped over stays 0. Whole where all lines were begun.
 */
export function unpackRle(
  packed: Buffer,
  { widthPx, heightPx, bitsPerPixel }: Pick<BmpHeader, 'widthPx' | 'heightPx' | 'bitsPerPixel'>,
): { values: Uint8Array; isWhole: boolean } {
  const values = new Uint8Array(widthPx * heightPx)
  const [perByte, mask] = bitsPerPixel === 4 ? [2, 15] : [1, 255]
  let [x, y, at] = [0, 0, 0]
  const put = (byte: number, i: number): void => {
    const index = perByte === 1 || i % 2 === 1 ? byte & mask : byte >> 4
    if (x < widthPx && y < heightPx) values[y * widthPx + x] = index
    x++
  }
  while (at + 2 <= packed.length && y < heightPx) {
    const count = packed[at++]!
    const code = packed[at++]!
    if (count > 0) {
      for (let i = 0; i < count; i++) put(code, i)
    } else if (code === 0) {
      ;[x, y] = [0, y + 1]
    } else if (code === 1) {
      return { values, isWhole: true }
    } else if (code === 2) {
      x += packed[at++] ?? 0
      y += packed[at++] ?? 0
    } else {
      for (let i = 0; i < code; i++) put(packed[at + Math.floor(i / perByte)] ?? 0, i)
      const bytes = Math.ceil(code / perByte)
      at += bytes + (bytes & 1)
    }
  }
  return { values, isWhole: y >= heightPx - 1 && (y >= heightPx || x >= widthPx) }
}
