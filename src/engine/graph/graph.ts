import type { Tensor } from '../tensor/tensor.ts'
import type { Shape } from './dimension.ts'

export type ElementType = 'float32' | 'int64' | 'bool'

export type Attribute = number | string | readonly number[] | { readonly float: number }
export type Attributes = Readonly<Record<string, Attribute>>

/** Result of a gradient rule for each input of its node: a gradient, or null where none flows. */
export type GradientRule = (outputGradient: Value, node: Node) => readonly (Value | null)[]

/** One ONNX operator: how its output is shaped and how a gradient passes through it. */
export interface Operator {
  /** The operator's name in the ONNX specification. */
  readonly type: string
  /** Shape of the output; throws on inputs that do not fit. */
  readonly shape: (inputs: readonly Value[], attributes: Attributes) => Shape
  /** Shape of the output; by default that of the first input. */
  readonly elementType?: ElementType
  /** `null`: the output is piecewise constant in the inputs, so nothing flows back. Left out: differentiating throws. */
  readonly gradient?: GradientRule | null
  /** The rule accepts an output gradient that only broadcasts to the output's shape (a scalar, say). */
  readonly elementwise?: boolean
  /** The same, for operators whose output has another shape than their input. */
  readonly acceptsBroadcast?: boolean
}

export interface Node {
  readonly operator: Operator
  readonly name: string
  readonly inputs: readonly Value[]
  readonly attributes: Attributes
  readonly output: Value
}

/** A tensor in a graph: an input, a constant, or the output of a node. */
export interface Value {
  readonly graph: Graph
  readonly name: string
  readonly shape: Shape
  readonly elementType: ElementType
  /** The node that makes it; null for inputs and constants. */
  readonly node: Node | null
}

/** Operand of an operator: a value, or a number that becomes a constant of the graph. */
export type Operand = Value | number

/** Data of a constant: small ones are written into the graph, weights refer to the network's one external file. */
export interface Constant {
  readonly value: Value
  readonly data: Float32Array | BigInt64Array
  readonly external: boolean
}

/**
 * An ONNX graph being written. Constants are cached, names come from scopes and counters: building the same network
 * twice gives the same bytes. Nodes are kept in the order of their making, which is a topological order.
 */
export class Graph {
  readonly nodes: Node[] = []
  readonly inputs: Value[] = []
  readonly outputs = new Map<string, Value>()
  readonly constants = new Map<string, Constant>()
  readonly #names = new Map<string, number>()
  #scope: readonly string[] = []

  input(name: string, shape: Shape, elementType: ElementType = 'float32'): Value {
    if (this.inputs.some((input) => input.name === name)) throw new Error(`Two inputs are named ${name}.`)
    const value: Value = { graph: this, name, shape, elementType, node: null }
    this.inputs.push(value)
    return value
  }

  /** A trained tensor. Its data must be a view into the weights' bytes; see {@link NetworkWeights}. */
  weight(name: string, tensor: Tensor): Value {
    const existing = this.constants.get(name)
    if (existing && existing.data !== tensor.data) throw new Error(`Two weights are named ${name}.`)
    return existing?.value ?? this.#addConstant(name, tensor.shape, tensor.data, true)
  }

  /** A scalar (without a shape) or a small tensor; equal ones are one value. */
  constant(data: number | readonly number[], shape?: readonly number[]): Value {
    const values = typeof data === 'number' ? [data] : data
    return this.#cached(
      'const',
      Float32Array.from(values),
      shape ?? (typeof data === 'number' ? [] : [values.length]),
    )
  }

  /** An int64 vector: axes, sizes, pads. */
  integers(values: readonly number[]): Value {
    return this.#cached('ints', BigInt64Array.from(values, BigInt), [values.length])
  }

  operand(operand: Operand): Value {
    return typeof operand === 'number' ? this.constant(operand) : operand
  }

  /**
   * Appends a node and returns its output.
   *
   * @param shape the output's shape, where only the caller knows it (sizes that are computed in the graph)
   */
  add(operator: Operator, operands: readonly Operand[], attributes: Attributes = {}, shape?: Shape): Value {
    const inputs = operands.map((operand) => this.operand(operand))
    const foreign = inputs.find((input) => input.graph !== this)
    if (foreign) throw new Error(`${foreign.name} belongs to another graph.`)
    const name = this.#uniqueName(operator.type)
    const output: { -readonly [K in keyof Value]: Value[K] } = {
      graph: this,
      name,
      shape: shape ?? this.#inferShape(operator, inputs, attributes),
      elementType: operator.elementType ?? inputs[0]?.elementType ?? 'float32',
      node: null,
    }
    const node: Node = { operator, name, inputs, attributes, output }
    output.node = node
    this.nodes.push(node)
    return output
  }

  output(values: Readonly<Record<string, Value>>): void {
    for (const [name, value] of Object.entries(values)) {
      if (this.outputs.has(name)) throw new Error(`Two outputs are named ${name}.`)
      this.outputs.set(name, value)
    }
  }

  /** Names of nodes made inside `build` start with `name/`. */
  scope<T>(name: string, build: () => T): T {
    const outer = this.#scope
    this.#scope = [...outer, name]
    try {
      return build()
    } finally {
      this.#scope = outer
    }
  }

  /** The numbers of an int64 constant; throws where the value is computed in the graph. */
  integersOf(value: Value): readonly number[] {
    const constant = this.constants.get(value.name)
    if (!(constant?.data instanceof BigInt64Array)) throw new Error(`${value.name} is not an int64 constant.`)
    return Array.from(constant.data, Number)
  }

  #inferShape(operator: Operator, inputs: readonly Value[], attributes: Attributes): Shape {
    try {
      return operator.shape(inputs, attributes)
    } catch (cause) {
      const shapes = inputs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ')
      throw new Error(`${operator.type}(${shapes}): ${(cause as Error).message}`, { cause })
    }
  }

  #uniqueName(type: string): string {
    const base = [...this.#scope, type].join('/')
    const count = this.#names.get(base) ?? 0
    this.#names.set(base, count + 1)
    return count === 0 ? base : `${base}_${count}`
  }

  #cached(prefix: string, data: Float32Array | BigInt64Array, shape: readonly number[]): Value {
    const name = `${prefix}[${shape.join('x')}]:${data.join(',')}`
    return this.constants.get(name)?.value ?? this.#addConstant(name, shape, data, false)
  }

  #addConstant(
    name: string,
    shape: readonly number[],
    data: Float32Array | BigInt64Array,
    external: boolean,
  ): Value {
    const size = shape.reduce((product, side) => product * side, 1)
    if (size !== data.length)
      throw new Error(`${name} of shape [${shape.join(', ')}] takes ${size} numbers, not ${data.length}.`)
    const elementType = data instanceof Float32Array ? 'float32' : 'int64'
    const value: Value = { graph: this, name, shape, elementType, node: null }
    this.constants.set(name, { value, data, external })
    return value
  }
}
