import type { PublishedNetworkId } from '../../shared/contract/models.ts'
import { PasticheError } from '../../shared/errors.ts'
import type { Layer } from '../networks/layers.ts'
import { vgg16, vgg19 } from '../networks/vgg.ts'
import { findBias } from './bias-names.ts'
import { quoted, type StoredTensor } from './tensor-file.ts'

/** The networks that a file may hold, by their tables of layers. */
export type NetworkTables = Readonly<Record<PublishedNetworkId, readonly Layer[]>>

export const publishedNetworks: NetworkTables = { vgg16, vgg19 }
export const networkNames: Readonly<Record<PublishedNetworkId, string>> = { vgg16: 'VGG16', vgg19: 'VGG19' }

/** How the file names its layers. `order`: by no scheme that is known here, so by the order of the names. */
export type NamingScheme = 'keras' | 'caffe' | 'torchvision' | 'order'

export interface Recognised {
  readonly network: PublishedNetworkId
  readonly scheme: NamingScheme
  /** Our names (conv1_1.weight) → the file's tensors. */
  readonly tensors: ReadonlyMap<string, StoredTensor>
}

type Conv = Extract<Layer, { kind: 'conv' }>
/** The file's convolutions, by what the scheme calls them: `conv3_2`, or `12` for features.12. */
type Labelled = ReadonlyMap<string, string>

interface Candidate {
  readonly network: PublishedNetworkId
  /** Each layer of the table with its label in the scheme. */
  readonly labels: readonly (readonly [Conv, string])[]
  /** Labels that the file lacks, and that it has too many. */
  readonly differences: number
}

/**
 * Finds out which network a file holds, by the names and the shapes of its tensors; reads no data.
 *
 * @throws PasticheError `weights-unsupported` for another network, `weights-damaged` for one that is not whole
 */
export function recognise(
  stored: ReadonlyMap<string, StoredTensor>,
  tables: NetworkTables = publishedNetworks,
): Recognised {
  assertPlainVgg(stored)
  const { scheme, convolutions } = labelConvolutions(stored)
  const candidates = Object.entries(tables).map(([network, layers]) =>
    compare(network as PublishedNetworkId, layers, scheme, convolutions),
  )
  const best = candidates.reduce((a, b) => (b.differences < a.differences ? b : a))
  assertLikely(best, stored, convolutions)
  const tensors = new Map<string, StoredTensor>()
  for (const [layer, label] of best.labels) {
    const name = convolutions.get(label)
    if (name === undefined)
      throw damaged(`${networkNames[best.network]} with ${layer.name}, which the file lacks`)
    const bias = findBias(name, stored)
    if (bias === undefined)
      throw damaged(`a bias beside ${quoted(name)} (${layer.name}), which the file lacks`)
    tensors.set(`${layer.name}.weight`, checkKernel(layer, name, stored.get(name)!))
    tensors.set(`${layer.name}.bias`, checkBias(layer, bias, stored.get(bias)!))
  }
  return { network: best.network, scheme, tensors }
}

const schemes: readonly (readonly [NamingScheme, RegExp, (match: RegExpMatchArray) => string])[] = [
  ['keras', /(?:^|[./_])block(\d)_conv(\d)(?=[./_:]|$)/, ([, block, i]) => `conv${block!}_${i!}`],
  ['caffe', /(?:^|[./])conv(\d)_(\d)(?=[./_:]|$)/, ([, block, i]) => `conv${block!}_${i!}`],
  ['torchvision', /(?:^|\.)features\.(\d+)\.weight$/, ([, index]) => index!],
]

function labelConvolutions(stored: ReadonlyMap<string, StoredTensor>): {
  scheme: NamingScheme
  convolutions: Labelled
} {
  // Classifiers turned into convolutions have kernels of 7×7 and 1×1: only 3×3 belongs to the tables. Whole models
  // saved by Keras carry the state of their optimizer, in tensors of the same names and shapes.
  const kernels = [...stored]
    .filter(([name, tensor]) => is3x3(tensor) && !/optimizer/i.test(name))
    .map(([name]) => name)
  const labelled = schemes.map(([scheme, pattern, label]) => {
    const pairs = kernels.flatMap((name) => {
      const match = pattern.exec(name)
      return match ? [[label(match), name] as const] : []
    })
    return { scheme, pairs }
  })
  const { scheme, pairs } = labelled.reduce((a, b) => (b.pairs.length > a.pairs.length ? b : a))
  if (pairs.length > 0) return { scheme, convolutions: eachOnce(pairs) }
  const inOrder = kernels.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  return { scheme: 'order', convolutions: new Map(inOrder.map((name, i) => [String(i), name])) }
}

function eachOnce(pairs: readonly (readonly [label: string, name: string])[]): Labelled {
  const convolutions = new Map<string, string>()
  for (const [label, name] of pairs) {
    const other = convolutions.get(label)
    if (other !== undefined)
      throw new PasticheError(
        'weights-unsupported',
        `Expected each layer once, found both ${quoted(other)} and ${quoted(name)}.`,
      )
    convolutions.set(label, name)
  }
  return convolutions
}

function compare(
  network: PublishedNetworkId,
  layers: readonly Layer[],
  scheme: NamingScheme,
  convolutions: Labelled,
): Candidate {
  const labels = labelLayers(layers, scheme)
  const known = labels.filter(([, label]) => convolutions.has(label)).length
  return { network, labels, differences: labels.length + convolutions.size - 2 * known }
}

/** torchvision counts every module of `features`: a convolution and its ReLU are two, a pool is one. */
function labelLayers(layers: readonly Layer[], scheme: NamingScheme): readonly (readonly [Conv, string])[] {
  let module = 0
  let order = 0
  const labels: (readonly [Conv, string])[] = []
  for (const layer of layers) {
    if (layer.kind === 'pool') module += 1
    else {
      const byScheme = {
        keras: layer.name,
        caffe: layer.name,
        torchvision: String(module),
        order: String(order),
      }
      labels.push([layer, byScheme[scheme]])
      module += 2
      order += 1
    }
  }
  return labels
}

function checkKernel(layer: Conv, name: string, tensor: StoredTensor): StoredTensor {
  const { inChannels, outChannels } = layer
  const expected = tensor.axes === 'hwio' ? [3, 3, inChannels, outChannels] : [outChannels, inChannels, 3, 3]
  return checkShape(`${layer.name}.weight`, expected, name, tensor)
}

function checkBias(layer: Conv, name: string, tensor: StoredTensor): StoredTensor {
  return checkShape(`${layer.name}.bias`, [layer.outChannels], name, tensor)
}

function checkShape(
  wanted: string,
  expected: readonly number[],
  name: string,
  tensor: StoredTensor,
): StoredTensor {
  if (tensor.shape.length === expected.length && expected.every((side, i) => side === tensor.shape[i]))
    return tensor
  throw damaged(
    `${wanted} of shape ${expected.join('×')}, found ${tensor.shape.join('×')} in ${quoted(name)}`,
  )
}

function is3x3({ shape, axes }: StoredTensor): boolean {
  const [height, width] = axes === 'hwio' ? shape : shape.slice(2)
  return shape.length === 4 && height === 3 && width === 3
}

/** Relatives of VGG have the same convolutions, but need something around them that Pastiche does not do. */
function assertPlainVgg(stored: ReadonlyMap<string, StoredTensor>): void {
  for (const [name, { shape }] of stored) {
    const relative = /running_mean|moving_mean/.test(name)
      ? 'batch normalisation'
      : // The normalised VGG of AdaIN begins with its own preprocessing, a convolution of 1×1.
        shape.join('×') === '3×3×1×1'
        ? 'normalised activations'
        : undefined
    if (relative !== undefined)
      throw new PasticheError(
        'weights-unsupported',
        `Expected VGG16 or VGG19 as published in 2014, found one with ${relative} (${quoted(name)}).`,
      )
  }
}

/** Half of a network may be missing from a damaged file; with less in common the file is something else. */
function assertLikely(
  best: Candidate,
  stored: ReadonlyMap<string, StoredTensor>,
  convolutions: Labelled,
): void {
  if (2 * best.differences < best.labels.length) return
  const [first] = stored.keys()
  const example = first === undefined ? 'nothing' : `${stored.size} tensors such as ${quoted(first)}`
  throw new PasticheError(
    'weights-unsupported',
    `Expected the 13 or 16 convolutions of VGG16 or VGG19, found ${convolutions.size} of 3×3 (${example}).`,
  )
}

function damaged(expected: string): PasticheError {
  return new PasticheError('weights-damaged', `Expected ${expected}.`)
}
