import { realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { PasticheError } from '../../../shared/errors.ts'

/**
 * Refuses to save over a picture that a result was painted from, or into the folders that Pastiche keeps for itself,
 * however the paths are spelled.
 *
 * @throws PasticheError `output-is-input`, `output-not-writable`
 */
export async function assertFree(
  target: string,
  sources: readonly string[],
  ownFolders: readonly string[],
): Promise<void> {
  const real = await realPath(target)
  for (const source of sources)
    if ((await realPath(source)) === real)
      throw new PasticheError(
        'output-is-input',
        `Expected a name other than those of the pictures it was painted from, ${target} is one of them.`,
      )
  for (const folder of ownFolders)
    if (isInside(real, await realPath(folder)))
      throw new PasticheError(
        'output-not-writable',
        `Expected a folder other than the library of Pastiche, received ${target}.`,
      )
}

/** Of what does not exist yet, the real path of its folder. */
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
