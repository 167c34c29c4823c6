import type { Parameters } from '../../shared/contract/parameters.ts'
import type { Dimension } from '../graph/dimension.ts'
import { Graph } from '../graph/graph.ts'
import { features } from '../networks/features.ts'
import type { Layer } from '../networks/layers.ts'
import { frozen } from '../networks/parameter-source.ts'
import type { NetworkWeights, Tensor } from '../weights/weights.ts'
import { moments, varianceEpsilon, type StyleForm } from './style.ts'

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

/** Input `picture` [1, 3, H, W] → outputs `mean/<tap>` [C, 1], `second/<tap>` [C, C] and `positions/<tap>`, a scalar. */
export function momentsGraph({ layers, weights, ...options }: TargetSpec): Graph {
  const graph = new Graph()
  const picture = graph.input('picture', pictureShape)
  const found = features(graph, picture, layers, frozen(weights), options)
  for (const tap of options.taps) {
    const { mean, second, positions } = moments(found.get(tap)!)
    graph.output({ [`mean/${tap}`]: mean, [`second/${tap}`]: second, [`positions/${tap}`]: positions })
  }
  return graph
}

const pictureShape: readonly Dimension[] = [1, 3, 'H', 'W']

/** First and second moments of one style picture at one tap, over `positions` positions. */
export interface StyleMoments {
  readonly mean: Float32Array
  readonly second: Float32Array
  readonly positions: number
}

/**
 * Several style pictures as one: their moments (not their Gram matrices or deviations) are averaged by weight, so that a
 * mixture is the statistic of a picture that shows each style on its share of the area.
 */
export function blendMoments(styles: readonly { moments: StyleMoments; weight: number }[]): StyleMoments {
  const total = styles.reduce((sum, { weight }) => sum + weight, 0)
  const average = (pick: (moments: StyleMoments) => Float32Array): Float32Array =>
    pick(styles[0]!.moments).map((_, i) =>
      styles.reduce((sum, { moments, weight }) => sum + (weight / total) * pick(moments)[i]!, 0),
    )
  return {
    mean: average(({ mean }) => mean),
    second: average(({ second }) => second),
    positions: styles.reduce((sum, { moments, weight }) => sum + (weight / total) * moments.positions, 0),
  }
}

/** The target of {@link styleLoss} from moments: the same statistic with the same normaliser, over the style's own positions. */
export function styleTarget({ mean, second, positions }: StyleMoments, form: StyleForm): Tensor {
  const channels = mean.length
  if (form.statistic === 'moments') {
    const data = new Float32Array(2 * channels)
    for (let c = 0; c < channels; c++) {
      data[2 * c] = mean[c]!
      data[2 * c + 1] = Math.sqrt(second[c * (channels + 1)]! - mean[c]! ** 2 + varianceEpsilon)
    }
    return { shape: [channels, 2], data }
  }
  const divisors = { none: 1, hw: positions, chw: channels * positions } as const
  const factor = positions / divisors[form.normaliser]
  const centred = form.statistic === 'covariance' ? 1 : 0
  const data = second.map((value, i) => {
    const product = mean[Math.floor(i / channels)]! * mean[i % channels]!
    return (value - centred * product) * factor
  })
  return { shape: [channels, channels], data }
}
