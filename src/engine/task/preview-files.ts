import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { encodePicture } from '../image/encode.ts'
import { writeNew } from '../image/output.ts'
import type { Planes } from '../tensor/planes.ts'

const stepName = /^step-\d{6,}(-\d+)?\.png$/i

/** True if a file has a name that previews get. */
export function isPreviewName(path: string): boolean {
  return stepName.test(basename(path))
}

/** Files of a folder that have names of previews; none where there is no such folder. */
export async function previewsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter(isPreviewName).map((name) => join(folder, name))
}

/**
 * Saves a preview as `step-000120.png`, or numbered where another file has that name. A run that continues from its checkpoint
 * repeats some steps: what is there with the same bytes is its own.
 *
 * @returns where it is
 * @throws PasticheError `output-not-writable`, `disk-full`
 */
export async function savePreview(folder: string, totalStep: number, planes: Planes): Promise<string> {
  const path = join(folder, `step-${String(totalStep).padStart(6, '0')}.png`)
  const options = { quality: 92, bitDepth: 8, keepGps: false } as const
  const bytes = await encodePicture(path, { ...planes, alpha: null }, options)
  const before = await readFile(path).catch(() => null)
  return before?.equals(bytes) ? path : writeNew(path, bytes)
}
