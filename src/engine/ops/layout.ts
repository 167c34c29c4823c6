import { multiply, type Dimension, type Shape } from '../graph/dimension.ts'
import type { Operator, Value } from '../graph/value.ts'
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
  // Feature maps that were flattened to a matrix go on as feature maps.
  gradient: (g, { inputs: [x] }) => [
    x!.shape.length === 4 ? blocked(reshapeLike(g, x!)) : reshapeLike(g, x!),
    null,
  ],
}

function reshaped(shape: Shape, target: readonly number[]): Shape {
  const known = target.map((side, i) => (side === 0 ? shape[i]! : side))
  if (!known.includes(-1)) return known
  const rest = remaining(
    shape,
    known.filter((side) => side !== -1),
  )
  return known.map((side) => (side === -1 ? rest : side))
}

/** What is left of a shape's product after the known sides are divided out. */
function remaining(shape: Shape, known: readonly Dimension[]): Dimension {
  const left = [...shape]
  const numbers: number[] = []
  for (const side of known) {
    const same = left.indexOf(side)
    if (same >= 0) left.splice(same, 1)
    else if (typeof side === 'number') numbers.push(side)
    else throw new Error(`side ${side} is not one of [${shape.join(', ')}]`)
  }
  const divisor = numbers.reduce((a, b) => a * b, 1)
  const factor = left.filter((side) => typeof side === 'number').reduce((a, b) => a * b, 1)
  if (factor % divisor !== 0) throw new Error(`[${shape.join(', ')}] does not divide by ${divisor}`)
  return multiply(factor / divisor, ...left.filter((side) => typeof side === 'string'))
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
