/**
 * Directories of tags as TIFF 6.0 (section 2) defines them. EXIF is such a structure inside a JPEG, PNG or WebP file,
 * so one reader and one writer serve both.
 */

/** One tag. `bytes` holds its values in little-endian order, whatever order the file had. */
export interface TiffTag {
  readonly id: number
  readonly type: number
  readonly count: number
  readonly bytes: Uint8Array
}

/** Random access to a TIFF structure; null where the range is not inside. Offsets count from its first byte. */
export type ReadBytes = (offset: number, length: number) => Uint8Array | null

export interface TiffReader {
  readonly littleEndian: boolean
  readonly firstDirectory: number
  readonly read: ReadBytes
}

export const tiffTypes = { ascii: 2, short: 3, long: 4, undefined: 7, directory: 13 } as const

/** Bytes of one value of each type 1–13, and how many of them swap together (a rational is two longs). */
const valueBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4]
const swapBytes = [0, 1, 1, 2, 4, 4, 1, 1, 2, 4, 4, 4, 8, 4]

/** No descriptive tag is near this size; more is a damaged count or an attack. */
const maxTagBytes = 1 << 20
const maxTags = 1024

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export const bytesReader =
  (bytes: Uint8Array): ReadBytes =>
  (offset, length) =>
    offset + length <= bytes.length ? bytes.subarray(offset, offset + length) : null

/** Reads the 8-byte header of a classic TIFF structure; null for anything else (BigTIFF included). */
export function openTiff(read: ReadBytes): TiffReader | null {
  const header = read(0, 8)
  if (header === null) return null
  const littleEndian = header[0] === 0x49 && header[1] === 0x49
  if (!littleEndian && !(header[0] === 0x4d && header[1] === 0x4d)) return null
  if (view(header).getUint16(2, littleEndian) !== 42) return null
  return { littleEndian, firstDirectory: view(header).getUint32(4, littleEndian), read }
}

function toLittleEndian(bytes: Uint8Array, unit: number): Uint8Array {
  const out = Uint8Array.from(bytes)
  for (let i = 0; i + unit <= out.length; i += unit) out.subarray(i, i + unit).reverse()
  return out
}

function readTag(entry: Uint8Array, tiff: TiffReader): TiffTag | null {
  const { littleEndian, read } = tiff
  const fields = view(entry)
  const id = fields.getUint16(0, littleEndian)
  const type = fields.getUint16(2, littleEndian)
  const count = fields.getUint32(4, littleEndian)
  const length = count * (valueBytes[type] ?? 0)
  if (length === 0 || length > maxTagBytes) return null
  const raw = length <= 4 ? entry.subarray(8, 8 + length) : read(fields.getUint32(8, littleEndian), length)
  if (raw === null) return null
  const bytes = littleEndian ? Uint8Array.from(raw) : toLittleEndian(raw, swapBytes[type]!)
  return { id, type, count, bytes }
}

/** The tags of the directory at `offset`. Tags that point outside, are too long or of unknown type are left out. */
export function readDirectory(tiff: TiffReader, offset: number): TiffTag[] {
  const head = tiff.read(offset, 2)
  if (head === null) return []
  const count = Math.min(maxTags, view(head).getUint16(0, tiff.littleEndian))
  const tags: TiffTag[] = []
  for (let i = 0; i < count; i++) {
    const entry = tiff.read(offset + 2 + 12 * i, 12)
    if (entry === null) break
    const tag = readTag(entry, tiff)
    if (tag !== null) tags.push(tag)
  }
  return tags
}

const even = (length: number): number => length + (length & 1)

/** Bytes that `writeDirectory` will need: entries, the link to the next directory, values longer than 4 bytes. */
export function directoryLength(tags: readonly TiffTag[]): number {
  const values = tags.reduce((sum, { bytes }) => sum + (bytes.length > 4 ? even(bytes.length) : 0), 0)
  return 2 + 12 * tags.length + 4 + values
}

/** A little-endian directory whose first byte will stand at offset `at` (even) of its structure; the last of its chain. */
export function writeDirectory(tags: readonly TiffTag[], at: number): Uint8Array {
  const out = new Uint8Array(directoryLength(tags))
  const fields = view(out)
  // TIFF 6.0: entries ascend by tag.
  const sorted = [...tags].sort((a, b) => a.id - b.id)
  fields.setUint16(0, sorted.length, true)
  let valuesAt = 2 + 12 * sorted.length + 4
  sorted.forEach(({ id, type, count, bytes }, i) => {
    const entry = 2 + 12 * i
    fields.setUint16(entry, id, true)
    fields.setUint16(entry + 2, type, true)
    fields.setUint32(entry + 4, count, true)
    if (bytes.length <= 4) {
      out.set(bytes, entry + 8)
      return
    }
    fields.setUint32(entry + 8, at + valuesAt, true)
    out.set(bytes, valuesAt)
    valuesAt += even(bytes.length)
  })
  return out
}

export function shortTag(id: number, value: number): TiffTag {
  return { id, type: tiffTypes.short, count: 1, bytes: Uint8Array.of(value & 255, value >> 8) }
}

export function longTag(id: number, value: number): TiffTag {
  const bytes = new Uint8Array(4)
  view(bytes).setUint32(0, value, true)
  return { id, type: tiffTypes.long, count: 1, bytes }
}

/** Text ends in a zero byte. EXIF says ASCII; UTF-8 is what cameras, phones and readers really use. */
export function textTag(id: number, text: string): TiffTag {
  const bytes = new TextEncoder().encode(`${text}\0`)
  return { id, type: tiffTypes.ascii, count: bytes.length, bytes }
}

/** First value of a short or long tag. */
export function tagNumber(tag: TiffTag | undefined): number | null {
  if (tag === undefined) return null
  if (tag.type === tiffTypes.short) return view(tag.bytes).getUint16(0, true)
  if (tag.type === tiffTypes.long || tag.type === tiffTypes.directory)
    return view(tag.bytes).getUint32(0, true)
  return null
}
