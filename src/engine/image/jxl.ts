import { brotliDecompressSync } from 'node:zlib'
import { PasticheError } from '../../shared/errors.ts'
import { readExifPayload } from './exif.ts'
import type { ExifTags } from './exif.ts'
import { fourLetters, isCutShort, readBoxes, viewOf } from './isobmff.ts'
import type { Box } from './isobmff.ts'
import { readJxlHeader } from './jxl-header.ts'
import type { JxlHeader } from './jxl-header.ts'
import type { Size } from '../tensor/size.ts'
import { assertPixels, cutShort, damaged } from './problems.ts'
import type { NamedPicture } from './problems.ts'
import { makeRawTiff } from './raw-tiff.ts'
import { moduleOptions, type ModuleOptions } from './wasm.ts'

/** JPEG XL by libjxl, compiled to WebAssembly: upright, in sRGB, 8 bits a channel. */

interface JxlDecoder {
  /** RGBA, not premultiplied. Null where the picture cannot be decoded. */
  decode(
    file: Uint8Array,
  ): { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number } | null
}

async function makeDecoder(): Promise<JxlDecoder> {
  const options = await moduleOptions('@jsquash/jxl/codec/dec/jxl_dec.wasm')
  const loaded: unknown = await import('@jsquash/jxl/codec/dec/jxl_dec.js')
  const { default: make } = loaded as { default: (options: ModuleOptions) => Promise<JxlDecoder> }
  return make(options)
}

interface JxlFile {
  readonly header: JxlHeader
  /** ISO/IEC 18181-2: the Exif box, compressed or not. */
  readonly exif: Uint8Array | null
}

const isContainer = (file: Uint8Array): boolean => file[0] === 0

function readFile(source: NamedPicture, file: Uint8Array): JxlFile {
  try {
    if (!isContainer(file)) return { header: readJxlHeader(file), exif: null }
    const view = viewOf(file)
    const boxes = readBoxes(view, 0, view.byteLength)
    const stream = boxes.find(({ type }) => type === 'jxlc' || type === 'jxlp')
    if (stream === undefined) throw new RangeError('no picture inside')
    const header = readJxlHeader(file.subarray(stream.start + (stream.type === 'jxlp' ? 4 : 0), stream.end))
    return { header, exif: exifOf(file, boxes) }
  } catch (cause) {
    throw isShort(file) ? cutShort(source, cause) : damaged(source, cause)
  }
}

const isShort = (file: Uint8Array): boolean => isContainer(file) && isCutShort(file)

const maxExifBytes = 16 * 2 ** 20

/** Damaged EXIF never costs the picture. */
function exifOf(file: Uint8Array, boxes: readonly Box[]): Uint8Array | null {
  try {
    const plain = boxes.find(({ type }) => type === 'Exif')
    const packed = boxes.find(
      ({ type, start }) => type === 'brob' && fourLetters(viewOf(file), start) === 'Exif',
    )
    const content =
      plain !== undefined
        ? file.subarray(plain.start, plain.end)
        : packed &&
          brotliDecompressSync(file.subarray(packed.start + 4, packed.end), { maxOutputLength: maxExifBytes })
    // How many bytes stand between this number and the TIFF header.
    return content === undefined ? null : content.subarray(4 + viewOf(content).getUint32(0))
  } catch {
    return null
  }
}

/** Upright. @throws PasticheError `picture-damaged` */
export function jxlSize(source: NamedPicture, file: Uint8Array): Size {
  const { widthPx, heightPx } = readFile(source, file).header
  return { widthPx, heightPx }
}

/** @returns the picture as a TIFF file, and its EXIF. @throws as `jxlSize`, `picture-too-large` */
export async function decodeJxl(
  source: NamedPicture,
  file: Uint8Array,
  maxPixels: number,
): Promise<{ input: Buffer; exif: ExifTags | null }> {
  const { header, exif } = readFile(source, file)
  assertPixels(source.path, header, maxPixels)
  try {
    const decoded = (await makeDecoder()).decode(file)
    if (decoded === null) throw new Error('no pixels')
    const size = { widthPx: decoded.width, heightPx: decoded.height }
    if (size.widthPx !== header.widthPx || size.heightPx !== header.heightPx)
      throw new Error('of another size than it says')
    const raw = makeRawTiff(size, header.hasAlpha ? 4 : 3, 8, null)
    copyPixels(decoded.data, raw.pixels, header.hasAlpha)
    return { input: raw.file, exif: readExifPayload(exif ?? undefined) }
  } catch (cause) {
    if (cause instanceof PasticheError) throw cause
    // A bare codestream tells nowhere how long it is: what the decoder cannot finish may be cut or damaged.
    throw isShort(file) ? cutShort(source, cause) : damaged(source, cause)
  }
}

function copyPixels(rgba: Uint8ClampedArray, out: Uint8Array, hasAlpha: boolean): void {
  if (hasAlpha) {
    out.set(rgba)
    return
  }
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    out[to] = rgba[from]!
    out[to + 1] = rgba[from + 1]!
    out[to + 2] = rgba[from + 2]!
  }
}
