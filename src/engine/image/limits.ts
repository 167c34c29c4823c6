import type { Metadata } from 'sharp'
import type { InputFormat } from './formats.ts'
import type { Size } from '../tensor/size.ts'
import { assertPixels } from './problems.ts'
import { fitLongSide } from './resize.ts'

/**
 * How large pictures may be. What can be read line by line may be larger than what has to be decoded as a whole before it can be
 * shrunk.
 */

/** Twice the largest phone cameras. */
export const maxStreamedPixels = 400e6

/** The decoder keeps coefficients (progressive JPEG) or pixels (interlaced PNG) of the whole picture: up to 6 bytes a pixel. */
const maxInterlacedPixels = 200e6

/** About what the largest cameras give; decoded, it takes 0.3 to 0.8 GB for a moment. */
export const maxWholePixels = 100e6

/** WebAssembly has 2 GiB; JPEG XL takes up to 32 bytes a pixel of it. */
export const maxJxlPixels = 60e6

const streamed: readonly InputFormat[] = ['jpeg', 'png', 'tiff']

export function maxPixelsOf(format: InputFormat, { isProgressive }: Partial<Metadata> = {}): number {
  if (format === 'jxl') return maxJxlPixels
  if (!streamed.includes(format)) return maxWholePixels
  return isProgressive === true ? maxInterlacedPixels : maxStreamedPixels
}

/** Pixels up to here are decoded as they are, and shrunk in float; larger pictures are shrunk by libvips while they are read. */
export const wholeBytes = 320e6

/** One block of memory inside Electron ends at 1 GiB. */
export const maxBytes = 800e6

export interface ShrinkPlan {
  readonly maxSidePx: number
  readonly shrink: 'if-large' | 'fully'
  readonly pixelBytes: number
}

/**
 * The size that libvips shrinks a part of a picture to; null: none, it is decoded as it is. A large one is left at twice the size
 * that is wanted, or as much of that as memory allows.
 * @throws PasticheError `picture-too-large` where even the size that is wanted is
 */
export function plannedSize(
  path: string,
  part: Size,
  { maxSidePx, shrink, pixelBytes }: ShrinkPlan,
): Size | null {
  const bytes = ({ widthPx, heightPx }: Size): number => widthPx * heightPx * pixelBytes
  const wanted = fitLongSide(part, maxSidePx)
  assertPixels(path, wanted, maxBytes / pixelBytes)
  if (shrink === 'fully')
    return wanted.widthPx < part.widthPx || wanted.heightPx < part.heightPx ? wanted : null
  if (bytes(part) <= wholeBytes) return null
  const finer = fitLongSide(part, 2 * maxSidePx)
  if (bytes(finer) > wholeBytes) return bytes(part) <= maxBytes ? null : wanted
  return finer
}
