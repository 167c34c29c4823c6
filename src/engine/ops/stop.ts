import type { Operator, Value } from '../graph/graph.ts'
import { add, sub } from './arithmetic.ts'

/** x as a constant of the differentiation: no gradient flows back through it. */
export const identityOperator: Operator = {
  type: 'Identity',
  shape: ([x]) => x!.shape,
  gradient: null,
}

export function stopGradient(x: Value): Value {
  return x.graph.add(identityOperator, [x])
}

/**
 * A scalar that has the value of `value` and the gradient of `surrogate`: for losses whose gradient is known in closed form
 * and whose own steps should not be differentiated. The surrogate is added and, without its gradient, subtracted again.
 */
export function withGradientOf(value: Value, surrogate: Value): Value {
  return add(stopGradient(value), sub(surrogate, stopGradient(surrogate)))
}
