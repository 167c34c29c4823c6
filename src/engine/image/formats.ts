import { extname } from 'node:path'
import type { pictureFormats } from '../../shared/contract/job.ts'
import { PasticheError } from '../../shared/errors.ts'
import { isCameraRaw, strangerOf } from './strangers.ts'

export const inputFormats = ['jpeg', 'png', 'webp', 'avif', 'heic', 'jxl', 'tiff', 'bmp', 'gif'] as const
export type InputFormat = (typeof inputFormats)[number]
export type OutputFormat = (typeof pictureFormats)[number]

/** How a person calls it. */
export const formatNames: Readonly<Record<InputFormat, string>> = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  avif: 'AVIF',
  heic: 'HEIC',
  jxl: 'JPEG XL',
  tiff: 'TIFF',
  bmp: 'BMP',
  gif: 'GIF',
}

/** As much of a file as `sniffFormat` wants to see. */
export const sniffBytes = 4096

/** Brands of HEIF containers: still pictures and sequences coded with HEVC, and those that leave the codec open. */
const heifBrands = [
  'heic',
  'heix',
  'heim',
  'heis',
  'hevc',
  'hevx',
  'hevm',
  'hevs',
  'mif1',
  'mif2',
  'mif3',
  'msf1',
  'miaf',
  '1pic',
]
const avifBrands = ['avif', 'avis']

/** Brands of an ISO media file, the major one first. ISO/IEC 14496-12, 4.3: size, "ftyp", major brand, version, compatible brands. */
function brandsOf(text: string): string[] {
  if (text.slice(4, 8) !== 'ftyp') return []
  const size = [0, 1, 2, 3].reduce((sum, i) => sum * 256 + text.charCodeAt(i), 0)
  const brands = [text.slice(8, 12)]
  for (let at = 16; at + 4 <= Math.min(text.length, size); at += 4) brands.push(text.slice(at, at + 4))
  return brands
}

/** The AVIF brand alone decides nothing in a container with both: `readHeif` looks at the picture's own codec. */
function heifFormat(text: string): InputFormat | undefined {
  const brands = brandsOf(text)
  if (heifBrands.includes(brands[0] ?? '')) return 'heic'
  if (brands.some((brand) => avifBrands.includes(brand))) return 'avif'
  return brands.some((brand) => heifBrands.includes(brand)) ? 'heic' : undefined
}

const startsWithAny = (text: string, ...starts: readonly string[]): boolean =>
  starts.some((start) => text.startsWith(start))

/** ITU-T BMP as Windows and OS/2 write it: the size of its header is one of these. */
const bmpHeaderBytes = [12, 16, 40, 52, 56, 64, 108, 124]
const isBmp = (text: string): boolean =>
  text.startsWith('BM') && text.slice(15, 18) === '\0\0\0' && bmpHeaderBytes.includes(text.charCodeAt(14))

/** The format that the first bytes of a file show, one character a byte. */
function formatOf(text: string): InputFormat | undefined {
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (startsWithAny(text, 'GIF87a', 'GIF89a')) return 'gif'
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp'
  if (startsWithAny(text, 'II*\0', 'II+\0', 'MM\0*', 'MM\0+')) return 'tiff'
  if (startsWithAny(text, '\xff\n', '\0\0\0\fJXL ')) return 'jxl'
  return isBmp(text) ? 'bmp' : heifFormat(text)
}

/**
 * The format of a file, judged by its first bytes; only for camera raw files, many of which are TIFF, the name counts too. Files of
 * other formats never reach a decoder: it could read some of them (SVG, PDF), with more rights than a photo needs.
 * @param head the first `sniffBytes` of the file
 * @throws PasticheError `not-a-picture`, `picture-unsupported`
 */
export function sniffFormat(path: string, head: Uint8Array): InputFormat {
  // One character a byte; TextDecoder's latin1 is windows-1252, which moves 0x80–0x9f.
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1')
  const format = formatOf(text)
  if (isCameraRaw(path, text, format)) {
    throw new PasticheError(
      'picture-unsupported',
      `${path} is a camera raw file, which Pastiche doesn't read.`,
      {
        hint: 'Export a JPEG or TIFF from it first, in the camera or in a raw converter.',
      },
    )
  }
  if (format !== undefined) return format
  const stranger = strangerOf(text)
  if (stranger?.isPicture === true)
    throw new PasticheError(
      'picture-unsupported',
      `${path} is ${stranger.name}, which Pastiche doesn't read.`,
    )
  const what = stranger === null ? '' : `: it is ${stranger.name}`
  throw new PasticheError('not-a-picture', `${path} isn't a picture${what}.`)
}

const endings: Readonly<Record<string, OutputFormat>> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
  '.tif': 'tiff',
  '.tiff': 'tiff',
}

/**
 * The format that an output's name asks for.
 * @throws PasticheError `output-format`: an ending that is not known, or 16 bits where the format has only 8.
 */
export function outputFormat(path: string, bitDepth: 8 | 16): OutputFormat {
  const ending = extname(path).toLowerCase()
  const format = Object.hasOwn(endings, ending) ? endings[ending] : undefined
  if (format === undefined) {
    const known = Object.keys(endings)
    throw new PasticheError(
      'output-format',
      `${path} must end in ${known.slice(0, -1).join(', ')} or ${known.at(-1)!}.`,
    )
  }
  if (bitDepth === 16 && (format === 'jpeg' || format === 'webp')) {
    throw new PasticheError('output-format', `${path} can't hold 16 bits per channel.`, {
      hint: 'Use PNG or TIFF, or a bit depth of 8.',
    })
  }
  return format
}
