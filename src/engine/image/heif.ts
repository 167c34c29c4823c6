import { PasticheError } from '../../shared/errors.ts'
import { readExifPayload } from './exif.ts'
import type { ExifTags } from './exif.ts'
import { readHeifFacts } from './heif-container.ts'
import type { HeifFacts } from './heif-container.ts'
import { isCutShort } from './isobmff.ts'
import { profileOfNclx } from './nclx.ts'
import type { Size } from '../tensor/size.ts'
import { assertPixels, cutShort, damaged, unsupported } from './problems.ts'
import type { NamedPicture } from './problems.ts'
import { makeRawTiff } from './raw-tiff.ts'
import type { RawTiff } from './raw-tiff.ts'
import { moduleOptions } from './wasm.ts'
import type { ModuleOptions } from './wasm.ts'

/** HEIC by libheif and libde265, compiled to WebAssembly: the main picture, cropped and upright as its container says. */

interface Channel {
  readonly data: Uint8Array
  readonly stride: number
  readonly width: number
  readonly height: number
  readonly bits_per_pixel: number
}

interface Failure {
  readonly code?: unknown
  readonly message?: string
}

interface Handle {
  readonly heifHandle: never
}

/** As much of libheif's interface as is used here. */
interface Libheif {
  readonly heif_colorspace: { readonly heif_colorspace_RGB: object }
  readonly heif_chroma: Readonly<
    Record<`heif_chroma_interleaved_${'RGB' | 'RGBA' | 'RRGGBB_LE' | 'RRGGBBAA_LE'}`, object>
  >
  readonly heif_error_code: { readonly heif_error_Ok: object }
  heif_context_alloc(): object
  heif_context_read_from_memory(context: object, bytes: Uint8Array): Failure
  heif_js_context_get_primary_image_handle(context: object): (Handle & { code?: undefined }) | Failure
  heif_image_handle_get_width(handle: Handle): number
  heif_image_handle_get_height(handle: Handle): number
  heif_image_handle_has_alpha_channel(handle: Handle): number
  heif_image_handle_is_premultiplied_alpha(handle: Handle): number
  heif_js_decode_image2(
    handle: Handle,
    space: object,
    chroma: object,
  ): Failure & { readonly channels?: readonly Channel[] }
}

const wasmFile = 'libheif-js/libheif-wasm/libheif.wasm'

async function makeLibheif(): Promise<Libheif> {
  const options = await moduleOptions(wasmFile)
  const { default: make } = (await import('libheif-js/libheif-wasm/libheif.js')) as unknown as {
    default: (options: ModuleOptions) => Libheif
  }
  return make(options)
}

const codecNames: Readonly<Record<string, string>> = {
  jpeg: 'JPEG',
  avc1: 'H.264',
  vvc1: 'H.266',
  evc1: 'EVC',
  j2k1: 'JPEG 2000',
  unci: 'uncompressed',
}

/**
 * Facts from the container, once its picture is known to be decodable.
 * @throws PasticheError `picture-unsupported`, `picture-damaged`
 */
export function heifFacts(source: NamedPicture, file: Uint8Array): HeifFacts {
  let facts: HeifFacts | null
  try {
    facts = readHeifFacts(file)
  } catch (cause) {
    throw isCutShort(file) ? cutShort(source, cause) : damaged(source, cause)
  }
  if (facts === null) throw unsupported(source, 'a HEIF file without a still picture')
  if (facts.codec !== 'hvc1' && facts.codec !== 'hev1' && facts.codec !== 'av01') {
    const codec = codecNames[facts.codec] ?? JSON.stringify(facts.codec)
    throw unsupported(source, `a HEIF picture coded as ${codec}`)
  }
  return facts
}

class HeifPicture {
  readonly #lib: Libheif
  readonly #handle: Handle

  constructor(lib: Libheif, file: Uint8Array) {
    this.#lib = lib
    const context = lib.heif_context_alloc()
    const read = lib.heif_context_read_from_memory(context, file)
    if (read.code !== lib.heif_error_code.heif_error_Ok) throw new Error(read.message)
    const handle = lib.heif_js_context_get_primary_image_handle(context)
    if (!isHandle(handle)) throw new Error(handle.message ?? 'no main picture')
    this.#handle = handle
  }

  /** Cropped and upright. */
  get size(): Size {
    return {
      widthPx: this.#lib.heif_image_handle_get_width(this.#handle),
      heightPx: this.#lib.heif_image_handle_get_height(this.#handle),
    }
  }

  decode({ bitDepth, icc, nclx }: HeifFacts): Buffer {
    const lib = this.#lib
    const isDeep = bitDepth > 8
    const hasAlpha = lib.heif_image_handle_has_alpha_channel(this.#handle) !== 0
    const layout = isDeep ? (hasAlpha ? 'RRGGBBAA_LE' : 'RRGGBB_LE') : hasAlpha ? 'RGBA' : 'RGB'
    const chroma = lib.heif_chroma[`heif_chroma_interleaved_${layout}`]
    const { channels, message } = lib.heif_js_decode_image2(
      this.#handle,
      lib.heif_colorspace.heif_colorspace_RGB,
      chroma,
    )
    const channel = channels?.[0]
    if (channel === undefined) throw new Error(message ?? 'no pixels')
    const profile = icc ?? (nclx && profileOfNclx(nclx))
    const size = { widthPx: channel.width, heightPx: channel.height }
    const raw = makeRawTiff(size, hasAlpha ? 4 : 3, isDeep ? 16 : 8, profile)
    copyRows(channel, raw)
    if (isDeep) spreadTo16(raw, channel.bits_per_pixel)
    if (hasAlpha && lib.heif_image_handle_is_premultiplied_alpha(this.#handle) !== 0) unmultiply(raw, isDeep)
    return raw.file
  }
}

const isHandle = (value: Handle | Failure): value is Handle => (value as Failure).code === undefined

function copyRows({ data, stride, height }: Channel, { pixels, rowBytes }: RawTiff): void {
  if (data.length < stride * (height - 1) + rowBytes) throw new Error('too few pixels')
  for (let y = 0; y < height; y++) pixels.set(data.subarray(y * stride, y * stride + rowBytes), y * rowBytes)
}

const wordsOf = ({ pixels }: RawTiff): Uint16Array =>
  new Uint16Array(pixels.buffer, pixels.byteOffset, pixels.length / 2)

/** Values of 9 to 15 bits as shares of 65535. */
function spreadTo16(raw: RawTiff, bits: number): void {
  if (bits >= 16) return
  const words = wordsOf(raw)
  const table = Uint16Array.from({ length: 65536 }, (_, v) =>
    Math.min(65535, Math.round((v * 65535) / (2 ** bits - 1))),
  )
  for (let i = 0; i < words.length; i++) words[i] = table[words[i]!]!
}

function unmultiply(raw: RawTiff, isDeep: boolean): void {
  const values = isDeep ? wordsOf(raw) : raw.pixels
  const max = isDeep ? 65535 : 255
  for (let i = 0; i < values.length; i += 4) {
    const alpha = values[i + 3]!
    if (alpha === 0 || alpha === max) continue
    for (let c = 0; c < 3; c++) values[i + c] = Math.min(max, Math.round((values[i + c]! * max) / alpha))
  }
}

async function withPicture<T>(
  source: NamedPicture,
  file: Uint8Array,
  use: (picture: HeifPicture) => T,
): Promise<T> {
  try {
    return use(new HeifPicture(await makeLibheif(), file))
  } catch (cause) {
    if (cause instanceof PasticheError) throw cause
    throw isCutShort(file) ? cutShort(source, cause) : damaged(source, cause)
  }
}

/** Cropped and upright; no pixel is decoded. @throws PasticheError `picture-damaged`, `picture-unsupported` */
export function heifSize(source: NamedPicture, file: Uint8Array): Promise<Size> {
  heifFacts(source, file)
  return withPicture(source, file, ({ size }) => size)
}

/** @returns the picture as a TIFF file, and its EXIF. @throws as `heifSize`, `picture-too-large` */
export async function decodeHeif(
  source: NamedPicture,
  file: Uint8Array,
  maxPixels: number,
): Promise<{ input: Buffer; exif: ExifTags | null }> {
  const facts = heifFacts(source, file)
  if (facts.stored !== null) assertPixels(source.path, facts.stored, maxPixels)
  const input = await withPicture(source, file, (picture) => {
    assertPixels(source.path, picture.size, maxPixels)
    return picture.decode(facts)
  })
  return { input, exif: readExifPayload(facts.exif ?? undefined) }
}
