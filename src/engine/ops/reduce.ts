import { sameShape } from '../graph/dimension.ts'
import type { Node, Operator, Value } from '../graph/graph.ts'
import { div, mul } from './arithmetic.ts'
import { reshapeLike, reshapeOperator, squeeze } from './layout.ts'
import { shapeOf } from './slice.ts'

// ReduceSum and Expand are each other's gradient.

const reducedShape: Operator['shape'] = ([x, axes], { keepdims }) => {
  const reduced = x!.graph.integersOf(axes!)
  if (keepdims === 1) return x!.shape.map((side, axis) => (reduced.includes(axis) ? 1 : side))
  return x!.shape.filter((_, axis) => !reduced.includes(axis))
}

/** The output gradient with its reduced axes back as sides of 1, so that it broadcasts to the input. */
function withReducedAxes(g: Value, { inputs: [x, axes], output }: Node): Value {
  const ranked = g.shape.length === output.shape.length ? g : expandLike(g, output)
  return ranked.shape.length === x!.shape.length ? ranked : unsqueeze(ranked, g.graph.integersOf(axes!))
}

export const reduceSumOperator: Operator = {
  type: 'ReduceSum',
  shape: reducedShape,
  acceptsBroadcast: true,
  gradient: (g, node) => [withReducedAxes(g, node), null],
}

export const reduceMeanOperator: Operator = {
  type: 'ReduceMean',
  shape: reducedShape,
  acceptsBroadcast: true,
  gradient: (g, node) => {
    const [x, axes] = node.inputs
    return [withReducedAxes(div(g, countOf(x!, g.graph.integersOf(axes!))), node), null]
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

/**
 * Reduces one axis at a time, the last one first, and long ones in blocks. ONNX Runtime adds float32 numbers up one after the
 * other: over 4 million equal values in one go, the mean is off by 5e-3; this way it is right to 1e-6.
 */
function reduce(
  operator: Operator,
  x: Value,
  axes: readonly number[] | undefined,
  keepDimensions: boolean,
): Value {
  const reduced = axes ?? x.shape.map((_, axis) => axis)
  const wrong = reduced.find((axis) => axis < 0 || axis >= x.shape.length)
  if (wrong !== undefined) throw new Error(`${operator.type} of rank ${x.shape.length} has no axis ${wrong}.`)
  const result = [...reduced]
    .sort((a, b) => b - a)
    .reduce((partial, axis) => reduceAxis(operator, partial, axis), x)
  // The axes come back at the end: with sides of 1 behind it, an axis is added up less exactly.
  return keepDimensions && reduced.length > 0 ? unsqueeze(result, reduced) : result
}

function reduceAxis(operator: Operator, x: Value, axis: number): Value {
  const block = blockLength(x, axis)
  const reduceOne = (value: Value, axis: number): Value =>
    x.graph.add(operator, [value, x.graph.integers([axis])], { keepdims: 0 })
  if (block === null) return reduceOne(x, axis)
  return reduceAxis(operator, reduceOne(split(x, axis, block), axis + 1), axis)
}

const longestBlock = 256

/** The length of the blocks that a long axis is reduced in; null where it is short, its length is open or has no fitting divisor. */
function blockLength({ shape }: Value, axis: number): number | null {
  const side = shape[axis]!
  const open = shape.slice(axis + 1).filter((other) => typeof other === 'string')
  if (typeof side === 'string' || side <= 2 * longestBlock || open.length > 1) return null
  for (let block = longestBlock; block >= 16; block--) if (side % block === 0) return block
  return null
}

export const splitOperator: Operator = {
  ...reshapeOperator,
  acceptsBroadcast: true,
  gradient: (g, { inputs: [x], output }) => {
    const axis = output.shape.findIndex((side, i) => side !== x!.shape[i])
    const uniform = g.shape.length === output.shape.length && g.shape[axis] === 1 && g.shape[axis + 1] === 1
    return [uniform ? squeeze(g, [axis]) : reshapeLike(expandLike(g, output), x!), null]
  },
}

/** One axis as two: its blocks, and the numbers of each block. At most one side behind it may be open. */
export function split(x: Value, axis: number, block: number): Value {
  const behind = x.shape.slice(axis + 1).map((side) => (typeof side === 'string' ? -1 : side))
  const blocks = (x.shape[axis] as number) / block
  const target = [...new Array<number>(axis).fill(0), blocks, block, ...behind]
  return x.graph.add(splitOperator, [x, x.graph.integers(target)])
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
