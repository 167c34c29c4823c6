import { chmod, mkdtemp, rmdir } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { AppPaths } from '../app-paths.ts'
import { tighten, tightenFolder } from '../files/private-files.ts'

/** Takes away from other users what the first edition left for all to read. Never rejects. */
export async function tightenRoots(paths: AppPaths): Promise<void> {
  const { settings, library, presets, cache, logs, settingsFile } = paths
  await Promise.all([library, presets, cache, logs].map(tightenFolder))
  await tighten(settingsFile)
  // PASTICHE_HOME is a folder of the user's, who may keep other things in it.
  const isOwn = dirname(library) !== settings
  if (isOwn && process.platform !== 'win32') await chmod(settings, 0o700).catch(() => undefined)
}

/** Folders that keep a picture where the library cannot, best first. */
export interface FallbackFolders {
  readonly folders: readonly string[]
  /** Removes the one for temporary files, if nothing was kept in it. Never rejects. */
  close(): Promise<void>
}

/**
 * The user's own folder; then one among the temporary files, where everybody may write: of a name that nobody can foresee, so that
 * nobody waits there with a link, and for this user alone.
 */
export async function openFallbackFolders(): Promise<FallbackFolders> {
  const temporary = await mkdtemp(join(tmpdir(), 'pastiche-')).catch(() => null)
  return {
    folders: [join(homedir(), 'Pastiche'), ...(temporary === null ? [] : [temporary])],
    close: async () => {
      if (temporary !== null) await rmdir(temporary).catch(() => undefined)
    },
  }
}
