import { withFile } from './tiff-file.ts'
import {
  bytesReader,
  directoryLength,
  entryLength,
  longTag,
  openTiff,
  readDirectory,
  shortTag,
  tagNumber,
  textTag,
  tiffTypes,
  writeDirectory,
} from './tiff-directory.ts'
import type { ReadBytes, TiffTag } from './tiff-directory.ts'

/** The tags of a photo that a picture made from it may carry on. CIPA DC-008 (Exif 2.32), section 4.6. */
export interface ExifTags {
  /** Tags for subject, author and camera. */
  readonly picture: readonly TiffTag[]
  /** How it was taken. */
  readonly exposure: readonly TiffTag[]
  /** Tags of the location. */
  readonly gps: readonly TiffTag[]
}

const tagIds = {
  imageDescription: 0x010e,
  orientation: 0x0112,
  subDirectories: 0x014a,
  exifPointer: 0x8769,
  gpsPointer: 0x8825,
  userComment: 0x9286,
  colourSpace: 0xa001,
  pixelXDimension: 0xa002,
  pixelYDimension: 0xa003,
  interoperabilityPointer: 0xa005,
} as const

/**
 * Keeps only descriptive tags of the first directory: in a TIFF file the same directory tells where the pixels
 * are. Make, Model, resolution, Software, DateTime, Artist, HostComputer, Copyright, Rating, Windows' XP titles.
 */
const pictureTagIds = new Set<number>([
  0x010e, 0x010f, 0x0110, 0x011a, 0x011b, 0x0128, 0x0131, 0x0132, 0x013b, 0x013c, 0x4746, 0x4749, 0x8298,
  0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f,
])

/** Directories that are followed. */
const pointers = new Set<number>([tagIds.exifPointer, tagIds.gpsPointer])

/**
 * Left behind from the exposure directory: what described the old pixels (component order, compression, colour
 * space, size, gamma) and the maker note, whose inner offsets break when it moves and which may hide a thumbnail or
 * a place; padding; whatever points to another directory.
 */
const droppedExposureTagIds = new Set<number>([
  0x9101,
  0x9102,
  0x927c,
  0xa001,
  0xa002,
  0xa003,
  0xa500,
  0xea1c,
  0xea1d,
  tagIds.subDirectories,
  tagIds.exifPointer,
  tagIds.gpsPointer,
  tagIds.interoperabilityPointer,
])

/** Exif 2.32, 4.6.6: GPSVersionID to GPSHPositioningError. */
const lastGpsTagId = 0x1f

/** Exif 2.32, 4.6.5, UserComment: eight bytes name the character code; UNICODE is UTF-16 in the file's order. */
function readUserComment(tag: TiffTag, littleEndian: boolean): TiffTag {
  const code = new TextDecoder('latin1').decode(tag.bytes.subarray(0, 7))
  if (littleEndian || code !== 'UNICODE') return tag
  const bytes = Uint8Array.from(tag.bytes)
  for (let i = 8; i + 2 <= bytes.length; i += 2) bytes.subarray(i, i + 2).reverse()
  return { ...tag, bytes }
}

/**
 * Reads EXIF from its TIFF structure: the payload of a JPEG, PNG, WebP or AVIF file, or a TIFF file itself. Damaged
 * EXIF costs the tags that cannot be read, never the picture. Thumbnails (second directory) stay behind.
 */
export function readExif(read: ReadBytes): ExifTags | null {
  const tiff = openTiff(read)
  if (tiff === null) return null
  const first = readDirectory(tiff, tiff.firstDirectory, (id) => pictureTagIds.has(id) || pointers.has(id))
  const under = (pointerId: number, isWanted: (id: number) => boolean): TiffTag[] => {
    const offset = tagNumber(first.find(({ id }) => id === pointerId))
    return offset === null ? [] : readDirectory(tiff, offset, isWanted).filter(isValue)
  }
  const exposure = under(tagIds.exifPointer, (id) => !droppedExposureTagIds.has(id)).map((tag) =>
    tag.id === tagIds.userComment ? readUserComment(tag, tiff.littleEndian) : tag,
  )
  const picture = first.filter((tag) => !pointers.has(tag.id) && isValue(tag))
  const tags = { picture, exposure, gps: under(tagIds.gpsPointer, (id) => id <= lastGpsTagId) }
  return Object.values(tags).every((list) => list.length === 0) ? null : tags
}

/** True if a tag holds values: an offset means nothing in another file. */
const isValue = ({ type }: TiffTag): boolean => type !== tiffTypes.directory

/** As `readExif`, for a TIFF file on the drive. */
export function exifOfTiffFile(path: string): ExifTags | null {
  return withFile(path, readExif)
}

/** As `readExif`, for the payload as a decoder hands it over, with or without the "Exif\0\0" of JPEG before it. */
export function readExifPayload(payload: Uint8Array | undefined): ExifTags | null {
  if (payload === undefined) return null
  const prefixed = new TextDecoder('latin1').decode(payload.subarray(0, 6)) === 'Exif\0\0'
  return readExif(bytesReader(prefixed ? payload.subarray(6) : payload))
}

export interface CarryOptions {
  readonly keepGps: boolean
  /** Description to save in place of the photo's own. */
  readonly description?: string | undefined
  readonly widthPx: number
  readonly heightPx: number
}

/** Metadata that a result inherits from its photo, corrected for the result: upright, sRGB, its own size. `null`: none. */
export function carryExif(source: ExifTags | null, options: CarryOptions): ExifTags | null {
  const { description, widthPx, heightPx } = options
  if (source === null && description === undefined) return null
  const picture = (source?.picture ?? []).filter(
    ({ id }) => description === undefined || id !== tagIds.imageDescription,
  )
  if (description !== undefined) picture.push(textTag(tagIds.imageDescription, description))
  picture.push(shortTag(tagIds.orientation, 1))
  const exposure = [
    ...(source?.exposure ?? []),
    shortTag(tagIds.colourSpace, 1),
    longTag(tagIds.pixelXDimension, widthPx),
    longTag(tagIds.pixelYDimension, heightPx),
  ]
  return { picture, exposure, gps: options.keepGps ? (source?.gps ?? []) : [] }
}

function withPointers(tags: ExifTags, exposureAt: number, gpsAt: number): TiffTag[] {
  return [
    ...tags.picture,
    ...(tags.exposure.length > 0 ? [longTag(tagIds.exifPointer, exposureAt)] : []),
    ...(tags.gps.length > 0 ? [longTag(tagIds.gpsPointer, gpsAt)] : []),
  ]
}

/** First directory, then what it points to, laid out from offset `at` (even) of a little-endian structure. */
export function writeExifDirectories(tags: ExifTags, at: number): Uint8Array {
  const exposureAt = at + directoryLength(withPointers(tags, 0, 0))
  const gpsAt = exposureAt + (tags.exposure.length > 0 ? directoryLength(tags.exposure) : 0)
  const parts = [writeDirectory(withPointers(tags, exposureAt, gpsAt), at)]
  if (tags.exposure.length > 0) parts.push(writeDirectory(tags.exposure, exposureAt))
  if (tags.gps.length > 0) parts.push(writeDirectory(tags.gps, gpsAt))
  return Buffer.concat(parts)
}

/** Leaves whole tags out, the largest first, until the directories of the rest take at most `maxBytes`. */
function fitTags(tags: ExifTags, maxBytes: number): ExifTags {
  let length = [withPointers(tags, 0, 0), tags.exposure, tags.gps].reduce(
    (sum, list) => sum + directoryLength(list),
    0,
  )
  const largestFirst = Object.values<readonly TiffTag[]>({ ...tags })
    .flat()
    .sort((a, b) => b.bytes.length - a.bytes.length)
  const dropped = new Set<TiffTag>()
  for (const tag of largestFirst) {
    if (length <= maxBytes) break
    length -= entryLength(tag)
    dropped.add(tag)
  }
  const kept = (list: readonly TiffTag[]): TiffTag[] => list.filter((tag) => !dropped.has(tag))
  return { picture: kept(tags.picture), exposure: kept(tags.exposure), gps: kept(tags.gps) }
}

/** "II", 42, first directory at 8. */
const tiffHeader = Uint8Array.of(0x49, 0x49, 42, 0, 8, 0, 0, 0)

/** EXIF as JPEG, PNG and WebP carry it; whole tags are left out, largest first, until it fits `maxBytes`. */
export function writeExifPayload(tags: ExifTags, maxBytes: number): Uint8Array {
  const fitting = fitTags(tags, maxBytes - tiffHeader.length)
  return Buffer.concat([tiffHeader, writeExifDirectories(fitting, tiffHeader.length)])
}

/**
 * A TIFF file with EXIF and more tags in its first directory, which is written again at the end of the file: pixels
 * stay where they are. Carried tags replace the file's own; `pictureTagIds` has none that say how pixels are stored.
 */
export function addToTiff(file: Uint8Array, exif: ExifTags | null, more: readonly TiffTag[]): Uint8Array {
  // The encoder's own tags: its table of strips grows with the picture.
  const tiff = openTiff(bytesReader(file), Infinity)
  if (tiff?.littleEndian !== true) throw new Error('Tags can only be added to a little-endian TIFF file.')
  const added = [...(exif?.picture ?? []), ...more]
  const addedIds = new Set(added.map(({ id }) => id))
  const own = readDirectory(tiff, tiff.firstDirectory).filter(({ id }) => !addedIds.has(id))
  const tags = { picture: [...own, ...added], exposure: exif?.exposure ?? [], gps: exif?.gps ?? [] }
  const at = file.length + (file.length & 1)
  const directories = writeExifDirectories(tags, at)
  const out = new Uint8Array(at + directories.length)
  out.set(file)
  out.set(directories, at)
  new DataView(out.buffer).setUint32(4, at, true)
  return out
}

export const iccTag = (profile: Uint8Array): TiffTag => ({
  id: 0x8773,
  type: tiffTypes.undefined,
  count: profile.length,
  bytes: profile,
})
