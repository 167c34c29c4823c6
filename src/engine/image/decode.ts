import { closeSync, openSync, readSync } from 'node:fs'
import type { Metadata, Sharp } from 'sharp'
import type { PictureEdit } from '../../shared/contract/engine.ts'
import { PasticheError } from '../../shared/errors.ts'
import { greyToSrgb, isSrgb, readProfile } from './colour.ts'
import type { ColourProfile } from './colour.ts'
import { applyEdit } from './edit.ts'
import { readExif, readExifPayload } from './exif.ts'
import type { ExifTags } from './exif.ts'
import { formatNames } from './formats.ts'
import type { InputFormat } from './formats.ts'
import { assertFewPasses } from './passes.ts'
import type { Picture, Size } from './picture.ts'
import type { Interleaved } from './planes.ts'
import { shrinkToPlanes } from './shrink.ts'
import { openSource } from './source.ts'
import type { PictureSource } from './source.ts'
import { sharp } from './vips.ts'

/** About what the largest cameras give; decoded, it takes 0.3 to 0.8 GB for a moment. */
export const defaultMaxPixels = 100e6

export interface ReadOptions {
  /** Refuse pictures with more pixels than this. */
  readonly maxPixels?: number | undefined
  /** Shrink to this long side while reading; a smaller picture stays as it is. */
  readonly maxSidePx?: number | undefined
  /** Turn and crop it before it is shrunk. */
  readonly edit?: PictureEdit | undefined
}

export function damaged(source: PictureSource, cause: unknown): PasticheError {
  const detail = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!.trim()
  const name = formatNames[source.format]
  return new PasticheError(
    'picture-damaged',
    `Expected a whole ${name} picture, ${source.path} is damaged or ends too early (${detail}).`,
    { cause },
  )
}

const unusual = (source: PictureSource, expected: string, received: string): PasticheError =>
  new PasticheError('not-a-picture', `Expected ${expected}, the picture ${source.path} has ${received}.`)

/** libvips, with the first frame only, upright; `error`: what is cut short or cannot be decoded fails, warnings pass. */
const vips = (source: PictureSource, options: { maxPixels?: number; ignoreIcc?: boolean } = {}): Sharp =>
  sharp(source.input, {
    autoOrient: true,
    failOn: 'error',
    limitInputPixels: options.maxPixels ?? false,
    ignoreIcc: options.ignoreIcc ?? false,
  })

async function readHeader(source: PictureSource): Promise<Metadata> {
  assertFewPasses(source)
  try {
    return await vips(source).metadata()
  } catch (cause) {
    throw damaged(source, cause)
  }
}

const megapixels = (pixels: number): number => Math.ceil(pixels / 1e4) / 100

export function assertPixels(path: string, { widthPx, heightPx }: Size, maxPixels: number): void {
  const pixels = widthPx * heightPx
  if (pixels <= maxPixels) return
  throw new PasticheError(
    'picture-too-large',
    `Expected at most ${maxPixels / 1e6} megapixels, the picture ${path} has ${widthPx} × ${heightPx} ` +
      `(${megapixels(pixels)} megapixels).`,
  )
}

const uprightSize = (header: Metadata): Size => ({
  widthPx: header.autoOrient.width,
  heightPx: header.autoOrient.height,
})

const profileSpaces: Partial<Record<string, ColourProfile['space']>> = {
  srgb: 'rgb',
  rgb16: 'rgb',
  'b-w': 'grey',
  grey16: 'grey',
  cmyk: 'cmyk',
}

/** The profile that says what the colours mean; null where there is none, it does not fit or it is sRGB anyway. */
function foreignProfile(header: Metadata): ColourProfile | null {
  const profile = header.icc === undefined ? null : readProfile(header.icc)
  if (profile === null || profile.space !== profileSpaces[header.space]) return null
  return isSrgb(profile) ? null : profile
}

const sixteenBits = (header: Metadata): boolean => header.depth !== 'uchar' && header.space !== 'cmyk'

/** libvips leaves 16-bit grey as it is, whatever its profile says. */
function greyTable(profile: ColourProfile): Float32Array | undefined {
  const curve = greyToSrgb(profile)
  return curve === null ? undefined : Float32Array.from({ length: 65536 }, (_, value) => curve(value / 65535))
}

/** The pixels in sRGB. CMYK without a usable profile is converted with libvips's own. */
async function decodePixels(
  source: PictureSource,
  header: Metadata,
  maxPixels: number,
): Promise<Interleaved> {
  // Nothing says which value of floating-point grey is white.
  if (header.space === 'b-w' && (header.depth === 'float' || header.depth === 'double')) {
    throw unusual(source, 'whole numbers as grey', 'floating-point ones')
  }
  const profile = foreignProfile(header)
  const is16 = sixteenBits(header)
  const pipeline = vips(source, { maxPixels, ignoreIcc: profile === null })
  // With a profile, sharp works in Display P3 at 16 bits and must be told to end in sRGB.
  if (is16 && header.space === 'rgb16' && profile !== null) pipeline.withIccProfile('srgb')
  pipeline.toColourspace(is16 ? 'rgb16' : 'srgb').raw({ depth: is16 ? 'ushort' : 'uchar' })
  const { data, info } = await pipeline.toBuffer({ resolveWithObject: true }).catch((cause: unknown) => {
    throw damaged(source, cause)
  })
  if (info.channels !== 3 && info.channels !== 4) {
    throw unusual(source, 'colours with at most one alpha channel', `${header.channels} channels`)
  }
  const values = is16 ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : data
  const colourTable = header.space === 'grey16' && profile !== null ? greyTable(profile) : undefined
  return { widthPx: info.width, heightPx: info.height, values, channels: info.channels, colourTable }
}

/**
 * The decoder hands over the EXIF of every format but TIFF, where it is part of the file's own directories. A picture
 * that was decoded is not lost for what it says about itself.
 */
function exifOf(source: PictureSource, header: Metadata): ExifTags | null {
  try {
    return source.format === 'tiff' ? readTiffExif(source.path) : readExifPayload(header.exif)
  } catch {
    return null
  }
}

function readTiffExif(path: string): ExifTags | null {
  const file = openSync(path, 'r')
  try {
    return readExif((offset, length) => {
      const bytes = Buffer.alloc(length)
      return readSync(file, bytes, 0, length, offset) === length ? bytes : null
    })
  } finally {
    closeSync(file)
  }
}

const isOpaque = (alpha: Float32Array): boolean => alpha.every((value) => value === 1)

/**
 * Reads a picture: first frame, upright, any profile or CMYK converted to sRGB, grey as colour. 16-bit files keep
 * their precision.
 * @throws PasticheError `file-not-found`, `file-not-readable`, `not-a-picture`, `picture-damaged` (also where the
 * file ends too early: half a photo is not painted), `picture-too-large` (before anything is decoded)
 */
export async function readPicture(path: string, options: ReadOptions = {}): Promise<Picture> {
  const { maxPixels = defaultMaxPixels, maxSidePx = Infinity, edit } = options
  const source = await openSource(path)
  const header = await readHeader(source)
  assertPixels(path, uprightSize(header), maxPixels)
  const pixels = await decodePixels(source, header, maxPixels)
  const { rgb, alpha, ...size } = shrinkToPlanes(edit ? applyEdit(pixels, edit) : pixels, maxSidePx)
  // GIF marks a transparent colour even where no pixel has it.
  const keptAlpha = source.format === 'gif' && alpha !== null && isOpaque(alpha) ? null : alpha
  const bitDepth = sixteenBits(header) ? 16 : 8
  return { ...size, rgb, alpha: keptAlpha, bitDepth, metadata: { exif: exifOf(source, header) } }
}

/**
 * The upright size and the format of a picture, from its header alone: nothing is decoded.
 * @throws PasticheError `file-not-found`, `file-not-readable`, `not-a-picture`, `picture-damaged`
 */
export async function probePicture(path: string): Promise<Size & { readonly format: InputFormat }> {
  const source = await openSource(path)
  return { ...uprightSize(await readHeader(source)), format: source.format }
}
