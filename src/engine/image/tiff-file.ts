import { closeSync, openSync, readSync } from 'node:fs'
import { openTiff, readDirectory, tagNumber } from './tiff-directory.ts'
import type { ReadBytes, TiffTag } from './tiff-directory.ts'

/** Looks at a file as a structure of tags, without reading all of it. */
export function withFile<T>(path: string, use: (read: ReadBytes) => T): T {
  const file = openSync(path, 'r')
  try {
    return use((offset, length) => {
      const bytes = Buffer.alloc(length)
      return readSync(file, bytes, 0, length, offset) === length ? bytes : null
    })
  } finally {
    closeSync(file)
  }
}

const tagIds = {
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  stripBytes: 279,
  tileOffsets: 324,
  tileBytes: 325,
} as const

/** Pixel layout from the first directory of a TIFF file (TIFF 6.0, section 8). */
export interface TiffFacts {
  readonly compression: number
  readonly photometric: number | null
  /** Offset of the directory entry for the photometric interpretation. */
  readonly photometricAt: number | null
  readonly littleEndian: boolean
  /** Behind the last byte of its pixels. */
  readonly end: number
}

/** Values of a tag of shorts or longs. */
function numbersOf({ type, bytes }: TiffTag): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (type === 3) return Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(2 * i, true))
  return type === 4 ? Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true)) : []
}

/** `null` for BigTIFF, and if the directory cannot be read. */
export function readTiffFacts(read: ReadBytes): TiffFacts | null {
  const tiff = openTiff(read)
  if (tiff === null) return null
  const tags = readDirectory(tiff, tiff.firstDirectory)
  if (tags.length === 0) return null
  const find = (id: number): TiffTag | undefined => tags.find((tag) => tag.id === id)
  const numbers = (...ids: number[]): number[] => ids.flatMap((id) => find(id) ?? []).flatMap(numbersOf)
  const offsets = numbers(tagIds.stripOffsets, tagIds.tileOffsets)
  const lengths = numbers(tagIds.stripBytes, tagIds.tileBytes)
  return {
    compression: tagNumber(find(tagIds.compression)) ?? 1,
    photometric: tagNumber(find(tagIds.photometric)),
    photometricAt: entryOf(read, tiff, tagIds.photometric),
    littleEndian: tiff.littleEndian,
    end: offsets.reduce((end, offset, i) => Math.max(end, offset + (lengths[i] ?? 0)), 0),
  }
}

function entryOf(
  read: ReadBytes,
  { firstDirectory, littleEndian }: { firstDirectory: number; littleEndian: boolean },
  id: number,
): number | null {
  for (let at = firstDirectory + 2, left = 1024; left > 0; left--, at += 12) {
    const entry = read(at, 2)
    if (entry === null) return null
    const found = littleEndian ? entry[0]! | (entry[1]! << 8) : (entry[0]! << 8) | entry[1]!
    if (found === id) return at
    if (found > id) return null
  }
  return null
}

/** Behind the last byte that a TIFF file says it has: of its pixels, or of a directory that lies outside. 0 where it says nothing. */
export function tiffEnd(read: ReadBytes): number {
  const tiff = openTiff(read)
  if (tiff === null) return 0
  const head = read(tiff.firstDirectory, 2)
  if (head === null) return tiff.firstDirectory + 2
  const count = tiff.littleEndian ? head[0]! | (head[1]! << 8) : (head[0]! << 8) | head[1]!
  const directoryEnd = tiff.firstDirectory + 2 + 12 * count
  return Math.max(directoryEnd, readTiffFacts(read)?.end ?? 0)
}
