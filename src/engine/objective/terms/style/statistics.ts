import type { Parameters } from '../../../../shared/contract/parameters.ts'
import type { Value } from '../../../graph/graph.ts'
import { add, concat, countOf, div, matmul, mul, reduceMean, reduceSum } from '../../../ops/index.ts'
import { reshape, sqrt, square, squeeze, stopGradient, sub, transposed } from '../../../ops/index.ts'
import { wassersteinLoss } from './wasserstein.ts'

export type StyleForm = Pick<Parameters, 'statistic' | 'normaliser' | 'styleReduction' | 'styleDivisor'>

/** Added to a variance before its root, so that dead channels have a gradient (Huang & Belongie 2017 use the same). */
export const varianceEpsilon = 1e-5

/**
 * The mean and the centred features of F [1, C, h, w] over their N = h·w positions. Variances and covariances are made of the
 * centred ones: E[F²] − μ² would subtract two large float32 numbers and can come out below zero where a channel is flat.
 *
 * μ is held fixed in the centred ones. Their own gradient through μ is a sum over Σ(F − μ) = 0, and is left out.
 *
 * @returns mean μ [C, 1] and F − μ [C, N]
 */
function centre(features: Value): { mean: Value; centred: Value } {
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
export function moments(features: Value): { mean: Value; covariance: Value; positions: Value } {
  const { mean, centred } = centre(features)
  const count = positions(features)
  return { mean, covariance: div(matmul(centred, transposed(centred)), count), positions: count }
}

/** N, the number of positions. */
const positions = (features: Value): Value => countOf(features, [2, 3])

/**
 * As {@link moments}, of what can be seen of a picture: each position counts by its weight. N stays the number of all positions, so
 * that sums are those of a picture that is visible everywhere and looks like its visible part.
 *
 * @param weights w ≥ 0 of each position, [1, 1, h, w], not all 0
 */
export function visibleMoments(
  features: Value,
  weights: Value,
): { mean: Value; covariance: Value; positions: Value } {
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

/**
 * The style statistic S of features F [1, C, h, w]:
 * - `gram`: F·Fᵀ/n, [C, C] (Gatys et al. 2016, eq. 3);
 * - `covariance`: (F − μ)(F − μ)ᵀ/n, [C, C];
 * - `moments`: μ and √(variance + ε) of each channel, [C, 2] (Huang & Belongie 2017, eq. 13).
 * with n = 1, N or C·N as the normaliser says.
 */
function styleStatistic(
  features: Value,
  statistic: Exclude<StyleForm['statistic'], 'w2'>,
  normaliser: StyleForm['normaliser'],
): Value {
  if (statistic === 'moments') {
    const { mean, centred } = centre(features)
    const variance = div(reduceSum(square(centred), [1], true), positions(features))
    return concat([mean, sqrt(add(variance, varianceEpsilon))], 1)
  }
  const rows =
    statistic === 'gram' ? reshape(features, [features.shape[1] as number, -1]) : centre(features).centred
  return div(matmul(rows, transposed(rows)), normaliserOf(features, normaliser))
}

function normaliserOf(features: Value, normaliser: StyleForm['normaliser']): Value {
  switch (normaliser) {
    case 'none':
      return features.graph.constant(1)
    case 'hw':
      return positions(features)
    case 'chw':
      return mul(positions(features), features.shape[1] as number)
  }
}

/**
 * Style loss of one layer: sum or mean of (S − A)², or the Wasserstein distance summed or averaged over the channels, divided by
 * 1, C·N, 4·C·N² or 4·C²·N² (the last: Gatys et al. 2016, eq. 4). `moments` and `w2` ignore the normaliser.
 *
 * @param features F of the canvas, [1, C, h, w]
 * @param target what the style pictures have, [C, {@link targetColumns}]
 * @returns a scalar
 */
export function styleLoss(features: Value, target: Value, form: StyleForm): Value {
  return div(undivided(features, target, form), divisorOf(features, form.styleDivisor))
}

function undivided(features: Value, target: Value, form: StyleForm): Value {
  const { statistic, normaliser, styleReduction } = form
  if (statistic === 'w2') return wassersteinLoss(moments(features), target, styleReduction)
  const squared = square(sub(styleStatistic(features, statistic, normaliser), target))
  if (styleReduction === 'sum') return reduceSum(squared)
  // Mean and deviation are averaged over the channels separately and then added, as in the paper.
  return statistic === 'moments' ? reduceSum(reduceMean(squared, [0])) : reduceMean(squared)
}

/** Columns of a layer's target, which has a row for each channel. */
export function targetColumns(statistic: StyleForm['statistic'], channels: number): number {
  if (statistic === 'moments') return 2
  return statistic === 'w2' ? channels + 2 : channels
}

function divisorOf(features: Value, divisor: StyleForm['styleDivisor']): Value {
  const channels = features.shape[1] as number
  const count = positions(features)
  switch (divisor) {
    case 'none':
      return features.graph.constant(1)
    case 'chw':
      return mul(count, channels)
    case '4cn2':
      return mul(square(count), 4 * channels)
    case '4c2n2':
      return mul(square(count), 4 * channels ** 2)
  }
}
