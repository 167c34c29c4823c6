import { closeSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { PasticheError } from '../../shared/errors.ts'
import type { PictureSource } from './source.ts'

// Small files that take minutes, which no limit of pixels sees: the decoder goes through the whole picture once for each scan of a
// JPEG, and through every page of a TIFF.

/** Progressive pictures have about ten, those of the most thorough programs thirty. */
const maxScans = 100
/** Stacks of microscopes have a thousand. */
const maxPages = 10_000

/**
 * Refuses a picture that the decoder would go through too often.
 *
 * @throws PasticheError `picture-damaged`; what the system throws
 */
export function assertFewPasses({ path, format }: Pick<PictureSource, 'path' | 'format'>): void {
  if (format === 'jpeg' && hasMore(path, countScans, maxScans))
    throw tooMany(path, `is stored in more than ${maxScans} passes`)
  if (format === 'tiff' && hasMore(path, countPages, maxPages))
    throw tooMany(path, `has more than ${maxPages} pages`)
}

function tooMany(path: string, what: string): PasticheError {
  return new PasticheError(
    'picture-damaged',
    `"${basename(path)}" ${what} and would take too long to read.`,
    {
      hint: 'Open it in another program and save it again.',
    },
  )
}

/** Up to `length` bytes from `position` on; fewer at the end of the file. */
type ReadAt = (position: number, length: number) => Buffer
/** Counts no further than `limit` + 1. */
type Count = (read: ReadAt, limit: number) => number

function hasMore(path: string, count: Count, limit: number): boolean {
  const file = openSync(path, 'r')
  try {
    const read: ReadAt = (position, length) => {
      const bytes = Buffer.alloc(length)
      return bytes.subarray(0, readSync(file, bytes, 0, length, position))
    }
    return count(read, limit) > limit
  } finally {
    closeSync(file)
  }
}

const pieceBytes = 1 << 18
const startOfScan = 0xda
const endOfImage = 0xd9

/** ITU-T T.81, annex B: segments with their lengths; after each start of a scan its data, in which 0xff 0x00 is no marker. */
const countScans: Count = (read, limit) => {
  let scans = 0
  let position = 2
  while (scans <= limit) {
    const [mark, marker, high, low] = read(position, 4)
    if (mark !== 0xff || low === undefined || marker === endOfImage) return scans
    // Fill bytes before a marker.
    if (marker === 0xff) {
      position++
      continue
    }
    position += 2 + high! * 256 + low
    if (marker !== startOfScan) continue
    scans++
    position = endOfScan(read, position)
  }
  return scans
}

/** Offset of the next marker outside scan data (restart markers belong to it); past the end if there is none. */
function endOfScan(read: ReadAt, start: number): number {
  for (let position = start; ;) {
    const piece = read(position, pieceBytes)
    for (let at = piece.indexOf(0xff); at >= 0 && at + 1 < piece.length; at = piece.indexOf(0xff, at + 1)) {
      const marker = piece[at + 1]!
      if (marker !== 0 && marker !== 0xff && (marker < 0xd0 || marker > 0xd7)) return position + at
    }
    if (piece.length < pieceBytes) return position + piece.length
    // A marker may lie across the border.
    position += piece.length - 1
  }
}

/** TIFF 6.0, section 2, and BigTIFF (version 43), whose counts and offsets have 8 bytes. */
const countPages: Count = (read, limit) => {
  const head = read(0, 16)
  if (head.length < 16) return 0
  const isLittle = head[0] === 0x49
  const isBig = (isLittle ? head.readUInt16LE(2) : head.readUInt16BE(2)) === 43
  const number = (bytes: Buffer, length: number): number => {
    if (bytes.length < length) return 0
    if (length === 8) return Number(isLittle ? bytes.readBigUInt64LE() : bytes.readBigUInt64BE())
    return isLittle ? bytes.readUIntLE(0, length) : bytes.readUIntBE(0, length)
  }
  const [countBytes, entryBytes, offsetBytes] = isBig ? [8, 20, 8] : [2, 12, 4]
  let pages = 0
  let offset = number(head.subarray(isBig ? 8 : 4), offsetBytes)
  while (offset > 0 && offset < Number.MAX_SAFE_INTEGER / 32 && pages <= limit) {
    pages++
    const entries = number(read(offset, countBytes), countBytes)
    const next = offset + countBytes + entries * entryBytes
    offset = next < Number.MAX_SAFE_INTEGER ? number(read(next, offsetBytes), offsetBytes) : 0
  }
  return pages
}
