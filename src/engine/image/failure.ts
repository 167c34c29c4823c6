import { open, readFile, stat } from 'node:fs/promises'
import { PasticheError } from '../../shared/errors.ts'
import { isCutShort } from './isobmff.ts'
import { isNearlyWhole } from './jpeg-cut.ts'
import { readJpegStructure } from './jpeg-structure.ts'
import type { JpegStructure } from './jpeg-structure.ts'
import { cutShort, damaged, unsupported } from './problems.ts'
import type { PictureSource } from './source.ts'
import { readTiffFacts, tiffEnd, withFile } from './tiff-file.ts'

/** Why a picture could not be decoded: cut short where that is proved, of a kind that is not read, else damaged. */

const jpegKinds: Readonly<Record<number, string>> = {
  0xc3: 'a lossless JPEG',
  0xc5: 'a hierarchical JPEG',
  0xc6: 'a hierarchical JPEG',
  0xc7: 'a hierarchical JPEG',
  0xc9: 'a JPEG with arithmetic coding',
  0xca: 'a JPEG with arithmetic coding',
  0xcb: 'a lossless JPEG',
  0xcd: 'a hierarchical JPEG',
  0xce: 'a hierarchical JPEG',
  0xcf: 'a hierarchical JPEG',
  0xf7: 'a JPEG-LS picture',
}

function unreadJpeg({ frame, precision, components }: JpegStructure): string | null {
  if (frame === null) return null
  if (jpegKinds[frame] !== undefined) return jpegKinds[frame]
  if (precision !== 8) return `a ${precision}-bit JPEG`
  return components === 2 || components > 4 ? `a JPEG of ${components} channels` : null
}

/** Compressions (TIFF 6.0 and its supplements) and meanings of colours that libtiff, as it comes with libvips, does not read. */
const tiffCompressions: Readonly<Record<number, string>> = {
  6: 'old-style JPEG',
  9: 'JBIG',
  10: 'JBIG',
  32766: 'NeXT',
  32809: 'ThunderScan',
  32908: 'Pixar',
  32909: 'Pixar',
  33003: 'JPEG 2000',
  33004: 'JPEG 2000',
  33005: 'JPEG 2000',
  34661: 'JBIG',
  34676: 'SGI Log',
  34677: 'SGI Log',
  34712: 'JPEG 2000',
  34713: 'Nikon NEF',
  34887: 'LERC',
  34892: 'lossy JPEG',
  34925: 'LZMA',
  34926: 'Zstandard',
  50000: 'Zstandard',
  50001: 'WebP',
  50002: 'JPEG XL',
  52546: 'JPEG XL',
}
const tiffColours: Readonly<Record<number, string>> = {
  4: 'a TIFF mask',
  10: 'a fax TIFF in Lab colours',
  32803: 'a camera raw file',
  34892: 'a camera raw file',
  32844: 'a TIFF picture in LogLuv colours',
  32845: 'a TIFF picture in LogLuv colours',
}

function unreadTiff(path: string): string | null {
  const facts = withFile(path, readTiffFacts)
  if (facts === null) return null
  const compression = tiffCompressions[facts.compression]
  if (compression !== undefined) return `a TIFF picture with ${compression} compression`
  return tiffColours[facts.photometric ?? -1] ?? null
}

/** Messages of libvips for intact files of unsupported kinds. */
const refusals = [
  'not implemented',
  'not configured',
  'nsupported',
  'not supported',
  'no known route',
  'samples out of range',
]

const isRefusal = (cause: unknown): boolean =>
  cause instanceof Error &&
  // sharp's words for a file in which it does not even find a header.
  !cause.message.includes('unsupported image format') &&
  refusals.some((words) => cause.message.includes(words))

/** Messages of decoders that were still waiting for data. */
const isEndReached = (cause: unknown): boolean =>
  cause instanceof Error && ['premature end', 'Unexpected end'].some((words) => cause.message.includes(words))

async function lastBytes(path: string, count: number): Promise<Buffer> {
  const { size } = await stat(path)
  const file = await open(path)
  try {
    const length = Math.min(size, count)
    return (await file.read(Buffer.alloc(length), 0, length, size - length)).buffer
  } finally {
    await file.close()
  }
}

async function endsTooEarly({ path, format }: PictureSource): Promise<boolean> {
  switch (format) {
    case 'png':
      return !(await lastBytes(path, 1 << 20)).includes('IEND')
    case 'gif':
      return (await lastBytes(path, 1)).at(-1) !== 0x3b
    case 'webp': {
      const file = await readFile(path)
      return file.length >= 8 && file.readUInt32LE(4) + 8 > file.length
    }
    case 'tiff': {
      const { size } = await stat(path)
      return withFile(path, tiffEnd) > size
    }
    case 'avif':
      return isCutShort(await readFile(path))
    case 'jpeg':
    case 'heic':
    case 'jxl':
    case 'bmp':
      return false
  }
}

/** Kind of a decoding failure. */
export async function failureOf(source: PictureSource, cause: unknown): Promise<PasticheError> {
  if (cause instanceof PasticheError) return cause
  const { path, format } = source
  if (format === 'jpeg') return jpegFailure(source, readJpegStructure(await readFile(path)), cause)
  const kind = format === 'tiff' ? unreadTiff(path) : null
  if (kind !== null) return unsupported(source, kind, cause)
  if (isEndReached(cause) || (await endsTooEarly(source))) return cutShort(source, cause)
  return isRefusal(cause)
    ? unsupported(source, `a ${format.toUpperCase()} picture of a rare kind`, cause)
    : damaged(source, cause)
}

function jpegFailure(source: PictureSource, structure: JpegStructure, cause: unknown): PasticheError {
  const kind = unreadJpeg(structure)
  if (kind !== null) return unsupported(source, kind, cause)
  return structure.hasEnd ? damaged(source, cause) : cutShort(source, cause)
}

/**
 * Way to continue after a failure: `none` opens a JPEG that lacks a few bytes at its end, as every viewer does.
 * @throws PasticheError what is wrong with all others
 */
export async function toleranceOf(source: PictureSource, cause: unknown): Promise<'none'> {
  if (source.format === 'jpeg' && !(cause instanceof PasticheError)) {
    const file = await readFile(source.path)
    const structure = readJpegStructure(file)
    if (unreadJpeg(structure) === null && !structure.hasEnd && (await isNearlyWhole(file, structure)))
      return 'none'
  }
  throw await failureOf(source, cause)
}
