import type { Operator, Value } from '../graph/graph.ts'
import { mul, sub } from './arithmetic.ts'

/**
 * A step from 0 to 1: HardSigmoid(x) = max(0, min(1, α·x + β)) with an enormous α. β = 0 gives 1 where x > 0,
 * β = 1 gives 1 where x ≥ 0. Unlike Greater and Where it stays in the blocked layout that ONNX Runtime's CPU provider
 * keeps between convolutions, which makes a whole ReLU gradient about eight times cheaper (bench/).
 */
export const hardSigmoidOperator: Operator = {
  type: 'HardSigmoid',
  shape: ([x]) => x!.shape,
  gradient: null,
}

/** Large enough that every normal number steps fully, small enough that α·x overflows only to an infinity that is clipped. */
const steep = 1e38

/** 1 where x > 0 (or x ≥ 0), else 0. */
export function step(x: Value, atZero: 0 | 1): Value {
  return x.graph.add(hardSigmoidOperator, [x], { alpha: { float: steep }, beta: { float: atZero } })
}

/** y = max(0, x): the gradient passes where y > 0. */
export const reluOperator: Operator = {
  type: 'Relu',
  shape: ([x]) => x!.shape,
  elementwise: true,
  gradient: (g, { output: y }) => [mul(step(y, 0), g)],
}

export function relu(x: Value): Value {
  return x.graph.add(reluOperator, [x])
}

/** The gradient passes strictly inside the bounds and at neither of them. */
export const clipOperator: Operator = {
  type: 'Clip',
  shape: ([x]) => x!.shape,
  elementwise: true,
  gradient: (g, { inputs: [x, low, high] }) => {
    const above = step(sub(x!, low!), 0)
    const below = step(sub(high!, x!), 0)
    return [mul(mul(above, below), g), null, null]
  },
}

/** Limits x to [low, high]. */
export function clip(x: Value, low: number, high: number): Value {
  if (!(low <= high)) throw new Error(`Clip needs low ≤ high, received ${low} and ${high}.`)
  return x.graph.add(clipOperator, [x, low, high])
}
