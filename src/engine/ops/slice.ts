import { add as plus, difference, sameShape, type Dimension } from '../graph/dimension.ts'
import type { Operator, Value } from '../graph/graph.ts'
import { add, sub } from './arithmetic.ts'

// Slice, Pad and Concat: each one's gradient is made of the others.

export const shapeOperator: Operator = {
  type: 'Shape',
  shape: ([x]) => [x!.shape.length],
  elementType: 'int64',
  gradient: null,
}

/** The sides of x as an int64 vector, known when the graph runs. */
export function shapeOf(x: Value): Value {
  return x.graph.add(shapeOperator, [x])
}

/** One axis, with a step of 1, or of −1 over the whole axis (a flip). */
export const sliceOperator: Operator = {
  type: 'Slice',
  shape: ([x, starts, ends, axes, steps]) => {
    const [start, end, axis, step] = [starts!, ends!, axes!, steps!].map((v) => x!.graph.integersOf(v)[0]!)
    if (x!.shape[axis!] === undefined) throw new Error(`there is no axis ${axis}`)
    if (step === -1) return x!.shape
    return x!.shape.map((side, i) => (i === axis ? sliceLength(side, start!, end!) : side))
  },
  gradient: (g, { inputs: [x, starts, , axes, steps] }) => {
    const [start, axis, step] = [starts!, axes!, steps!].map((v) => x!.graph.integersOf(v)[0]!)
    if (step === -1) return [flip(g, axis!), null, null, null, null]
    return [padTo(g, x!, { [axis!]: start! }), null, null, null, null]
  },
}

function sliceLength(side: Dimension, start: number, end: number): Dimension {
  if (typeof side === 'number') return Math.max(0, Math.min(side, end < 0 ? side + end : end) - start)
  if (end === toEnd) return plus(side, -start)
  return end < 0 ? plus(side, end - start) : end - start
}

const toEnd = Number.MAX_SAFE_INTEGER

/**
 * x[start:end] along one axis.
 *
 * @param start from the front, ≥ 0
 * @param end from the front, or from the back when negative; to the end when left out
 */
export function slice(x: Value, axis: number, start: number, end = toEnd): Value {
  const { graph } = x
  if (start < 0) throw new Error(`Slice counts its start from the front, received ${start}.`)
  if (start === 0 && (end === toEnd || end === x.shape[axis])) return x
  return graph.add(sliceOperator, [
    x,
    graph.integers([start]),
    graph.integers([end]),
    graph.integers([axis]),
    graph.integers([1]),
  ])
}

/** The front of x, as long as `like` along every axis; lengths may be known only at run time. */
export function cropTo(x: Value, like: Value): Value {
  const { graph } = x
  if (sameShape(x.shape, like.shape)) return x
  const axes = x.shape.map((_, axis) => axis)
  if (like.shape.every((side) => typeof side === 'number'))
    return axes.reduce((value, axis) => slice(value, axis, 0, like.shape[axis] as number), x)
  const vector = (number: number): Value => graph.integers(axes.map(() => number))
  return graph.add(
    sliceOperator,
    [x, vector(0), shapeOf(like), graph.integers(axes), vector(1)],
    {},
    like.shape,
  )
}

/** Reverses one axis. */
export function flip(x: Value, axis: number): Value {
  const { graph } = x
  const inputs = [
    x,
    graph.integers([-1]),
    graph.integers([-toEnd]),
    graph.integers([axis]),
    graph.integers([-1]),
  ]
  return graph.add(sliceOperator, inputs)
}

export type PadMode = 'constant' | 'reflect' | 'edge'

/** Cells added before and after each padded axis. */
export type Pads = Readonly<Record<number, readonly [before: number, after: number]>>

export const padOperator: Operator = {
  type: 'Pad',
  shape: ([x, pads], { mode }) => {
    const amounts = x!.graph.integersOf(pads!)
    const rank = x!.shape.length
    return x!.shape.map((side, i) => {
      const [before, after] = [amounts[i]!, amounts[i + rank]!]
      if (mode === 'reflect' && typeof side === 'number' && Math.max(before, after) >= side)
        throw new Error(`a side of ${side} has ${side - 1} cells to reflect, not ${Math.max(before, after)}`)
      return plus(side, before + after)
    })
  },
  gradient: (g, { inputs: [x, pads], attributes }) => {
    const amounts = x!.graph.integersOf(pads!)
    const rank = x!.shape.length
    // Padding is separable: its adjoint folds one axis after the other.
    const folded = x!.shape.reduce<Value>((gradient, _, axis) => {
      const [before, after] = [amounts[axis]!, amounts[axis + rank]!]
      return before + after === 0
        ? gradient
        : foldAxis(gradient, axis, before, after, attributes['mode'] as PadMode)
    }, g)
    return [folded, null]
  },
}

/** Adds the gradient of the border to the cells that the border was copied from. */
function foldAxis(g: Value, axis: number, before: number, after: number, mode: PadMode): Value {
  const withoutFront = foldFront(g, axis, before, mode)
  return after === 0 ? withoutFront : flip(foldFront(flip(withoutFront, axis), axis, after, mode), axis)
}

function foldFront(g: Value, axis: number, before: number, mode: PadMode): Value {
  const inner = slice(g, axis, before)
  if (mode === 'constant') return inner
  return Array.from({ length: before }, (_, i) => i).reduce((folded, i) => {
    const source = mode === 'edge' ? 0 : before - i
    return add(folded, padTo(slice(g, axis, i, i + 1), inner, { [axis]: source }))
  }, inner)
}

/** Zeros, reflections or copies of the border around x (numpy's `constant`, `reflect`, `edge`). */
export function pad(x: Value, pads: Pads, mode: PadMode = 'constant'): Value {
  const before = x.shape.map((_, axis) => pads[axis]?.[0] ?? 0)
  const after = x.shape.map((_, axis) => pads[axis]?.[1] ?? 0)
  if ([...before, ...after].every((amount) => amount === 0)) return x
  if ([...before, ...after].some((amount) => amount < 0))
    throw new Error('Pads cannot be negative; use slice.')
  return x.graph.add(padOperator, [x, x.graph.integers([...before, ...after])], { mode })
}

/** Zeros around x until it has target's shape, `before` of them in front; the rest may be known only at run time. */
export function padTo(x: Value, target: Value, before: Readonly<Record<number, number>>): Value {
  if (sameShape(x.shape, target.shape)) return x
  const { graph } = x
  const front = x.shape.map((_, axis) => before[axis] ?? 0)
  const back = x.shape.map((side, axis) => difference(plus(target.shape[axis]!, -front[axis]!), side))
  if (back.every((amount) => amount !== null))
    return pad(x, Object.fromEntries(front.map((amount, axis) => [axis, [amount, back[axis]!]])))
  const amounts = concat(
    [graph.integers(front), sub(sub(shapeOf(target), shapeOf(x)), graph.integers(front))],
    0,
  )
  return graph.add(padOperator, [x, amounts], { mode: 'constant' }, target.shape)
}

export const concatOperator: Operator = {
  type: 'Concat',
  shape: (inputs, { axis }) => {
    const sides = inputs.map(({ shape }) => shape[axis as number])
    if (!sides.every((side) => typeof side === 'number'))
      throw new Error(`the sides along axis ${axis as number} must be numbers`)
    const joined = inputs.map(({ shape }) => shape.map((side, i) => (i === axis ? 0 : side)))
    if (!joined.every((shape) => sameShape(shape, joined[0]!))) throw new Error('the other sides differ')
    return inputs[0]!.shape.map((side, i) => (i === axis ? sides.reduce((a, b) => a + b) : side))
  },
  gradient: (g, { inputs, attributes }) => {
    const axis = attributes['axis'] as number
    let start = 0
    return inputs.map(({ shape }) => {
      const length = shape[axis] as number
      start += length
      return slice(g, axis, start - length, start)
    })
  },
}

/** Values one behind the other along an axis, whose sides must be numbers. */
export function concat(values: readonly Value[], axis: number): Value {
  if (values.length === 1) return values[0]!
  return values[0]!.graph.add(concatOperator, values, { axis })
}
