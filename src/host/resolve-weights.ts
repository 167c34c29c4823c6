import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { NetworkId } from '../shared/contract/parameters.ts'
import { PasticheError } from '../shared/errors.ts'
import { appPaths } from './app-paths.ts'

/**
 * The weights file of a network: the one named, the installed one, or the one that ships with the app.
 *
 * @throws PasticheError `weights-missing`
 */
export function resolveWeights(network: NetworkId, named?: string): string {
  const { weights, resources } = appPaths()
  if (network === 'compact') return compactFile(resources)
  const file = `${network}.safetensors`
  const path = named === undefined ? join(weights, file) : resolve(named)
  if (existsSync(path)) return path
  const shipped = join(resources, 'weights', file)
  if (named === undefined && existsSync(shipped)) return shipped
  throw new PasticheError('weights-missing', `${network} isn't installed: there is no file at ${path}.`, {
    hint: `Run "pastiche models download ${network}" or "pastiche models import FILE", or use --network compact, which ships with Pastiche.`,
  })
}

/** Compact, among the app's resources. */
export function compactFile(resources: string): string {
  return join(resources, 'networks', 'compact.safetensors')
}
