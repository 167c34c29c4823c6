import { open, readFile, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { PasticheError } from '../../shared/errors.ts'
import { bmpSize, decodeBmp } from './bmp.ts'
import { exifOfTiffFile, readExifPayload } from './exif.ts'
import type { ExifTags } from './exif.ts'
import { sniffBytes, sniffFormat } from './formats.ts'
import type { InputFormat } from './formats.ts'
import { decodeHeif, heifFacts, heifSize } from './heif.ts'
import { decodeJxl, jxlSize } from './jxl.ts'
import { maxPixelsOf } from './limits.ts'
import { errnoOf } from './output.ts'
import type { Size } from '../tensor/size.ts'
import { withColourProfile } from './png-colour.ts'
import { labAsRgb } from './tiff-lab.ts'

/** A file that is known to be there, readable, and of a format that is read. */
export interface PictureFile {
  readonly path: string
  readonly format: InputFormat
  /** Decoder for formats that libvips does not read. */
  readonly bytes: Buffer | null
}

/** A picture as libvips can open it. */
export interface PictureSource {
  readonly path: string
  readonly format: InputFormat
  readonly input: string | Buffer
  /** `null`: as libvips finds it. */
  readonly exif: ExifTags | null | 'inside'
  /** Format of the file if the input differs. */
  readonly bitDepth?: 8 | 16
}

const absent = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'ERR_INVALID_ARG_VALUE'])

function readError(path: string, cause: unknown): PasticheError {
  if (cause instanceof PasticheError) return cause
  const errno = errnoOf(cause)
  if (absent.has(errno))
    return new PasticheError('file-not-found', `There is no picture at ${path}.`, { cause })
  const reason = errno === 'EACCES' || errno === 'EPERM' ? 'access is denied' : errno
  return new PasticheError('file-not-readable', `${path} can't be read: ${reason}.`, { cause })
}

async function readHead(path: string): Promise<Buffer> {
  let file: FileHandle | undefined
  try {
    file = await open(path)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sniffBytes), 0, sniffBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file?.close()
  }
}

/** Files of formats that are read into memory as a whole. */
const maxFileBytes = 1e9

/**
 * Looks at a file without decoding anything.
 * @throws PasticheError `file-not-found`, `file-not-readable`, `not-a-picture`, `picture-unsupported`, `picture-damaged` (0 bytes)
 */
export async function openFile(path: string): Promise<PictureFile> {
  try {
    const stats = await stat(path)
    if (stats.isDirectory()) throw new PasticheError('not-a-picture', `${path} is a folder, not a picture.`)
    // Opening a pipe would wait for ever.
    if (!stats.isFile()) throw new PasticheError('not-a-picture', `${path} is a device, not a picture.`)
    if (stats.size === 0) throw new PasticheError('picture-damaged', `${path} is empty (0 bytes).`)
    const format = sniffFormat(path, await readHead(path))
    if (!['heic', 'jxl', 'bmp'].includes(format)) return { path, format, bytes: null }
    if (stats.size > maxFileBytes)
      throw new PasticheError(
        'picture-too-large',
        `${path} is too large (${Math.round(stats.size / 1e6)} MB; limit 1,000 MB).`,
      )
    const bytes = await readFile(path)
    // libvips reads only AV1, one of HEIF's two codecs.
    if (format === 'heic' && heifFacts({ path, format }, bytes).codec === 'av01')
      return { path, format: 'avif', bytes: null }
    return { path, format, bytes }
  } catch (cause) {
    throw readError(path, cause)
  }
}

/**
 * The picture for libvips, decoded before where libvips cannot.
 * @throws PasticheError as `openFile`; `picture-too-large`
 */
export async function loadFile(file: PictureFile): Promise<PictureSource> {
  const { path, format, bytes } = file
  const most = maxPixelsOf(format)
  if (bytes !== null) {
    if (format === 'heic') return { ...file, ...(await decodeHeif(file, bytes, most)) }
    if (format === 'jxl') return { ...file, ...(await decodeJxl(file, bytes, most)) }
    return { ...file, input: decodeBmp(file, bytes, most), exif: null }
  }
  const source = { path, format, exif: 'inside' as const }
  if (format === 'tiff') return (await labAsRgb(file)) ?? { ...source, input: await asInput(path) }
  return {
    ...source,
    input: (format === 'png' ? await withColourProfile(path) : null) ?? (await asInput(path)),
  }
}

/** libvips takes "[…]" at the end of a name for options of the loader. */
const asInput = async (path: string): Promise<string | Buffer> => (path.endsWith(']') ? readFile(path) : path)

/** Upright size of a file that libvips does not read, without decoding it; null for all others. */
export function sizeOf(file: PictureFile): Promise<Size> | Size | null {
  const { format, bytes } = file
  if (bytes === null) return null
  if (format === 'heic') return heifSize(file, bytes)
  return format === 'jxl' ? jxlSize(file, bytes) : bmpSize(file, bytes)
}

/**
 * The decoder hands over the EXIF of every format but TIFF, where it is part of the file's own directories. A picture that was
 * decoded is not lost for what it says about itself.
 */
export function exifOf(
  { path, format, exif }: PictureSource,
  payload: Uint8Array | undefined,
): ExifTags | null {
  if (exif !== 'inside') return exif
  try {
    return format === 'tiff' ? exifOfTiffFile(path) : readExifPayload(payload)
  } catch {
    return null
  }
}
