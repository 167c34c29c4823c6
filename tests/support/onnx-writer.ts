import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { Tensor } from '../../src/engine/tensor/tensor.ts'

// Messages of onnx/onnx.proto3, for models as exporters write them.

const bytes = (writer: BinaryWriter, field: number, value: Uint8Array): BinaryWriter =>
  writer.tag(field, WireType.LengthDelimited).bytes(value)
const text = (writer: BinaryWriter, field: number, value: string): BinaryWriter =>
  writer.tag(field, WireType.LengthDelimited).string(value)

export interface OnnxOperation {
  readonly type: string
  readonly inputs: readonly string[]
  readonly output: string
  readonly ints?: Readonly<Record<string, readonly number[]>>
  /** Value of a Constant. */
  readonly value?: Tensor
}

export interface OnnxModel {
  readonly inputs: readonly string[]
  readonly initializers: Iterable<readonly [name: string, tensor: Tensor]>
  readonly operations: readonly OnnxOperation[]
}

export function onnxModel({ inputs, initializers, operations }: OnnxModel): Uint8Array {
  const graph = new BinaryWriter()
  for (const operation of operations) bytes(graph, 1, nodeMessage(operation))
  for (const [name, tensor] of initializers) bytes(graph, 5, tensorMessage(name, tensor))
  for (const name of inputs) bytes(graph, 11, text(new BinaryWriter(), 1, name).finish())
  return bytes(new BinaryWriter().tag(1, WireType.Varint).int64(8), 7, graph.finish()).finish()
}

function nodeMessage({ type, inputs, output, ints = {}, value }: OnnxOperation): Uint8Array {
  const node = new BinaryWriter()
  for (const name of inputs) text(node, 1, name)
  text(text(node, 2, output), 4, type)
  for (const [name, numbers] of Object.entries(ints)) {
    const attribute = text(new BinaryWriter(), 1, name)
    for (const number of numbers) attribute.tag(8, WireType.Varint).int64(number)
    bytes(node, 5, attribute.tag(20, WireType.Varint).int32(7).finish())
  }
  if (value) {
    const attribute = bytes(text(new BinaryWriter(), 1, 'value'), 5, tensorMessage('', value))
    bytes(node, 5, attribute.tag(20, WireType.Varint).int32(4).finish())
  }
  return node.finish()
}

function tensorMessage(name: string, { shape, data }: Tensor): Uint8Array {
  const message = new BinaryWriter()
  for (const side of shape) message.tag(1, WireType.Varint).int64(side)
  text(message.tag(2, WireType.Varint).int32(1), 8, name)
  return bytes(message, 9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).finish()
}
