import { basename } from 'node:path'
import { presetDocument, presetOf, type Preset } from '../../shared/contract/preset.ts'
import { PasticheError } from '../../shared/errors.ts'
import { JsonFile } from '../files/json-file.ts'

/** Ours have 2 kB. */
export const maxPresetBytes = 1_000_000

/**
 * Reads a preset's file, wherever it comes from: nothing in it is trusted.
 *
 * @throws PasticheError `file-not-found`, `file-not-readable`, `preset-unreadable`, `document-newer`
 */
export async function readPresetFile(path: string): Promise<Preset> {
  const reading = await new JsonFile(path, presetDocument, { maxBytes: maxPresetBytes }).read()
  if (reading === null) throw new PasticheError('file-not-found', `There is no preset at ${path}.`)
  return presetOf(reading, `"${basename(path)}"`)
}
