import type { PictureEdit } from '../../shared/contract/job.ts'
import type { InputFormat } from './formats.ts'
import { turnedSize, turnOf } from './edit.ts'
import { maxPixelsOf } from './limits.ts'
import type { Picture } from './picture.ts'
import type { Size } from '../tensor/size.ts'
import { decodePixels, readHeader, storedSize } from './pixels.ts'
import { assertPixels } from './problems.ts'
import { shrinkToPlanes } from './shrink.ts'
import { exifOf, loadFile, openFile, sizeOf } from './source.ts'

export interface ReadOptions {
  /** Refuse pictures with more pixels than this; default: what the format can be decoded at, 60 to 400 megapixels. */
  readonly maxPixels?: number | undefined
  /** Shrink to this long side while reading; a smaller picture stays as it is. */
  readonly maxSidePx?: number | undefined
  /** Turn and crop it before it is shrunk. */
  readonly edit?: PictureEdit | undefined
}

const isOpaque = (alpha: Float32Array): boolean => alpha.every((value) => value === 1)

/**
 * Reads a picture: main or first frame, upright, any colours converted to sRGB, grey as colour. Files of more than 8 bits keep their
 * precision up to 16. docs/picture-formats.md tells what each format keeps.
 * @throws PasticheError `file-not-found`, `file-not-readable`, `not-a-picture`, `picture-unsupported`, `picture-damaged` (also where
 * the file ends too early: half a photo is not painted), `picture-too-large` (before anything is decoded)
 */
export async function readPicture(path: string, options: ReadOptions = {}): Promise<Picture> {
  const { maxSidePx = Infinity, edit } = options
  const source = await loadFile(await openFile(path))
  const header = await readHeader(source)
  assertPixels(path, storedSize(header), options.maxPixels ?? maxPixelsOf(source.format, header))
  const { pixels, bitDepth } = await decodePixels(source, header, { edit, maxSidePx, shrink: 'if-large' })
  const { rgb, alpha, ...size } = shrinkToPlanes(pixels, maxSidePx)
  // GIF marks a transparent colour even where no pixel has it.
  const keptAlpha = source.format === 'gif' && alpha !== null && isOpaque(alpha) ? null : alpha
  return { ...size, rgb, alpha: keptAlpha, bitDepth, metadata: { exif: exifOf(source, header.exif) } }
}

/** Upright size, format and the most pixels that a picture of its kind may have. */
export interface ProbedPicture extends Size {
  readonly format: InputFormat
}

/**
 * The upright size and the format of a picture, from its header alone: no pixel is decoded.
 * @throws PasticheError `file-not-found`, `file-not-readable`, `not-a-picture`, `picture-unsupported`, `picture-damaged`
 */
export async function probePicture(path: string): Promise<ProbedPicture> {
  return (await probe(path)).picture
}

/** As `probePicture`. @throws also `picture-too-large` */
export async function probeReadable(path: string): Promise<ProbedPicture> {
  const { picture, maxPixels } = await probe(path)
  assertPixels(path, picture, maxPixels)
  return picture
}

async function probe(path: string): Promise<{ picture: ProbedPicture; maxPixels: number }> {
  const file = await openFile(path)
  const { format } = file
  const size = await sizeOf(file)
  if (size !== null) return { picture: { ...size, format }, maxPixels: maxPixelsOf(format) }
  const header = await readHeader(await loadFile(file))
  const upright = turnedSize(storedSize(header), turnOf(header.orientation))
  return { picture: { ...upright, format }, maxPixels: maxPixelsOf(format, header) }
}
