import { hasCameraRawEnding } from '../../shared/picture-kinds.ts'

/**
 * Well-known files that are not read, so that the message can say what came. Content is only ever scanned forwards, once: a
 * pattern with nested repetition over bytes that anyone may have written can take for ever.
 */
export interface Stranger {
  readonly name: string
  /** A picture of a kind that an image editor can turn into one that is read. */
  readonly isPicture: boolean
}

const starts: readonly (readonly [name: string, isPicture: boolean, ...starts: string[]])[] = [
  ['a PDF document', false, '%PDF-'],
  ['a PostScript document', false, '%!PS', '\xc5\xd0\xd3\xc6'],
  ['a JPEG 2000 picture', true, '\0\0\0\fjP  ', '\xff\x4f\xff\x51'],
  ['a JPEG XR picture', true, 'II\xbc'],
  ['a Photoshop document', true, '8BPS'],
  ['an OpenEXR picture', true, '\x76\x2f\x31\x01'],
  ['a Radiance HDR picture', true, '#?RADIANCE', '#?RGBE'],
  ['a DirectDraw texture', true, 'DDS '],
  ['a QOI picture', true, 'qoif'],
  ['a GIMP document', true, 'gimp xcf '],
  ['a Windows icon', true, '\0\0\x01\0', '\0\0\x02\0'],
  ['a Mac icon', true, 'icns'],
  ['a PNM picture', true, ...[1, 2, 3, 4, 5, 6, 7].flatMap((n) => [`P${n}\n`, `P${n} `, `P${n}\r`])],
  ['a FITS picture', true, 'SIMPLE  ='],
  ['a DjVu document', false, 'AT&TFORM'],
  ['a Git LFS pointer, not the file itself', false, 'version https://git-lfs'],
  ['an archive', false, 'PK\x03\x04', '\x1f\x8b\b', '7z\xbc\xaf', 'Rar!'],
  ['a video', false, '\x1aE\xdf\xa3', 'FLV\x01'],
]

/** Kind of a file that no decoder reads; null if it is unknown. */
export function strangerOf(text: string): Stranger | null {
  if (isSvg(text)) return { name: 'an SVG drawing', isPicture: true }
  const known = starts.find(([, , ...signatures]) => signatures.some((start) => text.startsWith(start)))
  if (known !== undefined) return { name: known[0], isPicture: known[1] }
  if (text.slice(4, 8) === 'ftyp' || (text.startsWith('RIFF') && text.slice(8, 11) === 'AVI'))
    return { name: 'a video', isPicture: false }
  return isText(text) ? { name: 'text', isPicture: false } : null
}

const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13)

/** Offset of the first XML element, after byte order mark, spaces, declarations and comments; -1 if it is not visible. */
function firstElement(text: string): number {
  let at = text.startsWith('\xef\xbb\xbf') ? 3 : 0
  for (;;) {
    while (isSpace(text.charCodeAt(at))) at++
    const end = text.startsWith('<?', at) ? '?>' : text.startsWith('<!--', at) ? '-->' : null
    if (end === null) return text[at] === '<' ? at : -1
    const closed = text.indexOf(end, at)
    if (closed < 0) return -1
    at = closed + end.length
  }
}

function isSvg(text: string): boolean {
  const at = firstElement(text)
  if (at < 0) return false
  const element = text.slice(at, at + 13).toLowerCase()
  return element.startsWith('<svg') || element === '<!doctype svg'
}

/** Printable characters in any encoding that extends ASCII, and white space. */
function isText(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (!isSpace(code) && (code < 32 || code === 127)) return false
  }
  return text.length > 0
}

/** Canon CRW and CR2, Fujifilm, Olympus, Panasonic, Minolta, Sigma. */
const rawStarts = [
  'II\x1a\0\0\0HEAPCCDR',
  'FUJIFILMCCD-RAW',
  'IIRO',
  'IIRS',
  'MMOR',
  'IIU\0',
  '\0MRM',
  'FOVb',
  'ARRI',
]

/** Canon's CR2 says so behind the TIFF header, its CR3 is an ISO media file of a brand of its own. Others go by their name. */
export function isCameraRaw(path: string, text: string, format: string | undefined): boolean {
  if (rawStarts.some((start) => text.startsWith(start))) return true
  if (text.startsWith('ftypcrx', 4) || (format === 'tiff' && text.startsWith('CR\x02', 8))) return true
  return (format === 'tiff' || format === undefined) && hasCameraRawEnding(path) && !isText(text)
}
