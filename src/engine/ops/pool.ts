import { multiply, windowed } from '../graph/dimension.ts'
import type { Attributes, Operator, Value } from '../graph/graph.ts'
import { add, div, mul, sub } from './arithmetic.ts'
import { blocked, blockedNeg } from './blocked.ts'
import { conv, convAdjoint } from './conv.ts'
import { reshape, reshapeLike } from './layout.ts'
import { reduceSum } from './reduce.ts'
import { step } from './relu.ts'
import { cropTo, padTo } from './slice.ts'

// Pooling and nearest upsampling: the gradient of an average is an upsampling, and the reverse.

/** A square window that moves by `stride` (its own size, when left out), over `pad` cells on each side. */
export interface PoolOptions {
  readonly kernel?: number
  readonly stride?: number
  readonly pad?: number
}

type Window = Required<PoolOptions>

function toAttributes({ kernel = 2, stride = kernel, pad = 0 }: PoolOptions): Attributes {
  return { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [pad, pad, pad, pad] }
}

function windowOf(attributes: Attributes): Window {
  const first = (name: string): number => (attributes[name] as readonly number[])[0]!
  return { kernel: first('kernel_shape'), stride: first('strides'), pad: first('pads') }
}

const pooledShape: Operator['shape'] = ([x], attributes) => {
  const { kernel, stride, pad } = windowOf(attributes)
  if (x!.shape.length !== 4) throw new Error('pooling takes x [N, C, H, W]')
  return x!.shape.map((side, axis) => (axis < 2 ? side : windowed(side, { kernel, stride, pads: 2 * pad })))
}

/** Windows that lie side by side, so that each cell belongs to one window at most. */
const isTiling = ({ kernel, stride, pad }: Window): boolean => kernel === stride && pad === 0

/**
 * The gradient goes to the largest cell of each window. Equal cells share it: in flat regions (skies!) every cell of a
 * window is the largest, and handing each the whole gradient would multiply it.
 */
export const maxPoolOperator: Operator = {
  type: 'MaxPool',
  shape: pooledShape,
  gradient: (g, { inputs: [x], output: y, attributes }) => {
    const window = windowOf(attributes)
    return [
      isTiling(window) ? tiledMaxGradient(g, x!, y, window.kernel) : unfoldedMaxGradient(g, x!, y, window),
    ]
  },
}

function tiledMaxGradient(g: Value, x: Value, y: Value, kernel: number): Value {
  const lowered = upsample(blockedNeg(y), kernel)
  // x − max is 0 at the largest cells and negative elsewhere.
  const largest = step(add(cropTo(x, lowered), lowered), 1)
  const count = mul(averagePool(largest, { kernel }), kernel * kernel)
  return padTo(mul(largest, upsample(blocked(div(g, count)), kernel)), x, {})
}

/** Overlapping windows: each window becomes a column of its cells, and the shares are folded back. */
function unfoldedMaxGradient(g: Value, x: Value, y: Value, window: Window): Value {
  const oneHot = oneHotKernels(x, window.kernel)
  const cells = planes(x)
  const unfolded = conv(cells, oneHot, null, window)
  const largest = step(sub(unfolded, planes(y)), 1)
  // The zeros of the padding are no candidates.
  const inside = conv(step(mul(cells, 0), 1), oneHot, null, window)
  const candidates = mul(largest, inside)
  const shares = mul(candidates, div(planes(g), reduceSum(candidates, [1], true)))
  return reshapeLike(convAdjoint(shares, cells, oneHot, window), x)
}

/** [N, C, H, W] → [N·C, 1, H, W], so that one small kernel serves every channel. */
function planes(x: Value): Value {
  return reshape(x, [-1, 1, 0, 0])
}

/** [k², 1, k, k]: kernel i picks cell i of a window. */
function oneHotKernels({ graph }: Value, kernel: number): Value {
  const cells = kernel * kernel
  const identity = Array.from({ length: cells * cells }, (_, i) => (i % (cells + 1) === 0 ? 1 : 0))
  return graph.constant(identity, [cells, 1, kernel, kernel])
}

export function maxPool(x: Value, options: PoolOptions = {}): Value {
  return x.graph.add(maxPoolOperator, [x], toAttributes(options))
}

/** The mean of each window; padding counts as zeros. */
export const averagePoolOperator: Operator = {
  type: 'AveragePool',
  shape: pooledShape,
  gradient: (g, { inputs: [x], attributes }) => {
    const window = windowOf(attributes)
    const cells = window.kernel ** 2
    if (isTiling(window)) return [padTo(upsample(mul(g, 1 / cells), window.kernel), x!, {})]
    const mean = g.graph.constant(new Array<number>(cells).fill(1 / cells), [
      1,
      1,
      window.kernel,
      window.kernel,
    ])
    return [reshapeLike(convAdjoint(planes(g), planes(x!), mean, window), x!)]
  },
}

export function averagePool(x: Value, options: PoolOptions = {}): Value {
  const attributes = toAttributes(options)
  return x.graph.add(
    averagePoolOperator,
    [x],
    options.pad ? { ...attributes, count_include_pad: 1 } : attributes,
  )
}

/** Nearest upsampling by a whole factor: each cell becomes a square of equal cells. */
export const resizeOperator: Operator = {
  type: 'Resize',
  shape: ([x, , scales]) => {
    const factors = x!.graph.constants.get(scales!.name)!.data as Float32Array
    return x!.shape.map((side, axis) => multiply(factors[axis]!, side))
  },
  gradient: (g, { inputs: [x, , scales] }) => {
    const kernel = (x!.graph.constants.get(scales!.name)!.data as Float32Array)[2]!
    return [mul(averagePool(g, { kernel }), kernel * kernel), null, null]
  },
}

export function upsample(x: Value, factor: number): Value {
  const { graph } = x
  return graph.add(resizeOperator, [x, graph.constant([], [0]), graph.constant([1, 1, factor, factor])], {
    mode: 'nearest',
    nearest_mode: 'floor',
    coordinate_transformation_mode: 'asymmetric',
  })
}
