import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { PasticheError } from '../../shared/errors.ts'
import type { ByteSource } from './byte-source.ts'
import { elementBytes, toFloat32, type ElementType } from './element-type.ts'
import { damaged, tooMuch, walkFields, type Bytes, type ProtoField } from './proto-fields.ts'
import { elementCount, maxNameLength, quoted, type StoredTensor } from './tensor-file.ts'

// TensorProto of onnx/onnx.proto3. Only tags and lengths are read; the data of a tensor is read when it is asked for.

const tensor = {
  dims: 1,
  dataType: 2,
  floatData: 4,
  int32Data: 5,
  name: 8,
  rawData: 9,
  doubleData: 10,
  dataLocation: 14,
} as const

/** TensorProto.DataType. */
const types: Readonly<Record<number, ElementType>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  9: 'boolean',
  10: 'float16',
  11: 'float64',
  16: 'bfloat16',
}
const external = 1
const utf8 = new TextDecoder()

export interface TensorDescription {
  readonly name: string
  readonly shape: readonly number[]
  readonly dataType: number
  /** The fields that hold data, by number. */
  readonly data: ReadonlyMap<number, ProtoField>
}

/** Reads what a TensorProto says of itself; its data stays where it is. */
export async function describeTensor(file: Bytes, message: ProtoField): Promise<TensorDescription> {
  let name = ''
  let dataType = 0
  const shape: number[] = []
  const data = new Map<number, ProtoField>()
  for await (const field of walkFields(file, message.start, message.end)) {
    if (field.number === tensor.dims) shape.push(...(await readDims(file, field)))
    else if (field.number === tensor.dataType) dataType = field.value
    else if (field.number === tensor.name) name = await readText(file, field)
    else if (field.number === tensor.dataLocation && field.value === external)
      throw new PasticheError(
        'weights-unsupported',
        'This model keeps its weights in a second file. Save it as one file: onnx.save(onnx.load("model.onnx"), "one.onnx").',
      )
    else if (field.end > field.start) keepData(data, field)
    if (shape.length > 16) throw tooMuch('a tensor of more than 16 axes')
  }
  return { name, shape, dataType, data }
}

function keepData(data: Map<number, ProtoField>, field: ProtoField): void {
  const kinds: readonly number[] = [tensor.floatData, tensor.int32Data, tensor.rawData, tensor.doubleData]
  if (!kinds.includes(field.number)) return
  if (data.has(field.number)) throw damaged('the data of a tensor in pieces')
  data.set(field.number, field)
}

/** One number a field, or all of them packed in one. */
async function readDims(file: Bytes, field: ProtoField): Promise<number[]> {
  if (field.wireType === WireType.Varint) return [field.value]
  if (field.end - field.start > 160) throw tooMuch('a tensor of more than 16 axes')
  return readVarints(await file.read(field.start, field.end - field.start))
}

export function readVarints(bytes: Uint8Array): number[] {
  const numbers: number[] = []
  try {
    const reader = new BinaryReader(bytes)
    while (reader.pos < reader.len) numbers.push(Number(reader.int64()))
  } catch (error) {
    throw damaged('a number that does not end', error)
  }
  return numbers
}

export async function readText(file: Bytes, { start, end }: ProtoField): Promise<string> {
  if (end - start > maxNameLength) throw tooMuch(`a name of ${end - start} bytes`)
  file.spend((end - start) / 64)
  return utf8.decode(await file.read(start, end - start))
}

export function storedTensor(
  file: ByteSource,
  { name, shape, dataType, data }: TensorDescription,
): StoredTensor {
  const type = types[dataType]
  const count = elementCount(shape)
  const raw = data.get(tensor.rawData)
  if (count === undefined || (raw && type && raw.end - raw.start !== count * elementBytes[type]))
    throw damaged(
      `tensor ${quoted(name)} of shape ${shape.join('×')} with ${raw ? raw.end - raw.start : 0} bytes of data`,
    )
  const read = async (): Promise<Float32Array> => {
    if (type === undefined)
      throw new PasticheError(
        'weights-unsupported',
        `The weights in ${quoted(name)} are not floating-point numbers (ONNX type ${dataType}).`,
      )
    const values = raw ? toFloat32(await readAll(file, raw), type) : await readTyped(file, type, count, data)
    if (values.length !== count)
      throw damaged(`${values.length} values for ${quoted(name)} of shape ${shape.join('×')}`)
    return values
  }
  return { shape, read }
}

/** Data outside raw_data: each type has its own field; half floats are the low bits of varints (onnx.proto3, int32_data). */
async function readTyped(
  file: ByteSource,
  type: ElementType,
  count: number,
  data: ReadonlyMap<number, ProtoField>,
): Promise<Float32Array> {
  const fields: Partial<Record<ElementType, number>> = {
    float32: tensor.floatData,
    float64: tensor.doubleData,
    float16: tensor.int32Data,
    bfloat16: tensor.int32Data,
  }
  const field = data.get(fields[type] ?? -1)
  if (!field) return new Float32Array(0)
  // A varint takes 10 bytes at most: what is longer has more values than the shape says.
  if (field.end - field.start > 10 * count) throw damaged(`too much data for a tensor of ${count} values`)
  const bytes = await readAll(file, field)
  if (fields[type] !== tensor.int32Data) return toFloat32(bytes, type)
  return toFloat32(new Uint8Array(Uint16Array.from(readVarints(bytes)).buffer), type)
}

function readAll(file: ByteSource, { start, end }: ProtoField): Promise<Uint8Array> {
  return file.read(start, end - start)
}
