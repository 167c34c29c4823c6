/**
 * `npm run weights`: gets VGG19 as the app itself would, whole and checked, into resources/weights, from where it ships. A package that
 * is made without works too: the app then offers the download.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { appPaths, EngineHost, openModelStore, readAppVersion, spawnChild } from '../src/host/index.ts'
import { PasticheError } from '../src/shared/errors.ts'
import { buildApp } from './package/build-app.ts'
import { root } from './package/root.ts'

const model = 'vgg19-keras'
const folder = join(root, 'resources', 'weights')

await buildApp()
const paths = { ...appPaths(), weights: folder }
const engine = new EngineHost({ spawn: spawnChild(paths.workerFile), appVersion: readAppVersion() })
try {
  const store = await openModelStore({ paths, engine })
  const { path, bytes, origin } = await store.download(model, {
    onNotice: (message) => console.error(message),
  })
  // The store's own business does not ship.
  for (const name of ['downloads', 'staging', 'store.lock'])
    rmSync(join(folder, name), { recursive: true, force: true })
  console.log(`${origin}: ${path} (${(bytes / 1e6).toFixed(1)} MB) ships with the packages.`)
} catch (thrown) {
  const { message, hint } = PasticheError.from(thrown)
  console.error(
    `No weights: ${message} ${hint}\nPackages can still be made; the app then offers the download.`,
  )
  process.exitCode = 1
} finally {
  await engine.close()
}
