import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import envPaths from 'env-paths'
import { z } from 'zod'

/** Places of everything that Pastiche keeps or finds. All are absolute paths of folders, unless the name says file. */
export interface AppPaths {
  readonly settings: string
  readonly settingsFile: string
  /** Presets of the user's own, beside the settings. */
  readonly presets: string
  /** Networks that were downloaded or imported: one canonical file each. */
  readonly weights: string
  /** Everything the studio keeps: results, the queue, the pictures as they were left. */
  readonly library: string
  /** May be emptied at any time. */
  readonly cache: string
  readonly logs: string
  readonly packageRoot: string
  /** Everything that ships with the app: samples, presets, the model manifest, and weights where the package has some. */
  readonly resources: string
  /** The built worker, a file. It exists once `npm run build` has run. */
  readonly workerFile: string
}

export interface AppPathsOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly packageRoot?: string
}

/**
 * The folders of this user on this system: XDG on Linux, AppData on Windows, Library on macOS.
 * The variable PASTICHE_HOME puts everything the app writes into one folder instead. Creates nothing.
 */
export function appPaths(options: AppPathsOptions = {}): AppPaths {
  const { env = process.env, packageRoot = findPackageRoot() } = options
  const resources = join(outsideArchive(packageRoot), 'resources')
  const workerFile = join(packageRoot, 'out', 'worker', 'entry.js')
  return { ...userFolders(env['PASTICHE_HOME']), packageRoot, resources, workerFile }
}

/**
 * A packaged desktop app is one archive that Electron reads as if it were a folder. Native code cannot: the pictures and weights
 * that it opens lie beside the archive, under the same names.
 */
function outsideArchive(packageRoot: string): string {
  return basename(packageRoot) === 'app.asar' ? `${packageRoot}.unpacked` : packageRoot
}

/** The version of this app, for `EngineHostOptions.appVersion`. */
export function readAppVersion(packageRoot = findPackageRoot()): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))
  return z.object({ version: z.string() }).parse(manifest).version
}

type UserFolders = Omit<AppPaths, 'packageRoot' | 'resources' | 'workerFile'>

function userFolders(home: string | undefined): UserFolders {
  const system = envPaths('pastiche', { suffix: '' })
  const own = home === undefined || home === '' ? null : resolve(home)
  const settings = own ?? system.config
  return {
    settings,
    settingsFile: join(settings, 'settings.json'),
    presets: join(settings, 'presets'),
    weights: join(own ?? system.data, 'weights'),
    library: join(own ?? system.data, 'library'),
    cache: own === null ? system.cache : join(own, 'cache'),
    logs: own === null ? system.log : join(own, 'logs'),
  }
}

/** Sources, the built files and their chunks lie at different depths below the root; its package.json marks it. */
function findPackageRoot(): string {
  const start = dirname(fileURLToPath(import.meta.url))
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (folder === dirname(folder)) return start
  }
}
