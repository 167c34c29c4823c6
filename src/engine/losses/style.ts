import type { Parameters } from '../../shared/contract/parameters.ts'
import type { Value } from '../graph/graph.ts'
import { add, concat, countOf, div, matmul, mul, reduceMean, reduceSum } from '../ops/index.ts'
import { reshape, sqrt, square, sub, transposed } from '../ops/index.ts'

export type StyleForm = Pick<Parameters, 'statistic' | 'normaliser' | 'styleReduction' | 'styleDivisor'>

/** Added to a variance before its root, so that dead channels have a gradient (Huang & Belongie 2017 use the same). */
export const varianceEpsilon = 1e-5

/**
 * First and second moments of features F [1, C, h, w] over their N = h·w positions: what every style statistic is made of.
 *
 * @returns mean μ [C, 1], second M = F·Fᵀ/N [C, C] and the scalar N
 */
export function moments(features: Value): { mean: Value; second: Value; positions: Value } {
  const rows = featureRows(features)
  const count = positions(features)
  return {
    mean: reduceMean(rows, [1], true),
    second: div(matmul(rows, transposed(rows)), count),
    positions: count,
  }
}

/** F as a C × N matrix. */
function featureRows(features: Value): Value {
  return reshape(features, [features.shape[1] as number, -1])
}

/** N, the number of positions. */
const positions = (features: Value): Value => countOf(features, [2, 3])

/**
 * The style statistic S of features F [1, C, h, w]:
 * - `gram`: F·Fᵀ/n, [C, C] (Gatys et al. 2016, eq. 3);
 * - `covariance`: (F − μ)(F − μ)ᵀ/n = (F·Fᵀ − N·μμᵀ)/n, [C, C];
 * - `moments`: μ and √(variance + ε) of each channel, [C, 2] (Huang & Belongie 2017, eq. 13).
 * with n = 1, N or C·N as the normaliser says.
 */
export function styleStatistic(features: Value, { statistic, normaliser }: StyleForm): Value {
  const rows = featureRows(features)
  if (statistic === 'moments') {
    const mean = reduceMean(rows, [1], true)
    const variance = sub(reduceMean(square(rows), [1], true), square(mean))
    return concat([mean, sqrt(add(variance, varianceEpsilon))], 1)
  }
  const products = matmul(rows, transposed(rows))
  const divisor = normaliserOf(features, normaliser)
  if (statistic === 'gram') return div(products, divisor)
  const mean = reduceMean(rows, [1], true)
  return div(sub(products, mul(matmul(mean, transposed(mean)), positions(features))), divisor)
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
 * Style loss of one layer: sum or mean of (S − A)², divided by 1, C·N, 4·C·N² or 4·C²·N² (the last: Gatys et al. 2016, eq. 4).
 *
 * @param features F of the canvas, [1, C, h, w]
 * @param target A, the statistic of the style pictures, of the shape of {@link styleStatistic}
 * @returns a scalar
 */
export function styleLoss(features: Value, target: Value, form: StyleForm): Value {
  const squared = square(sub(styleStatistic(features, form), target))
  // Of mean and deviation, each channel counts once, so that the two terms add up as in the paper.
  const mean = form.statistic === 'moments' ? reduceSum(reduceMean(squared, [0])) : reduceMean(squared)
  return div(
    form.styleReduction === 'sum' ? reduceSum(squared) : mean,
    divisorOf(features, form.styleDivisor),
  )
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
