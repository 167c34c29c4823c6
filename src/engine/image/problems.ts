import { PasticheError } from '../../shared/errors.ts'
import { formatNames } from './formats.ts'
import type { InputFormat } from './formats.ts'
import type { Size } from '../tensor/size.ts'

/** Errors about a picture file: each leads with the problem and ends with the way out. */

export interface NamedPicture {
  readonly path: string
  readonly format: InputFormat
}

const firstLine = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!.trim()

/** For a kind that is read, but whose data makes no sense. */
export function damaged({ path, format }: NamedPicture, cause: unknown): PasticheError {
  if (cause instanceof PasticheError) return cause
  const message = `${path} is damaged: it can't be decoded as ${formatNames[format]} (${firstLine(cause)}).`
  return new PasticheError('picture-damaged', message, { cause })
}

/** Only where it is proved that a part of the file is not there. */
export function cutShort({ path, format }: NamedPicture, cause?: unknown): PasticheError {
  const message = `${path} is incomplete: the ${formatNames[format]} file ends too early.`
  return new PasticheError('picture-damaged', message, { cause })
}

/** For a healthy file of a kind that no decoder here reads. @param what with its article: "a 12-bit JPEG" */
export function unsupported(
  { path }: { readonly path: string },
  what: string,
  cause?: unknown,
): PasticheError {
  return new PasticheError('picture-unsupported', `${path} is ${what}, which Pastiche doesn't read.`, {
    cause,
  })
}

const megapixels = (pixels: number): string => {
  const mega = pixels / 1e6
  return `${mega < 1 ? Math.ceil(mega * 1000) / 1000 : mega < 10 ? Math.ceil(mega * 10) / 10 : Math.ceil(mega)} MP`
}

/** @throws PasticheError `picture-too-large` */
export function assertPixels(path: string, { widthPx, heightPx }: Size, maxPixels: number): void {
  const pixels = widthPx * heightPx
  if (pixels <= maxPixels) return
  const message = `${path} is too large (${widthPx} × ${heightPx} px, ${megapixels(pixels)}; limit ${megapixels(maxPixels)}).`
  throw new PasticheError('picture-too-large', message)
}
