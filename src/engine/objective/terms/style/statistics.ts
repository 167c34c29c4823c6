import type { Value } from '../../../graph/graph.ts'
import { add, concat, div, matmul, mul, reduceMean, reduceSum } from '../../../ops/index.ts'
import { reshape, sqrt, square, sub, transposed } from '../../../ops/index.ts'
import { centre, moments, positions } from './distribution.ts'
import { wassersteinLoss } from './wasserstein.ts'

/** The statistic that is compared at a tap, and the divisor of the comparison. */
export interface StyleForm {
  readonly statistic: 'gram' | 'covariance' | 'moments' | 'w2'
  readonly normaliser: 'none' | 'hw' | 'chw'
  readonly reduction: 'mean' | 'sum'
  readonly divisor: 'none' | 'chw' | '4cn2' | '4c2n2'
}

/** Added to a variance before its root, so that dead channels have a gradient (Huang & Belongie 2017 use the same). */
export const varianceEpsilon = 1e-5

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
  return div(undivided(features, target, form), divisorOf(features, form.divisor))
}

function undivided(features: Value, target: Value, form: StyleForm): Value {
  const { statistic, normaliser, reduction } = form
  if (statistic === 'w2') return wassersteinLoss(moments(features), target, reduction)
  const squared = square(sub(styleStatistic(features, statistic, normaliser), target))
  if (reduction === 'sum') return reduceSum(squared)
  // Mean and deviation are averaged over the channels separately and then added, as in the paper.
  return statistic === 'moments' ? reduceSum(reduceMean(squared, [0])) : reduceMean(squared)
}

/** Columns of a layer's target, which has a row for each channel. */
export function targetColumns(statistic: StyleForm['statistic'], channels: number): number {
  if (statistic === 'moments') return 2
  return statistic === 'w2' ? channels + 2 : channels
}

function divisorOf(features: Value, divisor: StyleForm['divisor']): Value {
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
