import { sameShape } from '../graph/dimension.ts'
import type { Operator, Value } from '../graph/graph.ts'
import { div, mul } from './arithmetic.ts'
import { reshape } from './layout.ts'
import { shapeOf } from './slice.ts'

// ReduceSum and Expand are each other's gradient.

const reducedShape: Operator['shape'] = ([x, axes], { keepdims }) => {
  const reduced = x!.graph.integersOf(axes!)
  if (keepdims === 1) return x!.shape.map((side, axis) => (reduced.includes(axis) ? 1 : side))
  return x!.shape.filter((_, axis) => !reduced.includes(axis))
}

/** The output gradient with its reduced axes back as sides of 1, so that it broadcasts to the input. */
function withReducedAxes(g: Value, x: Value, axes: Value): Value {
  const reduced = g.graph.integersOf(axes)
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !reduced.includes(axis))
  if (g.shape.length === x.shape.length) return g
  if (kept.length === 0)
    return reshape(
      g,
      x.shape.map(() => 1),
    )
  return unsqueeze(g, reduced)
}

export const reduceSumOperator: Operator = {
  type: 'ReduceSum',
  shape: reducedShape,
  gradient: (g, { inputs: [x, axes] }) => [withReducedAxes(g, x!, axes!), null],
}

export const reduceMeanOperator: Operator = {
  type: 'ReduceMean',
  shape: reducedShape,
  gradient: (g, { inputs: [x, axes] }) => {
    const count = countOf(x!, x!.graph.integersOf(axes!))
    return [withReducedAxes(div(g, count), x!, axes!), null]
  },
}

/** Sum over axes; over all of them where none are named. */
export function reduceSum(x: Value, axes?: readonly number[], keepDimensions = false): Value {
  return reduce(reduceSumOperator, x, axes, keepDimensions)
}

/** Mean over axes; over all of them where none are named. */
export function reduceMean(x: Value, axes?: readonly number[], keepDimensions = false): Value {
  return reduce(reduceMeanOperator, x, axes, keepDimensions)
}

function reduce(
  operator: Operator,
  x: Value,
  axes: readonly number[] | undefined,
  keepDimensions: boolean,
): Value {
  const { graph } = x
  const reduced = axes ?? x.shape.map((_, axis) => axis)
  const wrong = reduced.find((axis) => axis < 0 || axis >= x.shape.length)
  if (wrong !== undefined) throw new Error(`${operator.type} of rank ${x.shape.length} has no axis ${wrong}.`)
  if (reduced.length === 0) return x
  return graph.add(operator, [x, graph.integers(reduced)], { keepdims: keepDimensions ? 1 : 0 })
}

export const unsqueezeOperator: Operator = {
  type: 'Unsqueeze',
  shape: ([x, axes]) => {
    const added = x!.graph.integersOf(axes!)
    const sides = [...x!.shape]
    return Array.from({ length: sides.length + added.length }, (_, i) =>
      added.includes(i) ? 1 : sides.shift()!,
    )
  },
  gradient: (g, { inputs: [, axes] }) => [reduceSum(g, g.graph.integersOf(axes!)), null],
}

/** Sides of 1 at the given axes of the result. */
export function unsqueeze(x: Value, axes: readonly number[]): Value {
  return x.graph.add(unsqueezeOperator, [x, x.graph.integers([...axes].sort((a, b) => a - b))])
}

export const expandOperator: Operator = {
  type: 'Expand',
  shape: () => {
    throw new Error('use expandLike, which knows the shape')
  },
  gradient: (g, { inputs: [x] }) => [sumTo(g, x!), null],
}

/** x broadcast to the shape of another value. */
export function expandLike(x: Value, like: Value): Value {
  if (sameShape(x.shape, like.shape)) return x
  const numbers = like.shape.every((side) => typeof side === 'number')
  const sides = numbers ? x.graph.integers(like.shape) : shapeOf(like)
  return x.graph.add(expandOperator, [x, sides], {}, like.shape)
}

/** The adjoint of broadcasting: sums x over the axes along which `like` was repeated. */
export function sumTo(x: Value, like: Value): Value {
  if (sameShape(x.shape, like.shape)) return x
  const extra = x.shape.length - like.shape.length
  const leading = Array.from({ length: extra }, (_, axis) => axis)
  const trimmed = extra > 0 ? reduceSum(x, leading) : x
  const repeated = like.shape.flatMap((side, axis) => (side === 1 && trimmed.shape[axis] !== 1 ? [axis] : []))
  return repeated.length > 0 ? reduceSum(trimmed, repeated, true) : trimmed
}

/** How many numbers lie along these axes of x, as a float: a constant where the sides are numbers. */
export function countOf(x: Value, axes: readonly number[]): Value {
  const { graph } = x
  const sides = axes.map((axis) => x.shape[axis]!)
  const numbers = sides.filter((side) => typeof side === 'number')
  const known = graph.constant(numbers.reduce((a, b) => a * b, 1))
  if (numbers.length === sides.length) return known
  const symbolic = axes.filter((axis) => typeof x.shape[axis] === 'string')
  return symbolic.reduce((count, axis) => mul(count, sideOf(x, axis)), known)
}

export const castOperator: Operator = {
  type: 'Cast',
  shape: ([x]) => x!.shape,
  elementType: 'float32',
  gradient: null,
}

/** One side of x as a float scalar. */
function sideOf(x: Value, axis: number): Value {
  const { graph } = x
  const sides = graph.add(castOperator, [shapeOf(x)], { to: 1 })
  // A one-element sum reads an entry without an integer index of rank 0.
  const picked = mul(sides, graph.constant(x.shape.map((_, i) => (i === axis ? 1 : 0))))
  return reduceSum(picked)
}
