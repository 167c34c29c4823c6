import { rename } from 'node:fs/promises'

/** A name beside a path that nothing has yet, and that says why and when. */
export function asidePath(path: string, why: 'broken' | 'newer' = 'broken'): string {
  return `${path}.${why}-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
}

/**
 * Renames what cannot be used, whatever it is, so that it is out of the way and still there.
 *
 * @returns what became of it, one sentence; never rejects
 */
export async function setAside(path: string, why: 'broken' | 'newer' = 'broken'): Promise<string> {
  const aside = asidePath(path, why)
  return rename(path, aside).then(
    () => `It is now ${aside}.`,
    () => `It is still at ${path}.`,
  )
}
