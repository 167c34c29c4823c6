import { extname } from 'node:path'
import type { FileFilter } from 'electron'
import type { UploadPurpose } from '../shared/contract/media.ts'
import { pictureEndings } from '../shared/picture-kinds.ts'

/** Endings of what the studio opens, for the system's dialogs; what a file really is, the studio finds out by its bytes. */
export const fileFilters: Readonly<Record<UploadPurpose, FileFilter>> = {
  picture: { name: 'Pictures', extensions: [...pictureEndings] },
  preset: { name: 'Presets', extensions: ['pastiche', 'json'] },
  weights: { name: 'Networks', extensions: ['h5', 'hdf5', 'keras', 'safetensors', 'pth', 'pt', 'onnx'] },
}

const savedKinds: Readonly<Record<string, string>> = {
  png: 'PNG picture',
  jpg: 'JPEG picture',
  webp: 'WebP picture',
  tiff: 'TIFF picture',
  pastiche: 'Pastiche preset',
}

/** The file type of a name, by its ending; none for an unknown one. */
export function saveFilters(name: string): FileFilter[] {
  const extension = extname(name).slice(1).toLowerCase()
  const kind = savedKinds[extension]
  return kind === undefined ? [] : [{ name: kind, extensions: [extension] }]
}

/** True for names of files that the system may open the app with: pictures and presets. */
export function canBeOpened(path: string): boolean {
  const extension = extname(path).slice(1).toLowerCase()
  return fileFilters.picture.extensions.includes(extension) || extension === 'pastiche'
}
