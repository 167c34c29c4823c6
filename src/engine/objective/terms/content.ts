import type { Parameters } from '../../../shared/contract/parameters.ts'
import type { Value } from '../../graph/graph.ts'
import { mul, reduceMean, reduceSum, square, sub } from '../../ops/index.ts'

/**
 * How far the features F of the canvas are from those of the content picture, P: the mean or sum of (F − P)², or
 * ½ Σ (F − P)² (Gatys et al. 2016, eq. 1).
 *
 * @param features F, [1, C, h, w]
 * @param target P, of the same shape
 * @returns a scalar
 */
export function contentLoss(
  features: Value,
  target: Value,
  reduction: Parameters['contentReduction'],
): Value {
  const squared = square(sub(features, target))
  switch (reduction) {
    case 'mean':
      return reduceMean(squared)
    case 'sum':
      return reduceSum(squared)
    case 'half-sum':
      return mul(reduceSum(squared), 0.5)
  }
}
