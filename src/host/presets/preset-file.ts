import { readPreset, type Preset } from '../../shared/contract/preset.ts'
import { PasticheError } from '../../shared/errors.ts'
import { decodeText } from '../decode-text.ts'
import { upgradeDocument } from '../../shared/first-edition.ts'
import { openPlainFile } from '../files/plain-file.ts'

/** Ours have 2 kB. */
export const maxPresetBytes = 1_000_000

/**
 * Reads a preset's file, wherever it comes from: nothing in it is trusted.
 *
 * @throws PasticheError `file-not-found`, `file-not-readable`, `preset-unreadable`
 */
export async function readPresetFile(path: string): Promise<Preset> {
  const file = await openPlainFile(path)
  if (file === null) throw new PasticheError('file-not-found', `There is no preset at ${path}.`)
  try {
    const { size } = await file.stat()
    if (size > maxPresetBytes) throw tooLong(size)
    return parsePreset(await file.readFile())
  } catch (thrown) {
    throw readProblem(thrown, path)
  } finally {
    await file.close()
  }
}

/** @throws PasticheError `preset-unreadable` */
export function parsePreset(bytes: Uint8Array): Preset {
  if (bytes.length > maxPresetBytes) throw tooLong(bytes.length)
  return readPreset(parseJson(bytes))
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return upgradeDocument(JSON.parse(decodeText(bytes, { fatal: true })))
  } catch (cause) {
    throw unreadable('it is not valid JSON.', cause)
  }
}

function tooLong(bytes: number): PasticheError {
  return unreadable(`it has ${(bytes / 1e6).toFixed(1)} MB (limit 1 MB).`)
}

function unreadable(message: string, cause?: unknown): PasticheError {
  return new PasticheError('preset-unreadable', message, { cause })
}

function readProblem(thrown: unknown, path: string): PasticheError {
  if (thrown instanceof PasticheError)
    return unreadable(`${path} isn't a valid preset file: ${thrown.message}`, thrown)
  const { message } = thrown as NodeJS.ErrnoException
  return new PasticheError('file-not-readable', `Cannot read ${path}: ${message}.`, { cause: thrown })
}
