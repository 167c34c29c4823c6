import type { PublishedNetworkId } from '../../shared/contract/models.ts'
import { PasticheError } from '../../shared/errors.ts'
import { namedConvolutions } from './convolution-names.ts'
import { describeForeign } from './describe-foreign.ts'
import {
  convLayers,
  matchesByName,
  matchesInGraph,
  publishedNetworks,
  type Match,
  type NetworkTables,
} from './find-network.ts'
import { readLabels, type NamingScheme } from './naming-schemes.ts'
import { quoted, type Convolution, type StoredTensor, type TensorFile } from './tensor-file.ts'

export { publishedNetworks, type NetworkTables } from './find-network.ts'
export const networkNames: Readonly<Record<PublishedNetworkId, string>> = { vgg16: 'VGG16', vgg19: 'VGG19' }

export interface Recognised {
  readonly network: PublishedNetworkId
  /** True if the layers that there are could as well be those of the other network: both begin alike. */
  readonly isEither: boolean
  readonly scheme: NamingScheme
  /** Convolutions from the first on; fewer than the network has where it was cut. */
  readonly convolutions: number
  /** Our names (conv1_1.weight) → the file's tensors. */
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** A convolution of 1×1 before the first layer, which prepares the picture. */
  readonly preparation: Convolution | undefined
}

/**
 * Finds out which network a file holds: from its graph where it has one, else from the shapes of its tensors in the order of their
 * names. Reads no data.
 *
 * @throws PasticheError `weights-unsupported` for another network, and for one that is not complete
 */
export function recognise(
  file: Pick<TensorFile, 'tensors' | 'graph' | 'isInOrder'>,
  tables: NetworkTables = publishedNetworks,
): Recognised {
  const named = namedConvolutions(file.tensors)
  const inGraph = matchesInGraph(file.graph?.convolutions ?? [], tables)
  const matches =
    inGraph.length > 0 || file.graph?.convolutions.length
      ? inGraph
      : matchesByName(named, file.isInOrder, tables)
  const match = onlyNetwork(matches)
  if (match === undefined) throw describeForeign(file, named, tables)
  if (!file.graph) assertNotNormalised(match, file.tensors)
  const { network, convolutions } = match
  return {
    network,
    isEither: matches.length > 1,
    scheme: readLabels(convolutions.map(({ name }) => name)).scheme,
    convolutions: convolutions.length,
    tensors: tensorsOf(match, tables),
    preparation: preparationOf(named, file),
  }
}

/** A whole network before one that was cut; of two that are cut and begin alike, the first. */
function onlyNetwork(matches: readonly Match[]): Match | undefined {
  const whole = matches.filter(({ isWhole }) => isWhole)
  const [first, second] = whole
  if (first && second)
    throw unsupported(
      `The file holds more than one network: one begins with ${quoted(first.convolutions[0]!.name)}, another with ` +
        `${quoted(second.convolutions[0]!.name)}. Save the one that you want to a file of its own.`,
    )
  return first ?? matches[0]
}

function tensorsOf({ network, convolutions }: Match, tables: NetworkTables): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>()
  convLayers(tables[network])
    .slice(0, convolutions.length)
    .forEach(({ name, outChannels }, i) => {
      const { kernel, bias, name: stored } = convolutions[i]!
      if (bias?.shape.length !== 1 || bias.shape[0] !== outChannels)
        throw unsupported(
          `The file looks like ${networkNames[network]}, but ${name} (${quoted(stored)}) has no bias of ${outChannels} values.`,
        )
      tensors.set(`${name}.weight`, kernel)
      tensors.set(`${name}.bias`, bias)
    })
  return tensors
}

/** Keras' and PyTorch's names for the running mean of a batch normalisation. */
const runningMean = /running_mean|moving_mean|batch_normalization(?:_\d+)?\/vars\/2$/

/** As many means as convolutions lie between them; fewer belong to a classifier behind them. */
function assertNotNormalised(
  { network, convolutions }: Match,
  stored: ReadonlyMap<string, StoredTensor>,
): void {
  const means = [...stored.keys()].filter((name) => runningMean.test(name))
  if (means.length < convolutions.length) return
  throw unsupported(
    `This is ${networkNames[network]} with batch normalisation (${quoted(means[0]!)}); Pastiche needs it without, as published in 2014.`,
  )
}

/** The normalised VGG of AdaIN begins with such a convolution. */
function preparationOf(
  named: readonly Convolution[],
  { graph }: Pick<TensorFile, 'graph'>,
): Convolution | undefined {
  return (graph?.convolutions ?? named).find(({ kernel }) => kernel.shape.join('×') === '3×3×1×1')
}

function unsupported(message: string): PasticheError {
  return new PasticheError('weights-unsupported', message)
}
