import type { Sharp } from 'sharp'
import { attach } from './containers.ts'
import { carryExif } from './exif.ts'
import type { ExifTags } from './exif.ts'
import { outputFormat } from './formats.ts'
import type { OutputFormat } from './formats.ts'
import { prepareOutput, writeOutput } from './output.ts'
import type { Picture, PictureMetadata } from './picture.ts'
import type { Size } from '../tensor/size.ts'
import { flattenOnWhite, toInterleaved } from './planes.ts'
import type { Interleaved } from './planes.ts'
import { fitLongSide } from './resize.ts'
import { sharp } from './vips.ts'

export interface WriteOptions {
  /** 1 to 100, of JPEG and WebP. */
  readonly quality: number
  /** 16: PNG and TIFF only. */
  readonly bitDepth: 8 | 16
  /** Carry on where the photo was taken. */
  readonly keepGps: boolean
  /** One line that the picture says about itself (EXIF ImageDescription). */
  readonly description?: string | undefined
  /** Receives a sentence for each part of the picture that could not be saved. */
  readonly onNotice?: ((message: string) => void) | undefined
}

export const fromRaw = ({ values, widthPx, heightPx, channels }: Interleaved): Sharp =>
  sharp(values, { raw: { width: widthPx, height: heightPx, channels } })

/** Pixels only; `attach` adds the rest. */
function encode(pixels: Interleaved, format: OutputFormat, quality: number): Promise<Buffer> {
  const pipeline = fromRaw(pixels).toColourspace(pixels.values instanceof Uint16Array ? 'rgb16' : 'srgb')
  switch (format) {
    case 'png':
      return pipeline.png().toBuffer()
    // Brush strokes are small coloured edges: halving the resolution of the colours would show.
    case 'jpeg':
      return pipeline.jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer()
    // `exact` keeps the colours under full transparency.
    case 'webp':
      return pipeline.webp({ quality, alphaQuality: 100, exact: true, smartSubsample: true }).toBuffer()
    case 'tiff':
      return pipeline.tiff({ compression: 'deflate', predictor: 'horizontal' }).toBuffer()
  }
}

let srgbProfileOnce: Promise<Uint8Array> | undefined

/** The sRGB profile that libvips carries (480 bytes). */
function srgbProfile(): Promise<Uint8Array> {
  srgbProfileOnce ??= (async () => {
    const pixel = sharp(Buffer.alloc(3), { raw: { width: 1, height: 1, channels: 3 } })
    const { icc } = await sharp(await pixel.withIccProfile('srgb').png().toBuffer()).metadata()
    if (icc === undefined) throw new Error('libvips has no sRGB profile.')
    return icc
  })()
  return srgbProfileOnce
}

/**
 * A picture as a file of the format that a name asks for, with the sRGB profile and the photo's EXIF: upright, of its own size,
 * without thumbnail, and without GPS unless asked for. JPEG has no alpha: the picture is laid on white.
 *
 * @throws PasticheError `output-format`
 */
export async function encodePicture(
  path: string,
  picture: Pick<Picture, 'widthPx' | 'heightPx' | 'rgb' | 'alpha'> & { readonly metadata?: PictureMetadata },
  options: WriteOptions,
): Promise<Uint8Array> {
  const { quality, bitDepth } = options
  const format = outputFormat(path, bitDepth)
  const flattened = format === 'jpeg' && picture.alpha !== null
  const rgb = flattened ? flattenOnWhite(picture.rgb, picture.alpha) : picture.rgb
  const alpha = flattened ? null : picture.alpha
  const file = await encode(toInterleaved(rgb, alpha, picture, bitDepth), format, quality)
  const icc = await srgbProfile()
  const withExif = (source: ExifTags | null): Uint8Array => {
    const exif = carryExif(source, { ...options, widthPx: picture.widthPx, heightPx: picture.heightPx })
    return attach(file, format, { icc, exif }, picture, alpha !== null)
  }
  return attachExif(withExif, picture.metadata?.exif ?? null, options.onNotice)
}

/** A painting is worth more than what its photo says about itself: whatever is wrong with the EXIF, the painting is saved. */
function attachExif(
  withExif: (source: ExifTags | null) => Uint8Array,
  source: ExifTags | null,
  onNotice: WriteOptions['onNotice'],
): Uint8Array {
  try {
    return withExif(source)
  } catch {
    onNotice?.('The EXIF of the photo (camera, date, place) is damaged. The picture was saved without it.')
    return withExif(null)
  }
}

/**
 * Writes a picture as {@link encodePicture} makes it, in place of a file that has its name. Missing folders are made; the file
 * appears whole or not at all.
 *
 * @throws PasticheError `output-format`, `output-not-writable`, `disk-full`
 */
export async function writePicture(
  path: string,
  picture: Parameters<typeof encodePicture>[1],
  options: WriteOptions,
): Promise<void> {
  outputFormat(path, options.bitDepth)
  await prepareOutput(path)
  await writeOutput(path, await encodePicture(path, picture, options))
}

const previewQualities = [80, 65, 50, 35, 20]

/**
 * A small WebP picture of a canvas: the best quality that fits; where even the worst does not, a smaller size.
 * @param rgb planar [3, H, W]; what lies outside [0,1] is clamped.
 */
export async function encodePreview(
  rgb: Float32Array,
  widthPx: number,
  heightPx: number,
  options: { readonly maxSidePx: number; readonly maxBytes: number },
): Promise<Uint8Array> {
  const pixels = toInterleaved(rgb, null, { widthPx, heightPx }, 8)
  let size: Size = fitLongSide(pixels, options.maxSidePx)
  for (;;) {
    const { data, info } = await fromRaw(pixels)
      .resize(size.widthPx, size.heightPx, { fit: 'fill' })
      .raw()
      .toBuffer({ resolveWithObject: true })
    const raw = { width: info.width, height: info.height, channels: info.channels }
    for (const quality of previewQualities) {
      const webp = await sharp(data, { raw }).webp({ quality, effort: 2 }).toBuffer()
      if (webp.length <= options.maxBytes || Math.max(raw.width, raw.height) === 1) return webp
    }
    size = fitLongSide(size, Math.max(1, Math.floor(Math.max(size.widthPx, size.heightPx) * 0.7)))
  }
}
