import { extname } from 'node:path'
import { PasticheError } from '../../shared/errors.ts'
import type { pictureFormats } from '../../shared/contract/engine.ts'

export const inputFormats = ['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const
export type InputFormat = (typeof inputFormats)[number]
export type OutputFormat = (typeof pictureFormats)[number]

/** How a person calls it. */
export const formatNames: Readonly<Record<InputFormat, string>> = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  avif: 'AVIF',
  tiff: 'TIFF',
  gif: 'GIF',
}

/** As much of a file as `sniffFormat` wants to see. */
export const sniffBytes = 512

const brandsOf = (text: string): string[] => {
  // ISO/IEC 14496-12, 4.3: size, "ftyp", major brand, version, compatible brands.
  const end = Math.min(text.length, (text.charCodeAt(2) << 8) | text.charCodeAt(3))
  const brands = [text.slice(8, 12)]
  for (let at = 16; at + 4 <= end; at += 4) brands.push(text.slice(at, at + 4))
  return brands
}

/** First bytes of the formats that are read. AVIF is an ISO media file with a brand of its own. */
const signatures: readonly (readonly [InputFormat, (text: string) => boolean])[] = [
  ['jpeg', (text) => text.startsWith('\xff\xd8\xff')],
  ['png', (text) => text.startsWith('\x89PNG\r\n\x1a\n')],
  ['gif', (text) => text.startsWith('GIF87a') || text.startsWith('GIF89a')],
  ['webp', (text) => text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP'],
  ['tiff', (text) => /^(II[*+]\0|MM\0[*+])/.test(text)],
  ['avif', (text) => text.slice(4, 8) === 'ftyp' && brandsOf(text).some((b) => b === 'avif' || b === 'avis')],
]

/** Well-known strangers, so that the message can say what came. */
const strangers: readonly (readonly [string, RegExp])[] = [
  ['an SVG drawing', /^(\xef\xbb\xbf)?\s*(<\?xml[^>]*>)?\s*(<!--[^]*?-->\s*)*(<!DOCTYPE svg[^>]*>\s*)?<svg/i],
  ['a PDF document', /^%PDF-/],
  ['a HEIC picture', /^.{4}ftyp(hei|hev|mif1|msf1)/s],
  ['a JPEG XL picture', /^(\xff\n|\0\0\0\fJXL )/],
  ['a JPEG 2000 picture', /^(\0\0\0\fjP {2}|\xff\x4f\xff\x51)/],
  ['a Photoshop document', /^8BPS/],
  ['a BMP picture', /^BM.{4}\0\0\0\0/s],
  ['text', /^[\t\n\f\r\x20-\x7e\x80-\xff]+$/],
]

/** Camera raw files are TIFF files whose first picture is a thumbnail. */
const rawEndings = /\.(3fr|arw|cr2|dcr|dng|erf|iiq|kdc|mef|mos|nef|nrw|pef|sr2|srf|srw)$/i

/**
 * The format of a file, judged by its first bytes. Files of other formats never reach the decoder: it could read
 * some of them (SVG, PDF), with more rights than a photo needs.
 * @throws PasticheError `not-a-picture`
 */
export function sniffFormat(path: string, head: Uint8Array): InputFormat {
  // One character a byte; TextDecoder's latin1 is windows-1252, which moves 0x80–0x9f.
  const text = Buffer.from(head).toString('latin1')
  const format = signatures.find(([, matches]) => matches(text))?.[0]
  const isRaw = format === 'tiff' && rawEndings.test(path)
  if (format !== undefined && !isRaw) return format
  const known = isRaw ? 'a camera raw file' : strangers.find(([, pattern]) => pattern.test(text))?.[0]
  throw new PasticheError(
    'not-a-picture',
    `Expected a JPEG, PNG, WebP, AVIF, TIFF or GIF picture, ${path} is ${known ?? 'something else'}.`,
  )
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
      `Expected a name that ends in ${known.slice(0, -1).join(', ')} or ${known.at(-1)!}, received ${path}.`,
    )
  }
  if (bitDepth === 16 && (format === 'jpeg' || format === 'webp')) {
    throw new PasticheError(
      'output-format',
      `Expected a name that ends in .png, .tif or .tiff for 16 bits a channel, received ${path}.`,
      { hint: 'JPEG and WebP hold 8 bits a channel: use PNG or TIFF, or a bit depth of 8.' },
    )
  }
  return format
}
