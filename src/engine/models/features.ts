import { PasticheError } from '../../shared/errors.ts'
import type { Graph } from '../graph/graph.ts'
import type { Value } from '../graph/graph.ts'
import { averagePool, conv, maxPool, pad, relu } from '../ops/index.ts'
import type { Preprocessing } from './network-weights.ts'
import type { Layer } from './layers.ts'
import type { ParameterSource } from './parameter-source.ts'

export interface FeatureOptions {
  /** Names of layers whose output is wanted: conv4_2 (before ReLU), relu4_2 (after it), pool4. */
  readonly taps: readonly string[]
  readonly pooling: 'max' | 'average'
  /** Around the picture, for the first convolution; all others pad with zeros. */
  readonly padding: 'zero' | 'replicate'
}

/**
 * Writes a network into the graph, down to the deepest tap asked for.
 *
 * @param pictures RGB in [0,1], [N, 3, H, W]; the source's own preprocessing becomes part of the graph
 * @returns the features of each tap, [N, C, h, w]
 * @throws PasticheError `unknown-layer`, `weights-damaged`
 */
export function features(
  graph: Graph,
  pictures: Value,
  layers: readonly Layer[],
  source: ParameterSource,
  { taps, pooling, padding }: FeatureOptions,
): ReadonlyMap<string, Value> {
  assertLayersExist(layers, taps)
  const found = new Map<string, Value>()
  let x = graph.scope('preprocess', () => preprocess(graph, pictures, source.preprocessing))
  layers.forEach((layer, i) => {
    if (taps.every((tap) => found.has(tap))) return
    graph.scope(layer.name, () => {
      if (layer.kind === 'pool') {
        x = pooling === 'max' ? maxPool(x) : averagePool(x)
        if (reluComesAfterPool(layers[i - 1], layer, taps, pooling)) x = relu(x)
        found.set(layer.name, x)
        return
      }
      const replicate = layer === layers[0] && padding === 'replicate'
      const before = convolve(replicate ? pad(x, border, 'edge') : x, layer.name, source, replicate ? 0 : 1)
      x = reluComesAfterPool(layer, layers[i + 1], taps, pooling) ? before : relu(before)
      found.set(layer.name, before)
      found.set(
        layer.relu,
        layer.isProjected && taps.includes(layer.relu) ? project(x, layer.relu, source) : x,
      )
    })
  })
  return found
}

/**
 * The maximum of ReLUs is the ReLU of the maximum. Where nobody looks at the values in between, the ReLU and its gradient
 * then work on a quarter of the cells.
 */
function reluComesAfterPool(
  layer: Layer | undefined,
  next: Layer | undefined,
  taps: readonly string[],
  pooling: FeatureOptions['pooling'],
): boolean {
  return layer?.kind === 'conv' && next?.kind === 'pool' && pooling === 'max' && !taps.includes(layer.relu)
}

/** One cell on each side of height and width. */
const border = { 2: [1, 1], 3: [1, 1] } as const

function convolve(x: Value, name: string, { tensor }: ParameterSource, zeros: number): Value {
  return conv(x, tensor(x.graph, `${name}.weight`), tensor(x.graph, `${name}.bias`), { pad: zeros })
}

/** Features of a distilled network as its teacher would have them, but for a rotation; see perceptual/compact.ts. */
function project(x: Value, tap: string, { tensor }: ParameterSource): Value {
  return conv(x, tensor(x.graph, `${tap}.projection`), null)
}

/** (scale·x − mean)/std and the order of the channels, as one 1×1 convolution. */
function preprocess(graph: Graph, pictures: Value, { channels, scale, mean, std }: Preprocessing): Value {
  const matrix = new Array<number>(9).fill(0)
  for (let to = 0; to < 3; to++) matrix[3 * to + (channels === 'rgb' ? to : 2 - to)] = scale / std[to]!
  const offset = mean.map((value, channel) => -value / std[channel]!)
  if (matrix.every((value, i) => value === (i % 4 === 0 ? 1 : 0)) && offset.every((value) => value === 0))
    return pictures
  return conv(pictures, graph.constant(matrix, [3, 3, 1, 1]), graph.constant(offset), {})
}

/** Every name that can be tapped, in the order of the network. */
export function tapNames(layers: readonly Layer[]): readonly string[] {
  return layers.flatMap((layer) => (layer.kind === 'conv' ? [layer.name, layer.relu] : [layer.name]))
}

export function assertLayersExist(layers: readonly Layer[], taps: readonly string[]): void {
  const known = tapNames(layers)
  const unknown = taps.find((tap) => !known.includes(tap))
  if (unknown === undefined) return
  throw new PasticheError(
    'unknown-layer',
    `The network has no layer ${JSON.stringify(unknown)}; its deepest layer is ${known.at(-1)!}.`,
    { hint: `Choose layers from conv1_1 to ${known.at(-1)!} with --content-layers and --style-layers.` },
  )
}

/** How often the picture has been halved before a tap: its features are ⌊side / 2ⁿ⌋ long. */
export function halvingsBefore(layers: readonly Layer[], tap: string): number {
  const index = layers.findIndex(
    (layer) => layer.name === tap || (layer.kind === 'conv' && layer.relu === tap),
  )
  return layers.slice(0, index + 1).filter(({ kind }) => kind === 'pool').length
}
