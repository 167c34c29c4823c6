import { WireType } from '@bufbuild/protobuf/wire'
import type { ByteSource } from './byte-source.ts'
import { describeTensor, readText, readVarints, storedTensor } from './onnx-tensor.ts'
import { preload, tooMuch, walkFields, type Bytes, type ProtoField } from './proto-fields.ts'
import type { StoredTensor } from './tensor-file.ts'

/** One operation of a graph. */
export interface OnnxNode {
  readonly type: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Attributes that are whole numbers, by name: `perm`, `strides`, `group`, … */
  readonly numbers: ReadonlyMap<string, readonly number[]>
  /** The value of a Constant. */
  readonly tensor: StoredTensor | undefined
}

const node = { input: 1, output: 2, type: 4, attribute: 5 } as const
const attribute = { name: 1, i: 3, tensor: 5, ints: 8 } as const
/** Limit per node: no operation of a network has more inputs. */
const maxValues = 2000
/** Limit per attribute: relevant ones have one or two numbers per axis; longer lists are skipped. */
const maxNumbers = 16

interface Draft {
  type: string
  readonly inputs: string[]
  readonly outputs: string[]
  readonly numbers: Map<string, readonly number[]>
  tensor: StoredTensor | undefined
}

/** Reads a NodeProto; the data of a constant stays where it is. */
export async function readNode(file: ByteSource, whole: Bytes, message: ProtoField): Promise<OnnxNode> {
  const bytes = await preload(whole, message)
  const draft: Draft = { type: '', inputs: [], outputs: [], numbers: new Map(), tensor: undefined }
  for await (const field of walkFields(bytes, message.start, message.end)) {
    if (field.number === node.input) draft.inputs.push(await readText(bytes, field))
    else if (field.number === node.output) draft.outputs.push(await readText(bytes, field))
    else if (field.number === node.type) draft.type = await readText(bytes, field)
    else if (field.number === node.attribute) await readAttribute(file, bytes, field, draft)
    if (draft.inputs.length + draft.outputs.length > maxValues)
      throw tooMuch(`a node of more than ${maxValues} values`)
  }
  return draft
}

async function readAttribute(
  file: ByteSource,
  bytes: Bytes,
  message: ProtoField,
  draft: Draft,
): Promise<void> {
  let name = ''
  const numbers: number[] = []
  for await (const field of walkFields(bytes, message.start, message.end)) {
    if (field.number === attribute.name) name = await readText(bytes, field)
    else if (field.number === attribute.i) numbers.push(field.value)
    else if (field.number === attribute.ints && numbers.length <= maxNumbers)
      numbers.push(...(await readInts(bytes, field)))
    else if (field.number === attribute.tensor && field.wireType === WireType.LengthDelimited)
      draft.tensor = storedTensor(file, await describeTensor(bytes, field))
  }
  if (numbers.length > 0 && numbers.length <= maxNumbers) draft.numbers.set(name, numbers)
}

/** One number a field, or all of them packed in one; what Pastiche asks for has one number an axis. */
async function readInts(bytes: Bytes, { wireType, value, start, end }: ProtoField): Promise<number[]> {
  if (wireType === WireType.Varint) return [value]
  return end - start > 160 ? [] : readVarints(await bytes.read(start, end - start))
}
