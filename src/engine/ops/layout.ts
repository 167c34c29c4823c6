import { divide, multiply, type Shape } from '../graph/dimension.ts'
import type { Operator, Value } from '../graph/graph.ts'
import { blocked } from './blocked.ts'
import { shapeOf } from './slice.ts'

export const transposeOperator: Operator = {
  type: 'Transpose',
  shape: ([x], { perm }) => (perm as readonly number[]).map((axis) => x!.shape[axis]!),
  gradient: (g, { attributes }) => {
    const order = attributes['perm'] as readonly number[]
    return [
      transpose(
        g,
        order.map((_, axis) => order.indexOf(axis)),
      ),
    ]
  },
}

/** Axes in a new order. */
export function transpose(x: Value, order: readonly number[]): Value {
  if (order.length !== x.shape.length || order.some((_, axis) => !order.includes(axis)))
    throw new Error(
      `Transpose of rank ${x.shape.length} needs each axis once, received [${order.join(', ')}].`,
    )
  return x.graph.add(transposeOperator, [x], { perm: order })
}

export const reshapeOperator: Operator = {
  type: 'Reshape',
  shape: ([x, target]) => reshaped(x!.shape, x!.graph.integersOf(target!)),
  // Feature maps that were flattened to a matrix become feature maps again.
  gradient: (g, { inputs: [x] }) => [
    x!.shape.length === 4 ? blocked(reshapeLike(g, x!)) : reshapeLike(g, x!),
    null,
  ],
}

function reshaped(shape: Shape, target: readonly number[]): Shape {
  const known = target.map((side, axis) => {
    if (side !== 0) return side
    if (shape[axis] === undefined) throw new Error(`there is no side ${axis} to copy`)
    return shape[axis]
  })
  const wild = known.indexOf(-1)
  const rest = divide(multiply(...shape), multiply(...known.filter((_, axis) => axis !== wild)))
  if (rest === null || wild !== known.lastIndexOf(-1) || (wild < 0 && rest !== 1))
    throw new Error(`[${shape.join(', ')}] does not fit [${target.join(', ')}]`)
  return known.map((side, axis) => (axis === wild ? rest : side))
}

/** Same numbers, other sides: 0 copies a side, one −1 takes what is left (ONNX Reshape). */
export function reshape(x: Value, target: readonly number[]): Value {
  return x.graph.add(reshapeOperator, [x, x.graph.integers(target)])
}

/** Same numbers in the shape of another value. */
export function reshapeLike(x: Value, like: Value): Value {
  if (like.shape.every((side) => typeof side === 'number')) return reshape(x, like.shape)
  return x.graph.add(reshapeOperator, [x, shapeOf(like)], {}, like.shape)
}

/** Drops axes whose side is 1. */
export const squeezeOperator: Operator = {
  type: 'Squeeze',
  shape: ([x, axes]) => {
    const dropped = x!.graph.integersOf(axes!)
    const wrong = dropped.find((axis) => x!.shape[axis] !== 1)
    if (wrong !== undefined) throw new Error(`axis ${wrong} is not a side of 1`)
    return x!.shape.filter((_, axis) => !dropped.includes(axis))
  },
  // Feature maps that lost their batch axis become feature maps again.
  gradient: (g, { inputs: [x] }) => [
    x!.shape.length === 4 ? blocked(reshapeLike(g, x!)) : reshapeLike(g, x!),
    null,
  ],
}

export function squeeze(x: Value, axes: readonly number[]): Value {
  return x.graph.add(squeezeOperator, [x, x.graph.integers(axes)])
}
