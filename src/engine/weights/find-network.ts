import type { PublishedNetworkId } from '../../shared/contract/models.ts'
import type { Layer } from '../models/layers.ts'
import { vgg16, vgg19 } from '../models/perceptual/vgg.ts'
import { is3x3, sortedByPath } from './convolution-names.ts'
import { labelsOf, readLabels } from './naming-schemes.ts'
import type { Convolution, GraphConvolution } from './tensor-file.ts'

/** The networks that a file may hold, by their tables of layers. */
export type NetworkTables = Readonly<Record<PublishedNetworkId, readonly Layer[]>>

export const publishedNetworks: NetworkTables = { vgg16, vgg19 }

export type ConvLayer = Extract<Layer, { kind: 'conv' }>

/** The first convolutions of a table, in its order: all of them, or down to where the network was cut. */
export interface Match {
  readonly network: PublishedNetworkId
  readonly convolutions: readonly Convolution[]
  readonly isWhole: boolean
}

export function convLayers(layers: readonly Layer[]): ConvLayer[] {
  return layers.filter((layer) => layer.kind === 'conv')
}

/** True if a kernel has the shape of a layer's. */
export function fits({ kernel: { shape } }: Convolution, { inChannels, outChannels }: ConvLayer): boolean {
  return is3x3(shape) && shape[0] === outChannels && shape[1] === inChannels
}

/** Networks along the edges of a graph: each convolution reads the result of the one before it. */
export function matchesInGraph(convolutions: readonly GraphConvolution[], tables: NetworkTables): Match[] {
  const plain = convolutions.filter(({ oddity, kernel }) => oddity === null && is3x3(kernel.shape))
  const after = new Map<GraphConvolution, GraphConvolution[]>()
  for (const convolution of plain) {
    const [one, ...others] = convolution.before
    if (one === undefined || others.length > 0) continue
    const known = after.get(one)
    if (known) known.push(convolution)
    else after.set(one, [convolution])
  }
  const total = convolutions.filter(({ kernel }) => is3x3(kernel.shape)).length
  return matchEach(tables, (layers) =>
    plain
      .filter((convolution) => fits(convolution, layers[0]!))
      .map((first) => {
        const path = [first]
        for (const layer of [...layers.slice(1), layers.at(-1)!]) {
          const next = (after.get(path.at(-1)!) ?? []).filter((convolution) => fits(convolution, layer))
          if (next.length !== 1) break
          path.push(next[0]!)
        }
        return { path, isAll: path.length === total }
      }),
  )
}

/** Networks in a list of convolutions that may hold others before and behind them. */
export function matchesInOrder(all: readonly Convolution[], tables: NetworkTables): Match[] {
  const convolutions = all.filter(({ kernel }) => is3x3(kernel.shape))
  return matchEach(tables, (layers) =>
    [...convolutions.keys()]
      .filter((start) => fits(convolutions[start]!, layers[0]!))
      .map((start) => {
        const wanted = [...layers, layers.at(-1)!]
        const count = wanted.findIndex((layer, i) => {
          const convolution = convolutions[start + i]
          return convolution === undefined || !fits(convolution, layer)
        })
        const path = convolutions.slice(start, start + (count < 0 ? wanted.length : count))
        return { path, isAll: path.length === convolutions.length }
      }),
  ).filter(namedInOrder(all, tables))
}

/** Sorted by their names, or as the file has them: the first order in which there is a network. */
export function matchesByName(
  convolutions: readonly Convolution[],
  isInOrder: boolean,
  tables: NetworkTables,
): Match[] {
  const sorted = matchesInOrder(sortedByPath(convolutions), tables)
  return sorted.length > 0 || !isInOrder ? sorted : matchesInOrder(convolutions, tables)
}

interface Path {
  readonly path: readonly Convolution[]
  /** True if it takes in every convolution of 3×3. */
  readonly isAll: boolean
}

/** One convolution more than the table has, of the shape of its last, belongs to another network: VGG19 begins as VGG16 does. */
function matchEach(tables: NetworkTables, find: (layers: readonly ConvLayer[]) => readonly Path[]): Match[] {
  return Object.entries(tables).flatMap(([id, table]) => {
    const layers = convLayers(table)
    return find(layers).flatMap(({ path, isAll }): Match[] => {
      const isWhole = path.length === layers.length
      const isCut = isAll && path.length < layers.length && path.length >= fewest(path)
      return isWhole || isCut ? [{ network: id as PublishedNetworkId, convolutions: path, isWhole }] : []
    })
  })
}

/** A single convolution of VGG's shape is in many networks; its name can tell. */
function fewest(path: readonly Convolution[]): number {
  return readLabels(path.map(({ name }) => name)).labels.size > 0 ? 1 : 2
}

/** Names of a known scheme show a gap that shapes do not: VGG19 without two of its layers has the shapes of VGG16. */
function namedInOrder(all: readonly Convolution[], tables: NetworkTables): (match: Match) => boolean {
  const others = readLabels(all.map(({ name }) => name)).labels
  return ({ network, convolutions }) => {
    const { scheme, labels } = readLabels(convolutions.map(({ name }) => name))
    const found = [...labels.keys()]
    const expected = labelsOf(tables[network], scheme)
    if (found.every((label, i) => label === expected[i]))
      return !expected.slice(found.length).some((label) => others.has(label))
    const known = Object.values(tables).map((table) => new Set(labelsOf(table, scheme)))
    return !known.some((all) => found.every((label) => all.has(label)))
  }
}
