import type { Shape } from './dimension.ts'
import type { Graph } from './graph.ts'

export type ElementType = 'float32' | 'int64' | 'bool'

export type Attribute = number | string | readonly number[] | { readonly float: number }
export type Attributes = Readonly<Record<string, Attribute>>

/** What a gradient rule returns for each input of its node: a gradient, or null where none flows. */
export type GradientRule = (outputGradient: Value, node: Node) => readonly (Value | null)[]

/** One ONNX operator: how its output is shaped and how a gradient passes through it. */
export interface Operator {
  /** The operator's name in the ONNX specification. */
  readonly type: string
  /** Shape of the output; throws on inputs that do not fit. */
  readonly shape: (inputs: readonly Value[], attributes: Attributes) => Shape
  /** Of the output; that of the first input where it is not given. */
  readonly elementType?: ElementType
  /** Null: the output is piecewise constant in the inputs, so nothing flows back. Left out: differentiating throws. */
  readonly gradient?: GradientRule | null
  /** The rule accepts an output gradient that only broadcasts to the output's shape (a scalar, say). */
  readonly elementwise?: boolean
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

/** What an operator's function takes where a tensor is wanted: numbers become constants of the graph. */
export type Operand = Value | number
