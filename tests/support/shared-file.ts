import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/**
 * A file that is not part of the repository, such as real weights: in `shared` here or beside the checkout. Null where it is missing,
 * which is said aloud, so that nobody takes skipped tests for passed ones.
 */
export function sharedFile(name: string): string | null {
  const path = ['shared', '../shared', '../../shared'].map((folder) => resolve(folder, name)).find(existsSync)
  // eslint-disable-next-line no-console -- skipped tests must not pass unseen
  if (path === undefined) console.warn(`Skipping tests with real files: ../shared/${name} is missing.`)
  return path ?? null
}
