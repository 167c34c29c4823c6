import { basename } from 'node:path'
import { PasticheError } from '../../shared/errors.ts'
import type { NamedFile } from './gallery/source-copies.ts'

/** Longest name of a file, counted as the contract does: in UTF-16 units. */
const longestName = 255

/** The beginning of a name, no character of it cut in half. */
export function shortName(name: string, mostUnits = longestName): string {
  return name.slice(0, mostUnits).replace(/[\uD800-\uDBFF]$/, '')
}

/** A sentence with files called as people know them: no page is told where they lie. */
export function nameFiles(message: string, files: readonly NamedFile[]): string {
  // A path may be the beginning of another.
  const longestFirst = [...files].sort((a, b) => b.path.length - a.path.length)
  return longestFirst.reduce((text, { path, name }) => {
    // Weights are told by the last part of their path, before a colon; an upload has it from its hash.
    const start = `${basename(path)}: `
    const named = text.startsWith(start) ? `"${name}": ${text.slice(start.length)}` : text
    return named.replaceAll(path, () => `"${name}"`)
  }, message)
}

/** Whatever was thrown, as {@link nameFiles} says it. */
export function byName(thrown: unknown, ...files: readonly NamedFile[]): PasticheError {
  const error = PasticheError.from(thrown)
  const message = nameFiles(error.message, files)
  if (message === error.message) return error
  return new PasticheError(error.code, message, { hint: error.hint, cause: thrown })
}
