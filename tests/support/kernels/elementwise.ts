import { at, fill, type Tensor64 } from '../tensor64.ts'
import { floatOf, type Kernel } from './kernel.ts'

// Operators that work cell by cell (onnx.ai/onnx/operators), numpy's broadcasting where they take two tensors.

const binary =
  (compute: (a: number, b: number) => number): Kernel =>
  ([a, b]) =>
    fill(broadcastShape(a!.shape, b!.shape), (index) => compute(at(a!, index), at(b!, index)))

function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  const side = (shape: readonly number[], axis: number): number => shape[axis - rank + shape.length] ?? 1
  return Array.from({ length: rank }, (_, axis) => {
    const [left, right] = [side(a, axis), side(b, axis)]
    if (left !== right && left !== 1 && right !== 1)
      throw new Error(`[${a.join(', ')}] and [${b.join(', ')}] do not broadcast`)
    return left === 1 ? right : left
  })
}

const unary =
  (compute: (x: number) => number): Kernel =>
  ([x]) => ({ shape: x!.shape, data: x!.data.map(compute) })

/** max(0, min(1, α·x + β)) */
const hardSigmoid: Kernel = ([x], attributes) => {
  const alpha = floatOf(attributes, 'alpha', 0.2)
  const beta = floatOf(attributes, 'beta', 0.5)
  return { shape: x!.shape, data: x!.data.map((value) => Math.max(0, Math.min(1, alpha * value + beta))) }
}

const clip: Kernel = ([x, low, high]) => ({
  shape: x!.shape,
  data: x!.data.map((value) => Math.min(high!.data[0]!, Math.max(low!.data[0]!, value))),
})

/** Scales and shifts each channel of each image to mean 0 and variance 1, then by scale and bias. */
const instanceNormalization: Kernel = ([x, scale, bias], attributes) => {
  const epsilon = floatOf(attributes, 'epsilon', 1e-5)
  const [batch, channels] = [x!.shape[0]!, x!.shape[1]!]
  const data = new Float64Array(x!.data.length)
  const positions = data.length / (batch * channels)
  for (let plane = 0; plane < batch * channels; plane++) {
    const values = x!.data.subarray(plane * positions, (plane + 1) * positions)
    const mean = values.reduce((sum, value) => sum + value, 0) / positions
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / positions
    const factor = scale!.data[plane % channels]! / Math.sqrt(variance + epsilon)
    values.forEach((value, i) => {
      data[plane * positions + i] = (value - mean) * factor + bias!.data[plane % channels]!
    })
  }
  return { shape: x!.shape, data }
}

const identity = (x: Tensor64): Tensor64 => x

export const elementwiseKernels: Readonly<Record<string, Kernel>> = {
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b) => a / b),
  Pow: binary((a, b) => a ** b),
  Neg: unary((x) => -x),
  Sqrt: unary(Math.sqrt),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Abs: unary(Math.abs),
  Sign: unary(Math.sign),
  Tanh: unary(Math.tanh),
  Sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  Relu: unary((x) => Math.max(0, x)),
  HardSigmoid: hardSigmoid,
  Clip: clip,
  InstanceNormalization: instanceNormalization,
  Cast: ([x]) => identity(x!),
  Identity: ([x]) => identity(x!),
}
