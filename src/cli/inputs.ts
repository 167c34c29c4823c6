import { stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { glob, isDynamicPattern } from 'tinyglobby'
import { PasticheError } from '../shared/errors.ts'
import { pictureEndings } from '../shared/picture-kinds.ts'

const resultMark = '-pastiche'

/** The photos of a job: a single file, or all that folders, globs and several files name. */
export interface Inputs {
  readonly files: readonly string[]
  /** Whether the user meant a list, though it may have one entry only. */
  readonly isBatch: boolean
}

/**
 * Resolves what was named as content. Folders and globs give the pictures in them, by their endings; results of an
 * earlier run (`…-pastiche.png`) are not painted again.
 *
 * @throws PasticheError `file-not-found`, `no-pictures`
 */
export async function findInputs(named: readonly string[]): Promise<Inputs> {
  const found = await Promise.all(named.map(expand))
  const files = [...new Set(found.flatMap(({ files }) => files))]
  return { files, isBatch: found.length > 1 || found.some(({ isList }) => isList) }
}

async function expand(name: string): Promise<{ files: string[]; isList: boolean }> {
  const entry = await stat(name).catch(() => null)
  if (entry?.isDirectory()) return { files: await picturesOf('*', name, name), isList: true }
  // A file may be called like a pattern; what exists is meant literally.
  if (entry ?? !isDynamicPattern(name)) return { files: [name], isList: false }
  return { files: await picturesOf(name.replaceAll('\\', '/'), process.cwd(), name), isList: true }
}

async function picturesOf(pattern: string, cwd: string, name: string): Promise<string[]> {
  const found = await glob(pattern, {
    cwd,
    absolute: true,
    expandDirectories: false,
    caseSensitiveMatch: false,
  })
  const pictures = found.filter(
    (file) =>
      pictureEndings.includes(extname(file).slice(1).toLowerCase()) &&
      !basename(file, extname(file)).endsWith(resultMark),
  )
  if (pictures.length === 0)
    throw new PasticheError('no-pictures', `Expected pictures in ${name}, found none.`)
  return pictures.map((file) => resolve(file)).sort()
}

/**
 * Where the result of a photo goes: beside it, into the folder named by --output, or, for a single photo, to the file
 * named by it.
 *
 * @param taken results of this list so far; `a.jpg` and `a.png` must not end up in one file. The new one is added.
 */
export async function outputFor(
  content: string,
  output: string | undefined,
  isBatch: boolean,
  taken: Set<string>,
): Promise<string> {
  const stem = basename(content, extname(content))
  if (output === undefined) return freeName(dirname(resolve(content)), stem, taken)
  if (/[/\\]$/.test(output) || (await isFolder(output)) || (isBatch && extname(output) === ''))
    return freeName(resolve(output), stem, taken)
  if (isBatch)
    throw new PasticheError(
      'invalid-request',
      `Expected a folder as --output for several pictures, received ${output}.`,
    )
  return resolve(output)
}

/** Compared without case: on most desktops `A.png` is `a.png`. */
function freeName(folder: string, stem: string, taken: Set<string>): string {
  for (let number = 1; ; number++) {
    const path = join(folder, `${stem}${number === 1 ? '' : `-${number}`}${resultMark}.png`)
    if (taken.has(path.toLowerCase())) continue
    taken.add(path.toLowerCase())
    return path
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false
}
