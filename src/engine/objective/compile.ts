import type { LossParts } from '../../shared/contract/engine.ts'
import type { Parameters } from '../../shared/contract/parameters.ts'
import { gradients } from '../autodiff/gradient.ts'
import type { Dimension } from '../graph/dimension.ts'
import { Graph } from '../graph/graph.ts'
import type { Value } from '../graph/graph.ts'
import { features } from '../models/features.ts'
import type { Layer } from '../models/layers.ts'
import { frozen } from '../models/parameter-source.ts'
import { add, mul } from '../ops/index.ts'
import type { NetworkWeights } from '../models/network-weights.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { contentLoss } from './terms/content.ts'
import { styleLoss, targetColumns, type StyleForm } from './terms/style/statistics.ts'
import { totalVariation } from './terms/variation.ts'

export type ObjectiveParameters = StyleForm &
  Pick<
    Parameters,
    | 'contentWeight'
    | 'styleWeight'
    | 'tvWeight'
    | 'contentLayers'
    | 'styleLayers'
    | 'contentReduction'
    | 'tvForm'
    | 'tvReduction'
    | 'pooling'
    | 'padding'
  >

/** The weights of the objective that are graph inputs, so that they can change between two steps. */
export type ObjectiveWeights = Pick<
  ObjectiveParameters,
  'contentWeight' | 'styleWeight' | 'tvWeight' | 'contentLayers' | 'styleLayers'
>

export interface Size {
  readonly height: Dimension
  readonly width: Dimension
}

/** Layers of one loss that take part: a weight of 0, of the layer or of the whole loss, leaves them out of the graph. */
export function activeLayers(
  layers: Readonly<Record<string, number>>,
  lossWeight: number,
): readonly string[] {
  return lossWeight === 0 ? [] : Object.keys(layers).filter((tap) => layers[tap] !== 0)
}

export function activeTaps(parameters: ObjectiveWeights): {
  content: readonly string[]
  style: readonly string[]
} {
  return {
    content: activeLayers(parameters.contentLayers, parameters.contentWeight),
    style: activeLayers(parameters.styleLayers, parameters.styleWeight),
  }
}

/**
 * The graph of a step: from the canvas [1, 3, H, W] in [0,1] to the loss, each of its parts, and ∂loss/∂canvas.
 *
 * L = α·Σ wₗ·contentₗ + β·Σ wₗ·styleₗ + γ·TV (Gatys et al. 2016, eq. 7, with total variation)
 *
 * Inputs: `canvas`; every weight (`weight/…`, scalars); the targets `target/content/<tap>` and `target/style/<tap>`.
 * Outputs: `gradient`, `loss/total`, `loss/content/<tap>`, `loss/style/<tap>`, `loss/variation`.
 */
export function objectiveGraph(
  layers: readonly Layer[],
  weights: NetworkWeights,
  parameters: ObjectiveParameters,
  size: Size,
): Graph {
  const graph = new Graph()
  const canvas = graph.input('canvas', [1, 3, size.height, size.width])
  const taps = activeTaps(parameters)
  const found = features(graph, canvas, layers, frozen(weights), {
    taps: [...taps.content, ...taps.style],
    pooling: parameters.pooling,
    padding: parameters.padding,
  })
  const parts = {
    ...contentParts(graph, taps.content, found, parameters),
    ...styleParts(graph, taps.style, found, parameters),
    ...variationPart(graph, canvas, parameters),
  }
  const total = Object.values(parts).reduce((sum, part) => add(sum, part), graph.constant(0))
  const [gradient] = gradients(total, [canvas])
  graph.output({ gradient: gradient!, 'loss/total': total, ...parts })
  return graph
}

type Parts = Record<string, Value>

function contentParts(
  graph: Graph,
  taps: readonly string[],
  found: ReadonlyMap<string, Value>,
  { contentReduction }: ObjectiveParameters,
): Parts {
  if (taps.length === 0) return {}
  return graph.scope('content', () => {
    const weight = graph.input('weight/content', [])
    return Object.fromEntries(
      taps.map((tap) => {
        const layerWeight = mul(weight, graph.input(`weight/content/${tap}`, []))
        const target = graph.input(`target/content/${tap}`, found.get(tap)!.shape)
        return [
          `loss/content/${tap}`,
          mul(contentLoss(found.get(tap)!, target, contentReduction), layerWeight),
        ]
      }),
    )
  })
}

function styleParts(
  graph: Graph,
  taps: readonly string[],
  found: ReadonlyMap<string, Value>,
  form: ObjectiveParameters,
): Parts {
  if (taps.length === 0) return {}
  return graph.scope('style', () => {
    const weight = graph.input('weight/style', [])
    return Object.fromEntries(
      taps.map((tap) => {
        const layerWeight = mul(weight, graph.input(`weight/style/${tap}`, []))
        const channels = found.get(tap)!.shape[1] as number
        const columns = targetColumns(form.statistic, channels)
        const target = graph.input(`target/style/${tap}`, [channels, columns])
        return [`loss/style/${tap}`, mul(styleLoss(found.get(tap)!, target, form), layerWeight)]
      }),
    )
  })
}

function variationPart(
  graph: Graph,
  canvas: Value,
  { tvWeight, tvForm, tvReduction }: ObjectiveParameters,
): Parts {
  if (tvWeight === 0) return {}
  return graph.scope('variation', () => {
    const weight = graph.input('weight/variation', [])
    return { 'loss/variation': mul(totalVariation(canvas, tvForm, tvReduction), weight) }
  })
}

const scalar = (value: number): Tensor => ({ shape: [], data: Float32Array.of(value) })

/** The weights as feeds of {@link objectiveGraph}. */
export function weightFeeds(parameters: ObjectiveWeights): Record<string, Tensor> {
  const taps = activeTaps(parameters)
  const feeds: Record<string, Tensor> = {}
  for (const tap of taps.content) feeds[`weight/content/${tap}`] = scalar(parameters.contentLayers[tap]!)
  for (const tap of taps.style) feeds[`weight/style/${tap}`] = scalar(parameters.styleLayers[tap]!)
  if (taps.content.length > 0) feeds['weight/content'] = scalar(parameters.contentWeight)
  if (taps.style.length > 0) feeds['weight/style'] = scalar(parameters.styleWeight)
  if (parameters.tvWeight !== 0) feeds['weight/variation'] = scalar(parameters.tvWeight)
  return feeds
}

/** The loss outputs of {@link objectiveGraph} as numbers. */
export function lossPartsOf(outputs: Readonly<Record<string, Tensor>>): LossParts {
  const layers: Record<string, number> = {}
  const sums = { content: 0, style: 0, variation: 0 }
  for (const [name, { data }] of Object.entries(outputs)) {
    const [, part, tap] = name.split('/') as [string, keyof typeof sums | undefined, string | undefined]
    if (!name.startsWith('loss/') || part === undefined || !(part in sums)) continue
    sums[part] += data[0]!
    if (tap) layers[`${part}/${tap}`] = data[0]!
  }
  return { total: outputs['loss/total']!.data[0]!, ...sums, layers }
}
