import type { Parameters } from '../../../../shared/contract/parameters.ts'
import type { Dimension } from '../../../graph/dimension.ts'
import { Graph } from '../../../graph/graph.ts'
import type { Value } from '../../../graph/graph.ts'
import { features, halvingsBefore } from '../../../models/features.ts'
import type { Layer } from '../../../models/layers.ts'
import { frozen } from '../../../models/parameter-source.ts'
import { averagePool } from '../../../ops/index.ts'
import type { NetworkWeights } from '../../../models/network-weights.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import { moments, varianceEpsilon, visibleMoments, type StyleForm } from './statistics.ts'
import { covarianceEpsilon, matrixRoots, regularised } from './wasserstein.ts'

interface TargetSpec {
  readonly layers: readonly Layer[]
  readonly weights: NetworkWeights
  readonly taps: readonly string[]
  readonly pooling: Parameters['pooling']
  readonly padding: Parameters['padding']
}

/** Input `picture` [1, 3, H, W] → outputs named like the taps, their features. */
export function contentGraph({ layers, weights, ...options }: TargetSpec): Graph {
  const graph = new Graph()
  const picture = graph.input('picture', pictureShape)
  const found = features(graph, picture, layers, frozen(weights), options)
  graph.output(Object.fromEntries(options.taps.map((tap) => [tap, found.get(tap)!])))
  return graph
}

/**
 * Input `picture` [1, 3, H, W] → outputs `mean/<tap>` [C, 1], `covariance/<tap>` [C, C] and `positions/<tap>`, a scalar. For a picture
 * that is partly transparent, the input `visible` [1, 1, H, W] holds its opacity, not 0 everywhere: at each tap a position counts by
 * the mean opacity of the pixels that pooling has brought together there.
 */
export function momentsGraph(
  { layers, weights, ...options }: TargetSpec,
  { isTransparent = false }: { readonly isTransparent?: boolean } = {},
): Graph {
  const graph = new Graph()
  const picture = graph.input('picture', pictureShape)
  const found = features(graph, picture, layers, frozen(weights), options)
  const visible = isTransparent ? [graph.input('visible', [1, 1, 'H', 'W'])] : []
  for (const tap of options.taps) {
    const { mean, covariance, positions } = isTransparent
      ? visibleMoments(found.get(tap)!, pooled(visible, halvingsBefore(layers, tap)))
      : moments(found.get(tap)!)
    graph.output({
      [`mean/${tap}`]: mean,
      [`covariance/${tap}`]: covariance,
      [`positions/${tap}`]: positions,
    })
  }
  return graph
}

/** A map after so many poolings; each is made once. */
function pooled(maps: Value[], halvings: number): Value {
  while (maps.length <= halvings) maps.push(averagePool(maps.at(-1)!))
  return maps[halvings]!
}

const pictureShape: readonly Dimension[] = [1, 3, 'H', 'W']

/** Mean and covariance of the style at one tap, over `positions` positions. */
export interface StyleMoments {
  readonly mean: Float32Array | Float64Array
  readonly covariance: Float32Array | Float64Array
  readonly positions: number
}

/**
 * Several style pictures as one: means and second moments are averaged by weight, so that a mixture is the statistic of a
 * picture that shows each style on its share of the area. In terms of covariances, and in float64, where nothing cancels:
 * μ = Σ wᵢ·μᵢ and Σ = Σ wᵢ·(Σᵢ + (μᵢ − μ)(μᵢ − μ)ᵀ).
 */
export function blendMoments(styles: readonly { moments: StyleMoments; weight: number }[]): StyleMoments {
  const total = styles.reduce((sum, { weight }) => sum + weight, 0)
  const channels = styles[0]!.moments.mean.length
  const mean = new Float64Array(channels)
  const covariance = new Float64Array(channels * channels)
  let positions = 0
  for (const { moments, weight } of styles) {
    moments.mean.forEach((value, c) => (mean[c]! += (weight / total) * value))
    positions += (weight / total) * moments.positions
  }
  for (const { moments, weight } of styles) {
    const offset = mean.map((value, c) => moments.mean[c]! - value)
    moments.covariance.forEach((value, i) => {
      const between = offset[Math.floor(i / channels)]! * offset[i % channels]!
      covariance[i]! += (weight / total) * (value + between)
    })
  }
  return { mean, covariance, positions }
}

/** Inputs `covariance/<tap>` [C, C] → outputs `root/<tap>`, (Σ + ε·I)^½: what {@link styleTarget} needs for `w2`. */
export function rootsGraph(channels: Readonly<Record<string, number>>): Graph {
  const graph = new Graph()
  for (const [tap, side] of Object.entries(channels)) {
    const covariance = graph.input(`covariance/${tap}`, [side, side])
    graph.output({ [`root/${tap}`]: matrixRoots(regularised(covariance)).root })
  }
  return graph
}

/**
 * The target of {@link styleLoss}: the same statistic with the same normaliser, over the style's own positions.
 *
 * @param root for `w2`, from {@link rootsGraph}
 */
export function styleTarget(style: StyleMoments, form: StyleForm, root?: Tensor): Tensor {
  switch (form.statistic) {
    case 'moments':
      return momentsTarget(style)
    case 'w2':
      if (!root) throw new Error('The target of w2 needs the root of the covariance.')
      return wassersteinTarget(style, root)
    case 'gram':
    case 'covariance':
      return productsTarget(style, form)
  }
}

/** [μ | √(variance + ε)], [C, 2]. */
function momentsTarget({ mean, covariance }: StyleMoments): Tensor {
  const channels = mean.length
  const data = new Float32Array(2 * channels)
  for (let c = 0; c < channels; c++) {
    data[2 * c] = mean[c]!
    data[2 * c + 1] = Math.sqrt(covariance[c * (channels + 1)]! + varianceEpsilon)
  }
  return { shape: [channels, 2], data }
}

/** [S | μ | diag(Σ + ε·I)], [C, C + 2]. */
function wassersteinTarget({ mean, covariance }: StyleMoments, root: Tensor): Tensor {
  const channels = mean.length
  const columns = channels + 2
  const data = new Float32Array(channels * columns)
  for (let c = 0; c < channels; c++) {
    data.set(root.data.subarray(c * channels, (c + 1) * channels), c * columns)
    data[c * columns + channels] = mean[c]!
    data[c * columns + channels + 1] = covariance[c * (channels + 1)]! + covarianceEpsilon
  }
  return { shape: [channels, columns], data }
}

/** The Gram or covariance matrix, [C, C]. */
function productsTarget({ mean, covariance, positions }: StyleMoments, form: StyleForm): Tensor {
  const channels = mean.length
  const divisors = { none: 1, hw: positions, chw: channels * positions } as const
  const factor = positions / divisors[form.normaliser]
  const raw = form.statistic === 'gram' ? 1 : 0
  const data = Float32Array.from(covariance, (value, i) => {
    const product = mean[Math.floor(i / channels)]! * mean[i % channels]!
    return (value + raw * product) * factor
  })
  return { shape: [channels, channels], data }
}
