import type { Value } from '../../../graph/graph.ts'
import { countOf, div, matmul, mul, reduceMean } from '../../../ops/index.ts'
import { reshape, squeeze, stopGradient, sub, transposed } from '../../../ops/index.ts'

/** Features taken for a normal distribution. */
interface Distribution {
  readonly mean: Value
  readonly covariance: Value
  readonly positions: Value
}

/**
 * The mean and the centred features of F [1, C, h, w] over their N = h·w positions. Variances and covariances are made of the
 * centred ones: E[F²] − μ² would subtract two large float32 numbers and can come out below zero where a channel is flat.
 *
 * μ is held fixed in the centred ones. Their own gradient through μ is a sum over Σ(F − μ) = 0, and is left out.
 *
 * @returns mean μ [C, 1] and F − μ [C, N]
 */
export function centre(features: Value): { mean: Value; centred: Value } {
  const channels = features.shape[1] as number
  const planes = squeeze(features, [0])
  const mean = reduceMean(planes, [1, 2], true)
  const centred = sub(planes, stopGradient(mean))
  return { mean: reshape(mean, [channels, 1]), centred: reshape(centred, [channels, -1]) }
}

/**
 * Features F [1, C, h, w] as a normal distribution, which is what every style statistic is made of.
 *
 * @returns mean μ [C, 1], covariance (F − μ)(F − μ)ᵀ/N [C, C] and the scalar N
 */
export function moments(features: Value): Distribution {
  const { mean, centred } = centre(features)
  const count = positions(features)
  return { mean, covariance: div(matmul(centred, transposed(centred)), count), positions: count }
}

/** N, the number of positions. */
export const positions = (features: Value): Value => countOf(features, [2, 3])

/**
 * As {@link moments}, of what can be seen of a picture: each position counts by its weight. N stays the number of all positions, so
 * that sums are those of a picture that is visible everywhere and looks like its visible part.
 *
 * @param weights w ≥ 0 of each position, [1, 1, h, w], not all 0
 */
export function visibleMoments(features: Value, weights: Value): Distribution {
  const channels = features.shape[1] as number
  const [planes, shares] = [squeeze(features, [0]), squeeze(weights, [0])]
  const total = reduceMean(shares, [1, 2], true)
  const mean = div(reduceMean(mul(planes, shares), [1, 2], true), total)
  const centred = sub(planes, mean)
  const count = positions(features)
  const weighted = reshape(mul(centred, div(shares, total)), [channels, -1])
  const covariance = div(matmul(weighted, transposed(reshape(centred, [channels, -1]))), count)
  return { mean: reshape(mean, [channels, 1]), covariance, positions: count }
}
