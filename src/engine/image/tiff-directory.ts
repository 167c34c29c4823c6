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
  /** Remaining budget for the values of all its tags together: thousands of tags can point to the same bytes. */
  readonly budget: { bytes: number }
}

export const tiffTypes = { ascii: 2, short: 3, long: 4, undefined: 7, directory: 13 } as const

/** Bytes of one value of each type 1–13, and how many of them swap together (a rational is two longs). */
const valueBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4]
const swapBytes = [0, 1, 1, 2, 4, 4, 1, 1, 2, 4, 4, 4, 8, 4]

/** In JPEG all of EXIF has to fit into 64 kB; more than this is a damaged count or an attack. */
const maxValueBytes = 1 << 20
const maxTags = 1024

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export const bytesReader =
  (bytes: Uint8Array): ReadBytes =>
  (offset, length) =>
    offset + length <= bytes.length ? bytes.subarray(offset, offset + length) : null

/**
 * Reads the 8-byte header of a classic TIFF structure; null for anything else (BigTIFF included).
 * @param maxBytes for the values of all tags that are read from it, together
 */
export function openTiff(read: ReadBytes, maxBytes: number = maxValueBytes): TiffReader | null {
  const header = read(0, 8)
  if (header === null) return null
  const littleEndian = header[0] === 0x49 && header[1] === 0x49
  if (!littleEndian && !(header[0] === 0x4d && header[1] === 0x4d)) return null
  if (view(header).getUint16(2, littleEndian) !== 42) return null
  const firstDirectory = view(header).getUint32(4, littleEndian)
  return { littleEndian, firstDirectory, read, budget: { bytes: maxBytes } }
}

function toLittleEndian(bytes: Uint8Array, unit: number): Uint8Array {
  const out = Uint8Array.from(bytes)
  for (let i = 0; i + unit <= out.length; i += unit) out.subarray(i, i + unit).reverse()
  return out
}

function readTag(id: number, entry: Uint8Array, tiff: TiffReader): TiffTag | null {
  const { littleEndian, read, budget } = tiff
  const fields = view(entry)
  const type = fields.getUint16(2, littleEndian)
  const count = fields.getUint32(4, littleEndian)
  const length = count * (valueBytes[type] ?? 0)
  if (length === 0 || length > budget.bytes) return null
  const raw = length <= 4 ? entry.subarray(8, 8 + length) : read(fields.getUint32(8, littleEndian), length)
  if (raw === null) return null
  budget.bytes -= length
  const bytes = littleEndian ? Uint8Array.from(raw) : toLittleEndian(raw, swapBytes[type]!)
  return { id, type, count, bytes }
}

/**
 * The tags of the directory at `offset`, of each id the first. Tags that point outside, are of unknown type or go
 * beyond the budget are left out.
 * @param isWanted whose values are worth reading; the values of all other tags stay in the file
 */
export function readDirectory(
  tiff: TiffReader,
  offset: number,
  isWanted: (id: number) => boolean = () => true,
): TiffTag[] {
  const head = tiff.read(offset, 2)
  if (head === null) return []
  const count = Math.min(maxTags, view(head).getUint16(0, tiff.littleEndian))
  const tags = new Map<number, TiffTag>()
  for (let i = 0; i < count; i++) {
    const entry = tiff.read(offset + 2 + 12 * i, 12)
    if (entry === null) break
    const id = view(entry).getUint16(0, tiff.littleEndian)
    if (tags.has(id) || !isWanted(id)) continue
    const tag = readTag(id, entry, tiff)
    if (tag !== null) tags.set(id, tag)
  }
  return [...tags.values()]
}

const even = (length: number): number => length + (length & 1)

/** Bytes of one tag in a directory: its entry, and its values where they are longer than 4 bytes. */
export const entryLength = ({ bytes }: TiffTag): number => 12 + (bytes.length > 4 ? even(bytes.length) : 0)

/** Bytes that `writeDirectory` will need: how many tags, the tags, the link to the next directory. */
export function directoryLength(tags: readonly TiffTag[]): number {
  return tags.reduce((sum, tag) => sum + entryLength(tag), 2 + 4)
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
