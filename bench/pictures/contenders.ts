import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { appPaths } from '../../src/host/app-paths.ts'
import { parameters, type NetworkId, type Parameters } from '../../src/shared/contract/parameters.ts'
import { overridePreset, readPreset, withNetworkRecipe } from '../../src/shared/contract/preset.ts'
import type { Options } from './options.ts'
import { sharedFolder } from './pairs.ts'

/** A network with a recipe: one column of the contact sheet. */
export interface Contender {
  readonly label: string
  readonly network: NetworkId
  readonly preset: string
  readonly parameters: Parameters
  readonly weightsPath: string | null
  /** Checksum of the weights file; part of the key under which results are kept. */
  readonly weightsHash: string
}

/** Weights of a network: installed, shipped, or shared beside the repository; null where there are none. */
export function findWeights(network: NetworkId): string | null {
  const { weights, resources } = appPaths()
  const folders = [
    weights,
    join(resources, 'weights'),
    join(resources, 'networks'),
    join(sharedFolder, 'weights'),
  ]
  const paths = folders.map((folder) => join(folder, `${network}.safetensors`))
  return paths.find((path) => existsSync(path)) ?? null
}

/**
 * Every network with every preset, once for each weights file that was named for it.
 *
 * @param notice told of networks that are left out because they have no weights here
 */
export function findContenders(options: Options, notice: (message: string) => void): readonly Contender[] {
  return options.networks.flatMap((network) => {
    const named = options.weights.filter((entry) => entry.network === network).map(({ path }) => path)
    const found = named.length > 0 ? named : [findWeights(network)]
    if (found[0] === null) {
      notice(`${network} is left out: its weights are neither installed nor in ../shared/weights.`)
      return []
    }
    return found.flatMap((path) =>
      options.presets.map((preset) =>
        makeContender({ network, preset, path, isNamed: named.length > 0 }, options),
      ),
    )
  })
}

interface Choice {
  readonly network: NetworkId
  readonly preset: string
  readonly path: string | null
  readonly isNamed: boolean
}

function makeContender({ network, preset, path, isNamed }: Choice, { own }: Options): Contender {
  const weightsName = isNamed && path !== null ? [basename(path, extname(path))] : []
  return {
    label: [network, ...weightsName, preset].join(' · '),
    network,
    preset,
    parameters: parameters.parse(
      withNetworkRecipe(overridePreset(readPresetFile(preset), { ...own, network })),
    ),
    weightsPath: path,
    weightsHash: hashOf(path ?? findWeights(network)),
  }
}

function readPresetFile(id: string): ReturnType<typeof readPreset>['parameters'] {
  const path = join(appPaths().resources, 'presets', `${id}.json`)
  if (!existsSync(path)) throw new Error(`There is no preset "${id}" in resources/presets.`)
  return readPreset(JSON.parse(readFileSync(path, 'utf8'))).parameters
}

function hashOf(path: string | null): string {
  return path === null ? 'none' : sha256(readFileSync(path))
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
