import { realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { PasticheError } from '../../../shared/errors.ts'
import { fileIdentity } from '../../file-identity.ts'

/**
 * Refuses to save over a picture that a result was painted from, or into the folders that Pastiche keeps for itself,
 * however the paths are spelled, hard links included.
 *
 * @throws PasticheError `output-is-input`, `output-not-writable`
 */
export async function assertFree(
  target: string,
  sources: readonly string[],
  ownFolders: readonly string[],
): Promise<void> {
  const real = await realPath(target)
  const identity = await fileIdentity(target)
  for (const source of sources)
    if ((await realPath(source)) === real || (identity !== null && (await fileIdentity(source)) === identity))
      throw new PasticheError(
        'output-is-input',
        `${target} is one of the pictures it was painted from, and would be replaced.`,
      )
  for (const folder of ownFolders)
    if (isInside(real, await realPath(folder)))
      throw new PasticheError(
        'output-not-writable',
        `${target} lies in the library of Pastiche, which keeps its own files there.`,
      )
}

/** Real path of the folder, for anything that does not exist yet. */
async function realPath(path: string): Promise<string> {
  return realpath(path).catch(async () => {
    const folder = await realpath(dirname(path)).catch(() => dirname(path))
    return join(folder, basename(path))
  })
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !way.startsWith(sep) && !/^[A-Za-z]:/.test(way)
}
