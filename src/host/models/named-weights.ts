import { createHash } from 'node:crypto'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { PublishedNetworkId } from '../../shared/contract/models.ts'
import { PasticheError } from '../../shared/errors.ts'
import type { AppPaths } from '../app-paths.ts'
import { fileProblem } from '../file-problem.ts'
import { readManifest } from './manifest.ts'
import type { WeightsEngine } from './model-store-options.ts'
import { readStored } from './stored-weights.ts'

export interface NamedWeightsOptions {
  readonly network: PublishedNetworkId
  readonly engine: WeightsEngine
  readonly paths: Pick<AppPaths, 'cache' | 'resources'>
  readonly onNotice?: (message: string) => void
}

/**
 * The weights in a file that the user named: the file itself where Pastiche wrote it, else its conversion, which stays in the cache
 * for a day after the last one was made.
 *
 * @throws PasticheError `file-not-found`, and what the engine finds wrong with the file
 */
export async function namedWeights(named: string, options: NamedWeightsOptions): Promise<string> {
  const { network, engine, paths, onNotice } = options
  const path = resolve(named)
  if (await isReady(path, network)) return path
  const conversions = join(paths.cache, 'weights')
  const folder = join(conversions, await keyOf(path))
  const target = join(folder, `${network}.safetensors`)
  if (await isReady(target, network)) return target
  await removeOld(conversions)
  await mkdir(folder, { recursive: true }).catch((thrown: unknown) => {
    throw fileProblem(thrown, `Cannot write to ${paths.cache}`)
  })
  const manifest = await readManifest(paths.resources)
  const request = { path, folder, manifest, family: null, allowUnverified: true }
  const imported = await engine.call('importWeights', request)
  if (imported.network !== network)
    throw new PasticheError(
      'weights-unsupported',
      `${path} holds ${imported.network.toUpperCase()}, not ${network.toUpperCase()}.`,
      { hint: `Use it with --network ${imported.network}.` },
    )
  onNotice?.(imported.found)
  return imported.path
}

const dayMs = 24 * 60 * 60_000

/** Newer ones may be in use by another process. */
async function removeOld(conversions: string): Promise<void> {
  for (const name of await readdir(conversions).catch(() => [])) {
    const folder = join(conversions, name)
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Infinity }))
    if (Date.now() - mtimeMs > dayMs)
      await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  }
}

async function isReady(path: string, network: PublishedNetworkId): Promise<boolean> {
  return (await readStored(path, network).catch(() => null))?.state === 'ready'
}

/** The same file, unchanged, is converted once. */
async function keyOf(path: string): Promise<string> {
  try {
    const { size, mtimeMs } = await stat(path)
    return createHash('sha256')
      .update(JSON.stringify([path, size, mtimeMs]))
      .digest('hex')
      .slice(0, 32)
  } catch (cause) {
    throw new PasticheError('file-not-found', `There is no weights file at ${path}.`, { cause })
  }
}
