import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Electron's binary, or null where it has not been fetched. Not by importing the package: that would fetch it there and then.
 *
 * @param {string} root of the clone
 * @returns {string | null}
 */
export function findElectron(root, env = process.env) {
  const given = env['ELECTRON_EXEC_PATH']
  if (given) return existsSync(given) ? given : null
  const folder = join(root, 'node_modules', 'electron')
  const pathFile = join(folder, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : null
  const dist = env['ELECTRON_OVERRIDE_DIST_PATH']
  const binary = dist ? join(dist, name ?? 'electron') : name && join(folder, 'dist', name)
  return binary && existsSync(binary) ? binary : null
}
