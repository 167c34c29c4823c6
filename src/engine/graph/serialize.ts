import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { Shape } from './dimension.ts'
import type { Constant, Graph } from './graph.ts'
import type { Attribute, ElementType, Node, Value } from './graph.ts'

/** Opset and IR versions that ONNX Runtime 1.17 and every later one reads. */
const opsetVersion = 18
const irVersion = 9

/** File name under which the runtime receives the bytes of all weights of a model. */
export const externalWeightsName = 'weights'

// Field numbers and enum values of onnx.proto (ONNX IR specification, https://onnx.ai/onnx/repo-docs/IR.html).
const elementTypes: Record<ElementType, number> = { float32: 1, int64: 7, bool: 9 }
const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const

/**
 * The graph as an ONNX model. What no output needs is left out. The same graph gives the same bytes.
 *
 * @param weightsFile name under which external tensors refer to the weights' file
 * @throws where nothing is put out, or two values would bear one name
 */
export function serialize(graph: Graph, weightsFile = externalWeightsName): Uint8Array<ArrayBuffer> {
  if (graph.outputs.size === 0) throw new Error('The graph has no outputs.')
  const { nodes, values } = needed(graph)
  const constants = [...graph.constants.values()].filter(({ value }) => values.has(value))
  const outputs = [...graph.outputs]
  const nameOf = namesOf(graph, values)
  // An output that is an input, a constant, or a second name of another output is passed through.
  const passed = outputs.filter(([name, value]) => nameOf(value) !== name)
  const written = [
    ...graph.inputs,
    ...constants.map(({ value }) => value),
    ...nodes.map(({ output }) => output),
  ]
  assertDistinct([...written.map(nameOf), ...passed.map(([name]) => name)])
  const writer = new BinaryWriter()
  writer.tag(1, WireType.Varint).int64(irVersion)
  writer.tag(2, WireType.LengthDelimited).string('pastiche')
  message(writer, 7, (g) => {
    for (const node of nodes) message(g, 1, (w) => writeNode(w, node, nameOf))
    for (const [name, value] of passed) message(g, 1, (w) => writeIdentity(w, nameOf(value), name))
    g.tag(2, WireType.LengthDelimited).string('pastiche')
    for (const constant of constants) message(g, 5, (w) => writeTensor(w, constant, weightsFile))
    for (const input of graph.inputs) message(g, 11, (w) => writeValueInfo(w, input.name, input))
    for (const [name, value] of outputs) message(g, 12, (w) => writeValueInfo(w, name, value))
  })
  message(writer, 8, (w) => w.tag(2, WireType.Varint).int64(opsetVersion))
  return Uint8Array.from(writer.finish())
}

/** Everything that the outputs depend on. */
function needed(graph: Graph): { nodes: Node[]; values: Set<Value> } {
  const values = new Set<Value>(graph.outputs.values())
  const nodes: Node[] = []
  for (const node of graph.nodes.toReversed()) {
    if (!values.has(node.output)) continue
    nodes.push(node)
    for (const input of node.inputs) values.add(input)
  }
  return { nodes: nodes.reverse(), values }
}

type NameOf = (value: Value) => string

/** A value that is an output bears the output's name. */
function namesOf(graph: Graph, values: ReadonlySet<Value>): NameOf {
  const names = new Map<Value, string>()
  for (const [name, value] of graph.outputs)
    if (value.node && values.has(value) && !names.has(value)) names.set(value, name)
  return (value) => names.get(value) ?? value.name
}

/** In a model every name stands for one value. */
function assertDistinct(names: readonly string[]): void {
  const taken = new Set<string>()
  for (const name of names) {
    if (taken.has(name)) throw new Error(`Two values of the graph are named ${name}.`)
    taken.add(name)
  }
}

function message(writer: BinaryWriter, field: number, write: (writer: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork()
  write(writer)
  writer.join()
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value)
}

function writeNode(writer: BinaryWriter, node: Node, nameOf: NameOf): void {
  for (const input of node.inputs) text(writer, 1, nameOf(input))
  text(writer, 2, nameOf(node.output))
  text(writer, 3, node.name)
  text(writer, 4, node.operator.type)
  for (const name of Object.keys(node.attributes).sort())
    message(writer, 5, (w) => writeAttribute(w, name, node.attributes[name]!))
}

function writeIdentity(writer: BinaryWriter, from: string, to: string): void {
  text(writer, 1, from)
  text(writer, 2, to)
  text(writer, 4, 'Identity')
}

function writeAttribute(writer: BinaryWriter, name: string, attribute: Attribute): void {
  text(writer, 1, name)
  let type: number = attributeTypes.int
  if (typeof attribute === 'number') writer.tag(3, WireType.Varint).int64(attribute)
  else if (typeof attribute === 'string') {
    text(writer, 4, attribute)
    type = attributeTypes.string
  } else if ('float' in attribute) {
    writer.tag(2, WireType.Bit32).float(attribute.float)
    type = attributeTypes.float
  } else {
    for (const integer of attribute) writer.tag(8, WireType.Varint).int64(integer)
    type = attributeTypes.ints
  }
  writer.tag(20, WireType.Varint).int32(type)
}

function writeTensor(writer: BinaryWriter, { value, data, external }: Constant, weightsFile: string): void {
  for (const side of value.shape) writer.tag(1, WireType.Varint).int64(side)
  writer.tag(2, WireType.Varint).int32(elementTypes[value.elementType])
  text(writer, 8, value.name)
  if (!external) {
    writer
      .tag(9, WireType.LengthDelimited)
      .bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    return
  }
  const location = { location: weightsFile, offset: String(data.byteOffset), length: String(data.byteLength) }
  for (const [key, entry] of Object.entries(location))
    message(writer, 13, (w) => {
      text(w, 1, key)
      text(w, 2, entry)
    })
  writer.tag(14, WireType.Varint).int32(1)
}

function writeValueInfo(writer: BinaryWriter, name: string, value: Value): void {
  text(writer, 1, name)
  message(writer, 2, (type) => {
    message(type, 1, (tensor) => {
      tensor.tag(1, WireType.Varint).int32(elementTypes[value.elementType])
      message(tensor, 2, (shape) => writeShape(shape, value.shape))
    })
  })
}

function writeShape(writer: BinaryWriter, shape: Shape): void {
  for (const side of shape)
    message(writer, 1, (dimension) => {
      if (typeof side === 'number') dimension.tag(1, WireType.Varint).int64(side)
      else text(dimension, 2, side)
    })
}
