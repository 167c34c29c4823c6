import { join } from 'node:path'
import type { AppPaths } from '../app-paths.ts'
import { isOffline, readSettings } from '../settings.ts'
import { readManifest } from './manifest.ts'
import { ModelStore } from './model-store.ts'
import type { WeightsEngine } from './model-store-options.ts'
import type { Environment } from './proxies.ts'

export interface OpenModelStoreOptions {
  readonly paths: AppPaths
  readonly engine: WeightsEngine
  readonly env?: Environment
  readonly onNotice?: (message: string) => void
}

/** The store of this user, with the models of this version, the user's settings and what the environment says. */
export async function openModelStore(options: OpenModelStoreOptions): Promise<ModelStore> {
  const { paths, engine, env = process.env, onNotice } = options
  const { settings, notice } = await readSettings(paths.settingsFile)
  if (notice !== null) onNotice?.(notice)
  const mirror = env['PASTICHE_MODELS_URL']?.trim()
  return new ModelStore({
    folder: paths.weights,
    shippedFolder: join(paths.resources, 'weights'),
    manifest: await readManifest(paths.resources),
    engine,
    offline: isOffline(settings, env),
    baseUrl: mirror === undefined || mirror === '' ? null : mirror,
    env,
  })
}
