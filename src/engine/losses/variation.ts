import type { Parameters } from '../../shared/contract/parameters.ts'
import type { Value } from '../graph/graph.ts'
import { abs, add, reduceMean, reduceSum, slice, square, sub } from '../ops/index.ts'

/**
 * Total variation of a picture x [1, 3, H, W] in [0,1] (Rudin, Osher & Fatemi 1992; squared as in Mahendran & Vedaldi 2015,
 * β = 2): the differences of neighbours, absolute or squared, summed over the picture, or averaged in each direction.
 *
 * @returns a scalar
 */
export function totalVariation(
  x: Value,
  form: Parameters['tvForm'],
  reduction: Parameters['tvReduction'],
): Value {
  const size = form === 'squared' ? square : abs
  const reduce = reduction === 'sum' ? reduceSum : reduceMean
  const [vertical, horizontal] = [2, 3].map((axis) =>
    reduce(size(sub(slice(x, axis, 1), slice(x, axis, 0, -1)))),
  )
  return add(vertical!, horizontal!)
}
