import { add as plus, multiply, sameShape, windowed, type Dimension } from '../graph/dimension.ts'
import type { Attributes, Operator, Value } from '../graph/graph.ts'
import { transpose } from './layout.ts'
import { reduceSum } from './reduce.ts'
import { cropTo, flip, pad as padOp, slice } from './slice.ts'

/** Geometry of a convolution, the same in both directions. */
export interface ConvOptions {
  readonly stride?: number
  /** Zeros on all four sides. */
  readonly pad?: number
  readonly dilation?: number
}

interface Geometry {
  readonly stride: number
  readonly pad: number
  readonly dilation: number
}

function toAttributes({ stride, pad, dilation }: Geometry): Attributes {
  return { strides: [stride, stride], pads: [pad, pad, pad, pad], dilations: [dilation, dilation] }
}

function geometryOf(attributes: Attributes): Geometry {
  const first = (name: string): number => (attributes[name] as readonly number[])[0]!
  return { stride: first('strides'), pad: first('pads'), dilation: first('dilations') }
}

/** @param axes of the weights that count the input and the output channels */
function checkOperands(
  x: Value,
  w: Value,
  bias: Value | undefined,
  axes: { inputs: number; outputs: number },
): void {
  if (x.shape.length !== 4 || w.shape.length !== 4) throw new Error('maps and weights need four axes each')
  if (x.shape[1] !== w.shape[axes.inputs]) throw new Error('the input channels differ')
  if (bias && !sameShape(bias.shape, [w.shape[axes.outputs]!]))
    throw new Error('the bias needs one number for each output channel')
}

/** x [N, I, H, W] ⋆ w [O, I, kh, kw] + b [O] → [N, O, H', W'] (ONNX Conv: a correlation). */
export const convOperator: Operator = {
  type: 'Conv',
  shape: ([x, w, bias], attributes) => {
    const { stride, pad, dilation } = geometryOf(attributes)
    checkOperands(x!, w!, bias, { inputs: 1, outputs: 0 })
    const side = (axis: number): Dimension =>
      windowed(x!.shape[axis]!, { kernel: w!.shape[axis] as number, stride, pads: 2 * pad, dilation })
    return [x!.shape[0]!, w!.shape[0]!, side(2), side(3)]
  },
  gradient: (g, { inputs: [x, w, b], attributes }) => [
    convAdjoint(g, x!, w!, geometryOf(attributes)),
    weightGradient(g, x!, w!, geometryOf(attributes)),
    ...(b ? [reduceSum(g, [0, 2, 3])] : []),
  ],
}

/**
 * The adjoint of a convolution in its data: g, of the output's shape, carried back to the shape of x.
 *
 * With a stride of 1 this is a plain convolution with the weights turned by 180° and their channels exchanged,
 * which runs in the blocked layout that ConvTranspose does not have; the turned weights fold to a constant when a
 * session is made.
 */
export function convAdjoint(g: Value, x: Value, w: Value, options: ConvOptions): Value {
  const { stride = 1, pad = 0, dilation = 1 } = options
  const outerPad = dilation * ((w.shape[2] as number) - 1) - pad
  if (stride === 1 && w.shape[2] === w.shape[3] && outerPad >= 0)
    return conv(g, transpose(flip(flip(w, 2), 3), [1, 0, 2, 3]), null, { pad: outerPad, dilation })
  // Cells that no window reached get zeros behind, then the padding is cut off in front.
  const full = convTranspose(g, w, { stride, pad: 0, dilation })
  return cutPadding(full, x, stride, pad)
}

function cutPadding(full: Value, x: Value, stride: number, pad: number): Value {
  const withRest = padOp(full, { 2: [0, stride - 1], 3: [0, stride - 1] })
  const front = [2, 3].reduce((value, axis) => slice(value, axis, pad), withRest)
  return cropTo(front, x)
}

/**
 * ∂L/∂w[o, i, u, v] = Σ over n, h, w of x[n, i, h·s + u·d − p, …]·g[n, o, h, w]: a convolution in which batch and
 * channels change places, the output gradient is the kernel, and stride and dilation change places.
 */
function weightGradient(g: Value, x: Value, w: Value, { stride, pad, dilation }: Geometry): Value {
  const options = { stride: dilation, pad, dilation: stride }
  const [images, kernels] = [transpose(x, [1, 0, 2, 3]), transpose(g, [1, 0, 2, 3])]
  // Rows and columns that no window reached make the result larger than w by less than a stride; they are cut off.
  const correlated = g.graph.add(convOperator, [images, kernels], toAttributes(options), [
    w.shape[1]!,
    w.shape[0]!,
    'kh',
    'kw',
  ])
  const cut = [2, 3].reduce((value, axis) => slice(value, axis, 0, w.shape[axis] as number), correlated)
  return transpose(cut, [1, 0, 2, 3])
}

/** Convolution of x [N, I, H, W] with w [O, I, kh, kw] and a bias [O]. */
export function conv(x: Value, w: Value, bias: Value | null, options: ConvOptions = {}): Value {
  const geometry = { stride: options.stride ?? 1, pad: options.pad ?? 0, dilation: options.dilation ?? 1 }
  return x.graph.add(convOperator, bias ? [x, w, bias] : [x, w], toAttributes(geometry))
}

/** x [N, O, H, W] spread through w [O, I, kh, kw] → [N, I, H', W']: the adjoint of {@link conv} in its data. */
export const convTransposeOperator: Operator = {
  type: 'ConvTranspose',
  shape: ([x, w, bias], attributes) => {
    const { stride, pad, dilation } = geometryOf(attributes)
    checkOperands(x!, w!, bias, { inputs: 0, outputs: 1 })
    const side = (axis: number): Dimension => {
      const extent = dilation * ((w!.shape[axis] as number) - 1) + 1
      const length = plus(multiply(stride, x!.shape[axis]!), extent - stride - 2 * pad)
      if (typeof length === 'number' && length < 1) throw new Error('the padding leaves nothing')
      return length
    }
    return [x!.shape[0]!, w!.shape[1]!, side(2), side(3)]
  },
  gradient: (g, { inputs: [x, w, b], attributes }) => {
    const geometry = geometryOf(attributes)
    return [
      conv(g, w!, null, geometry),
      weightGradient(x!, g, w!, geometry),
      ...(b ? [reduceSum(g, [0, 2, 3])] : []),
    ]
  },
}

export function convTranspose(
  x: Value,
  w: Value,
  options: ConvOptions = {},
  bias: Value | null = null,
): Value {
  const geometry = { stride: options.stride ?? 1, pad: options.pad ?? 0, dilation: options.dilation ?? 1 }
  return x.graph.add(convTransposeOperator, bias ? [x, w, bias] : [x, w], toAttributes(geometry))
}
