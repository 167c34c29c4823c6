import { realpath, stat } from 'node:fs/promises'

/** Identity of a file under any name: its place on its drive, with links followed. `null` if there is none. */
export async function fileIdentity(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null)
  if (found === null) return null
  // Some drives number no files.
  return found.ino === 0n ? realpath(path).catch(() => null) : `${found.dev}:${found.ino}`
}
