import type { Value } from '../../graph/graph.ts'
import { abs, add, div, mul, pad, reduceMean, reduceSum, slice, square, sub } from '../../ops/index.ts'
import type { Term, TermWeights } from '../term.ts'

export interface VariationOptions extends TermWeights {
  readonly layers?: never
  readonly form: 'anisotropic-l1' | 'squared' | 'nine-point'
  readonly reduction: 'mean' | 'sum'
}

/** Smoothness of the canvas itself. */
export const variation: Term<VariationOptions> = {
  loss: (canvas, { form, reduction }) => totalVariation(canvas, form, reduction),
}

/**
 * Total variation of a picture x [1, 3, H, W] in [0,1] (Rudin, Osher & Fatemi 1992; squared as in Mahendran & Vedaldi 2015,
 * β = 2): the differences of neighbours, absolute or squared, summed over the picture, or averaged in each direction.
 *
 * @returns a scalar
 */
function totalVariation(
  x: Value,
  form: VariationOptions['form'],
  reduction: VariationOptions['reduction'],
): Value {
  const reduce = reduction === 'sum' ? reduceSum : reduceMean
  if (form === 'nine-point') return ninePoint(x, reduce)
  const size = form === 'squared' ? square : abs
  const [vertical, horizontal] = [2, 3].map((axis) =>
    reduce(size(sub(slice(x, axis, 1), slice(x, axis, 0, -1)))),
  )
  return add(vertical!, horizontal!)
}

type Range = readonly [start: number, end?: number]

/**
 * Squared differences with all eight neighbours, on x with its edge repeated once around it:
 * 2·(dx²/3 + dy²/3 + ↘²/12 + ↙²/12), each as a mean or a sum (TVLoss of crowsonkb/style-transfer-pytorch).
 */
function ninePoint(x: Value, reduce: (x: Value) => Value): Value {
  const padded = pad(x, { 2: [1, 1], 3: [1, 1] }, 'edge')
  const part = (rows: Range, columns: Range): Value => slice(slice(padded, 2, ...rows), 3, ...columns)
  const squares = (a: Value, b: Value): Value => reduce(square(sub(a, b)))
  const inner: Range = [1, -1]
  const next: Range = [2]
  const first: Range = [0, -1]
  const last: Range = [1]
  const centre = part(inner, inner)
  const straight = add(squares(part(inner, next), centre), squares(part(next, inner), centre))
  const diagonal = add(
    squares(part(last, last), part(first, first)),
    squares(part(last, first), part(first, last)),
  )
  return mul(add(div(straight, 3), div(diagonal, 12)), 2)
}
