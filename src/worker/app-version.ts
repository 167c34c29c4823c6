import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/** The version of the app this worker belongs to. Sources, built files and chunks all lie two folders below its root. */
export function readAppVersion(): string {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return z.object({ version: z.string() }).parse(manifest).version
}
