import type { NetworkId } from '../shared/contract/parameters.ts'
import { PasticheError } from '../shared/errors.ts'
import { appPaths, namedWeights, resolveWeights, type EngineHost } from '../host/index.ts'

/**
 * The weights file of a command: that of `--weights`, in whatever format it is, or the installed one, or the one that ships.
 *
 * @throws PasticheError `invalid-request`, `weights-missing`, `file-not-found`, and what the engine finds wrong with the file
 */
export async function weightsFile(
  network: NetworkId,
  named: string | undefined,
  engine: EngineHost,
  onNotice: (message: string) => void,
): Promise<string> {
  if (named === undefined) return resolveWeights(network)
  assertNetworkTaken(network, named)
  return namedWeights(named, { network, engine, paths: appPaths(), onNotice })
}

/** compact is the one that ships: a file that is named holds another network. */
export function assertNetworkTaken(
  network: NetworkId,
  named: string | undefined,
): asserts network is Exclude<NetworkId, 'compact'> {
  if (network !== 'compact' || named === undefined) return
  throw new PasticheError('invalid-request', '--weights needs the network that the file holds.', {
    hint: 'Add --network vgg16 or --network vgg19.',
  })
}
