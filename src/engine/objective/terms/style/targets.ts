import { Graph } from '../../../graph/graph.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import type { StyleMoments } from './blend.ts'
import { varianceEpsilon, type StyleForm } from './statistics.ts'
import { covarianceEpsilon, matrixRoots, regularised } from './wasserstein.ts'

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
