import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

// Enough of onnx.proto to look at what the engine writes, read with the field numbers of the specification.

export interface ReadNode {
  readonly name: string
  readonly type: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

export interface ReadTensor {
  readonly name: string
  readonly sides: readonly number[]
  /** 1: float, 7: int64. */
  readonly elementType: number
  readonly rawBytes: number
  readonly external: Readonly<Record<string, string>>
}

export interface ReadModel {
  readonly nodes: readonly ReadNode[]
  readonly tensors: readonly ReadTensor[]
  /** Sides of each input and output, by name. */
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>
  readonly outputs: Readonly<Record<string, readonly (number | string)[]>>
}

type Fields = ReadonlyMap<number, readonly (Uint8Array | number)[]>

/** The fields of a message: lengths of bytes as they are, numbers as numbers. */
function fieldsOf(bytes: Uint8Array): Fields {
  const reader = new BinaryReader(bytes)
  const fields = new Map<number, (Uint8Array | number)[]>()
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag()
    const value =
      wireType === WireType.LengthDelimited
        ? reader.bytes()
        : wireType === WireType.Varint
          ? Number(reader.int64())
          : reader.float()
    fields.set(field, [...(fields.get(field) ?? []), value])
  }
  return fields
}

const messages = (fields: Fields, field: number): readonly Fields[] =>
  (fields.get(field) ?? []).map((bytes) => fieldsOf(bytes as Uint8Array))

const texts = (fields: Fields, field: number): readonly string[] =>
  (fields.get(field) ?? []).map((bytes) => new TextDecoder().decode(bytes as Uint8Array))

const numbers = (fields: Fields, field: number): readonly number[] =>
  (fields.get(field) ?? []) as readonly number[]

export function readModel(bytes: Uint8Array): ReadModel {
  const graph = messages(fieldsOf(bytes), 7)[0]!
  return {
    nodes: messages(graph, 1).map((node) => ({
      inputs: texts(node, 1),
      outputs: texts(node, 2),
      name: texts(node, 3)[0] ?? '',
      type: texts(node, 4)[0]!,
    })),
    tensors: messages(graph, 5).map(readTensor),
    inputs: Object.fromEntries(messages(graph, 11).map(readValue)),
    outputs: Object.fromEntries(messages(graph, 12).map(readValue)),
  }
}

function readTensor(tensor: Fields): ReadTensor {
  return {
    name: texts(tensor, 8)[0]!,
    sides: numbers(tensor, 1),
    elementType: numbers(tensor, 2)[0]!,
    rawBytes: (tensor.get(9)?.[0] as Uint8Array | undefined)?.length ?? 0,
    external: Object.fromEntries(
      messages(tensor, 13).map((entry) => [texts(entry, 1)[0]!, texts(entry, 2)[0]!]),
    ),
  }
}

function readValue(value: Fields): readonly [string, readonly (number | string)[]] {
  const tensor = messages(messages(value, 2)[0]!, 1)[0]!
  const sides = messages(messages(tensor, 2)[0]!, 1)
  return [texts(value, 1)[0]!, sides.map((side) => texts(side, 2)[0] ?? numbers(side, 1)[0]!)]
}
