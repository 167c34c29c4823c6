import { join } from 'node:path'
import type { Input, Output } from '../../shared/contract/define.ts'
import type { EngineContract, FoundWeights } from '../../shared/contract/engine.ts'
import type { WeightsFacts } from '../../shared/contract/models.ts'
import { readCanonical, writeCanonical, type CanonicalWeights } from './canonical.ts'
import { readForeignWeights, type ImportedWeights } from './import.ts'
import type { NetworkTables } from './recognise.ts'

// Weights methods of the contract between host and worker: paths in, facts out.

/**
 * Says what a weights file holds; writes nothing.
 *
 * @throws PasticheError as `importWeights`, but for `weights-unverified`
 */
export async function inspectWeights(
  { path, manifest, family }: Input<EngineContract, 'inspectWeights'>,
  tables?: NetworkTables,
): Promise<FoundWeights> {
  return foundIn(await readForeignWeights(path, options(manifest, family, true, tables)))
}

/**
 * Converts a weights file of any format to the canonical file `<network>.safetensors` in `folder`.
 *
 * @throws PasticheError `file-not-found`, `weights-unsupported`, `weights-damaged`, `weights-refused`,
 * `weights-unverified`, `disk-full`, `output-not-writable`
 */
export async function importWeights(
  { path, folder, manifest, family, allowUnverified }: Input<EngineContract, 'importWeights'>,
  tables?: NetworkTables,
): Promise<Output<EngineContract, 'importWeights'>> {
  const imported = await readForeignWeights(path, options(manifest, family, allowUnverified, tables))
  const target = join(folder, `${imported.network}.safetensors`)
  await writeCanonical(target, imported.weights)
  return { ...foundIn(imported), path: target }
}

/**
 * Reads a canonical file and checks all of it.
 *
 * @throws PasticheError `file-not-found`, `weights-damaged`
 */
export async function verifyWeights(
  { path }: Input<EngineContract, 'verifyWeights'>,
  tables?: NetworkTables,
): Promise<WeightsFacts> {
  return factsOf(await readCanonical(path, tables))
}

function options(
  manifest: Input<EngineContract, 'inspectWeights'>['manifest'],
  family: Input<EngineContract, 'inspectWeights'>['family'],
  allowUnverified: boolean,
  tables: NetworkTables | undefined,
): Parameters<typeof readForeignWeights>[1] {
  return { manifest, family: family ?? undefined, allowUnverified, ...(tables && { tables }) }
}

function foundIn({ weights, found }: ImportedWeights): FoundWeights {
  return { ...factsOf(weights), found }
}

function factsOf(weights: CanonicalWeights): WeightsFacts {
  const { network, family, origin, verified, sourceSha256, dataSha256, convolutions } = weights
  const cut = convolutions === undefined ? {} : { convolutions }
  return { network, family, origin, verified, sourceSha256, dataSha256, ...cut }
}
