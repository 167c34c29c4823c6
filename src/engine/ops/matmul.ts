import { broadcast } from '../graph/dimension.ts'
import type { Operator, Value } from '../graph/graph.ts'
import { add, mul } from './arithmetic.ts'
import { transpose, transposeOperator } from './layout.ts'
import { reduceSum } from './reduce.ts'

/** Y = A·B over the last two axes: ∂A = G·Bᵀ, ∂B = Aᵀ·G. Leading axes broadcast. */
export const matmulOperator: Operator = {
  type: 'MatMul',
  shape: ([a, b]) => {
    if (a!.shape.length < 2 || b!.shape.length < 2) throw new Error('both sides need at least two axes')
    if (a!.shape.at(-1) !== b!.shape.at(-2)) throw new Error('the inner sides differ')
    return [...broadcast(a!.shape.slice(0, -2), b!.shape.slice(0, -2)), a!.shape.at(-2)!, b!.shape.at(-1)!]
  },
  gradient: (g, { inputs: [a, b] }) =>
    // A·Aᵀ (a Gram matrix): ∂A = (G + Gᵀ)·A, one product instead of two and no transposed copy of A.
    isTransposeOf(b!, a!)
      ? [matmul(add(g, transposed(g)), a!), null]
      : [matmul(g, transposed(b!)), matmul(transposed(a!), g)],
}

export function matmul(a: Value, b: Value): Value {
  return a.graph.add(matmulOperator, [a, b])
}

/** The last two axes exchanged. */
export function transposed(x: Value): Value {
  const rank = x.shape.length
  const order = Array.from({ length: rank }, (_, axis) => axis)
  return transpose(x, [...order.slice(0, -2), rank - 1, rank - 2])
}

/** True if b is a with its last two axes exchanged. */
function isTransposeOf(b: Value, a: Value): boolean {
  if (b.node?.operator !== transposeOperator || b.node.inputs[0] !== a) return false
  const order = b.node.attributes['perm'] as readonly number[]
  const rank = order.length
  return order.every((axis, i) => axis === (i < rank - 2 ? i : 2 * rank - 3 - i))
}

/** The identity matrix of the shape of x [C, C]. */
export const eyeLikeOperator: Operator = {
  type: 'EyeLike',
  shape: ([x]) => {
    if (x!.shape.length !== 2) throw new Error('a matrix has two axes')
    return x!.shape
  },
  gradient: null,
}

export function eyeLike(x: Value): Value {
  return x.graph.add(eyeLikeOperator, [x])
}

/** The sum of the diagonal of x [C, C]. */
export function trace(x: Value): Value {
  return reduceSum(mul(x, eyeLike(x)))
}
