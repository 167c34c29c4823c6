import { broadcast } from '../graph/dimension.ts'
import type { GradientRule, Operand, Operator, Value } from '../graph/graph.ts'

// Broadcasting operators: the walk in autodiff/gradient.ts sums a gradient back to the shape of its input.

const broadcasting = (inputs: readonly Value[]): Value['shape'] =>
  inputs.map(({ shape }) => shape).reduce((a, b) => broadcast(a, b))

export const addOperator: Operator = {
  type: 'Add',
  shape: broadcasting,
  elementwise: true,
  gradient: (g) => [g, g],
}

export const subOperator: Operator = {
  type: 'Sub',
  shape: broadcasting,
  elementwise: true,
  gradient: (g) => [g, neg(g)],
}

export const mulOperator: Operator = {
  type: 'Mul',
  shape: broadcasting,
  elementwise: true,
  // A square is a product with itself: 2·g first, so that a scalar g costs one pass over the tensor.
  gradient: (g, { inputs: [a, b] }) => (a === b ? [mul(mul(g, 2), a!), null] : [mul(g, b!), mul(g, a!)]),
}

/** y = a/b: ∂y/∂a = 1/b, ∂y/∂b = −y/b. */
export const divOperator: Operator = {
  type: 'Div',
  shape: broadcasting,
  elementwise: true,
  gradient: (g, { inputs: [, b], output: y }) => [div(g, b!), neg(mul(g, div(y, b!)))],
}

/** y = aᵇ: ∂y/∂a = b·aᵇ⁻¹, ∂y/∂b = y·ln a. */
export const powOperator: Operator = {
  type: 'Pow',
  shape: broadcasting,
  elementwise: true,
  gradient: (g, { inputs: [a, b], output: y }) => [
    mul(g, mul(b!, pow(a!, sub(b!, 1)))),
    mul(g, mul(y, log(a!))),
  ],
}

const unary = (type: string, gradient: GradientRule | null): Operator => ({
  type,
  shape: ([x]) => x!.shape,
  elementwise: true,
  gradient,
})

export const negOperator = unary('Neg', (g) => [neg(g)])
/** y = √x: ∂y/∂x = 1/(2y). */
export const sqrtOperator = unary('Sqrt', (g, { output: y }) => [div(g, mul(y, 2))])
export const expOperator = unary('Exp', (g, { output: y }) => [mul(g, y)])
export const logOperator = unary('Log', (g, { inputs: [x] }) => [div(g, x!)])
/** 0 at 0, the subgradient that keeps flat regions still. */
export const absOperator = unary('Abs', (g, { inputs: [x] }) => [mul(g, sign(x!))])
export const signOperator = unary('Sign', null)
/** y = tanh x: ∂y/∂x = 1 − y². */
export const tanhOperator = unary('Tanh', (g, { output: y }) => [mul(g, sub(g.graph.constant(1), square(y)))])
/** y = σ(x): ∂y/∂x = y·(1 − y). */
export const sigmoidOperator = unary('Sigmoid', (g, { output: y }) => [
  mul(g, mul(y, sub(g.graph.constant(1), y))),
])

export function add(a: Value, b: Operand): Value {
  return a.graph.add(addOperator, [a, b])
}

export function sub(a: Value, b: Operand): Value {
  return a.graph.add(subOperator, [a, b])
}

export function mul(a: Value, b: Operand): Value {
  return a.graph.add(mulOperator, [a, b])
}

export function div(a: Value, b: Operand): Value {
  return a.graph.add(divOperator, [a, b])
}

/** Real powers; the exponent's gradient needs a positive base. */
export function pow(a: Value, b: Operand): Value {
  return a.graph.add(powOperator, [a, b])
}

export function neg(x: Value): Value {
  return x.graph.add(negOperator, [x])
}

/** x², as a product: cheaper than Pow on every provider, and exact for negative x. */
export function square(x: Value): Value {
  return mul(x, x)
}

export function sqrt(x: Value): Value {
  return x.graph.add(sqrtOperator, [x])
}

export function exp(x: Value): Value {
  return x.graph.add(expOperator, [x])
}

/** Natural logarithm. */
export function log(x: Value): Value {
  return x.graph.add(logOperator, [x])
}

export function abs(x: Value): Value {
  return x.graph.add(absOperator, [x])
}

export function sign(x: Value): Value {
  return x.graph.add(signOperator, [x])
}

export function tanh(x: Value): Value {
  return x.graph.add(tanhOperator, [x])
}

export function sigmoid(x: Value): Value {
  return x.graph.add(sigmoidOperator, [x])
}
