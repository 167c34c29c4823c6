/**
 * The kinds of pictures that Pastiche opens, by the endings that their names usually have. Folder scans and file dialogs use
 * these; what a file really is, the engine finds out from its content (`sniffFormat`).
 */

/** Endings without the dot, in lower case. docs/picture-formats.md tells what is read of each. */
export const pictureEndings: readonly string[] = [
  ...['jpg', 'jpeg', 'jpe', 'jfif', 'jif', 'jfi', 'mpo'],
  ...['png', 'apng', 'webp', 'avif', 'avifs', 'gif'],
  ...['heic', 'heif', 'heics', 'heifs', 'hif', 'jxl'],
  ...['tif', 'tiff', 'bmp', 'dib'],
]

/** MIME types of these kinds. */
export const pictureMimeTypes: readonly string[] = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/avif',
  'image/gif',
  'image/heic',
  'image/heif',
  'image/jxl',
  'image/tiff',
  'image/bmp',
]

/** The list as a sentence has it. */
export const pictureNames = 'JPEG, PNG, WebP, AVIF, HEIC, JPEG XL, TIFF, BMP and GIF'

/** Endings of camera raw files. Many of them are TIFF files whose first picture is only a thumbnail. */
export const cameraRawEndings: readonly string[] = [
  ...[
    '3fr',
    'ari',
    'arw',
    'bay',
    'cap',
    'cr2',
    'cr3',
    'crm',
    'crw',
    'dcr',
    'dcs',
    'dng',
    'drf',
    'eip',
    'erf',
    'fff',
  ],
  ...[
    'gpr',
    'iiq',
    'k25',
    'kdc',
    'mdc',
    'mef',
    'mos',
    'mrw',
    'nef',
    'nrw',
    'orf',
    'ori',
    'pef',
    'ptx',
    'pxn',
    'raf',
  ],
  ...['raw', 'rw2', 'rwl', 'rwz', 'sr2', 'srf', 'srw', 'x3f'],
]

const endingOf = (name: string): string => (/\.([^.]*)$/.exec(name)?.[1] ?? '').toLowerCase()

export const hasCameraRawEnding = (name: string): boolean => cameraRawEndings.includes(endingOf(name))
