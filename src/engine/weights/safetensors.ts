import { PasticheError } from '../../shared/errors.ts'
import type { ByteSource } from './byte-source.ts'
import { elementBytes, toFloat32, type ElementType } from './element-type.ts'
import {
  checkedName,
  elementCount,
  maxTensors,
  quoted,
  type StoredTensor,
  type TensorFile,
} from './tensor-file.ts'

// Format: https://huggingface.co/docs/safetensors — length of the header (8 bytes, little-endian), the header (JSON),
// the data. Every byte of the data belongs to exactly one tensor.

/** The specification allows 100 MB; a network of thousands of tensors needs 1 MB, and JSON grows a lot when parsed. */
const maxHeaderBytes = 4_000_000

const types: Readonly<Record<string, ElementType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'boolean',
}

const maxAxes = 16

export interface SafetensorsEntry {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly number[]
  /** Range of its data in the file. */
  readonly begin: number
  readonly end: number
}

export interface SafetensorsHeader {
  readonly entries: readonly SafetensorsEntry[]
  readonly metadata: ReadonlyMap<string, string>
  /** Offset of the data in the file. */
  readonly dataStart: number
}

/** True if the file begins like one: after the length comes `{`. */
export function looksLikeSafetensors(head: Uint8Array): boolean {
  return head[8] === 0x7b
}

/** @throws PasticheError `weights-damaged`, `weights-unsupported` */
export async function openSafetensors(file: ByteSource): Promise<TensorFile> {
  const { entries, metadata } = await readSafetensorsHeader(file)
  const tensors = new Map(
    entries.map(({ name, type, shape, begin, end }): [string, StoredTensor] => [
      name,
      { shape, read: async () => toFloat32(await file.read(begin, end - begin), type) },
    ]),
  )
  return { format: 'safetensors', tensors, metadata, isInOrder: false, close: () => undefined }
}

/** Entries in the order of their data. @throws PasticheError `weights-damaged`, `weights-unsupported` */
export async function readSafetensorsHeader(file: ByteSource): Promise<SafetensorsHeader> {
  const length = Number(new DataView((await file.read(0, 8)).buffer).getBigUint64(0, true))
  if (8 + length > file.sizeBytes)
    throw damaged(`The file ends too early: its header has ${length} bytes, the file ${file.sizeBytes}`)
  if (length > maxHeaderBytes)
    throw new PasticheError(
      'weights-unsupported',
      `The header of the file has ${length} bytes; the limit is ${maxHeaderBytes}.`,
    )
  const dataStart = 8 + length
  const { __metadata__, ...rest } = parseJson(await file.read(8, length))
  const described = Object.entries(rest)
  if (described.length > maxTensors)
    throw new PasticheError(
      'weights-unsupported',
      `The file has more than ${maxTensors} tensors: no network that Pastiche knows.`,
    )
  const entries = described.map(([name, value]) => readEntry(checkedName(name), value, dataStart))
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end)
  assertNoHoles(entries, dataStart, file.sizeBytes)
  return { entries, metadata: readMetadata(__metadata__ ?? {}), dataStart }
}

function parseJson(bytes: Uint8Array): Record<string, unknown> {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    throw damaged('The header is not JSON', error)
  }
  if (!isRecord(json)) throw damaged('The header is not JSON that describes tensors')
  return json
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readMetadata(value: unknown): Map<string, string> {
  const fields = isRecord(value) ? Object.entries(value) : []
  if (!isRecord(value) || !fields.every((field): field is [string, string] => typeof field[1] === 'string'))
    throw damaged('The metadata in the header is not text')
  return new Map(fields)
}

/** Not by a schema: that would describe each of a million faults before the first is told. */
function isOffsets(value: unknown, maxLength: number): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length <= maxLength &&
    value.every((one) => Number.isSafeInteger(one) && (one as number) >= 0)
  )
}

function readEntry(name: string, value: unknown, dataStart: number): SafetensorsEntry {
  const { dtype, shape, data_offsets } = isRecord(value) ? value : {}
  if (typeof dtype !== 'string' || !isOffsets(shape, maxAxes) || !isOffsets(data_offsets, 2))
    throw damaged(`The header lacks dtype, shape or data_offsets of ${quoted(name)}`)
  const type = Object.hasOwn(types, dtype) ? types[dtype] : undefined
  if (type === undefined)
    throw new PasticheError(
      'weights-unsupported',
      `Pastiche cannot read numbers of the type ${quoted(dtype)}.`,
    )
  const count = elementCount(shape)
  const [begin, end] = data_offsets
  if (begin === undefined || end === undefined)
    throw damaged(`The header lacks data_offsets of ${quoted(name)}`)
  if (count === undefined || end - begin !== count * elementBytes[type])
    throw damaged(
      `${quoted(name)} of shape ${shape.join('×')} does not fill its ${end - begin} bytes exactly`,
    )
  return { name, type, shape, begin: dataStart + begin, end: dataStart + end }
}

/** One rule refuses overlaps, holes and offsets beyond the file: each tensor begins where the last one ended. */
function assertNoHoles(entries: readonly SafetensorsEntry[], dataStart: number, sizeBytes: number): void {
  let position = dataStart
  for (const { name, begin, end } of entries) {
    if (begin !== position)
      throw damaged(`The data of ${quoted(name)} begins at byte ${begin} instead of ${position}`)
    position = end
  }
  if (position !== sizeBytes)
    throw damaged(`The header describes ${position} bytes, the file has ${sizeBytes}`)
}

function damaged(message: string, cause?: unknown): PasticheError {
  return new PasticheError('weights-damaged', `${message}.`, { cause })
}

/** A tensor to be written: float32 unless it says otherwise. */
export type NewTensor = readonly [name: string, shape: readonly number[], type?: ElementType]

const dtypes = new Map(Object.entries(types).map(([dtype, type]) => [type, dtype]))

/**
 * Length and header of a file of tensors that lie in the order given, padded with spaces so that the data begins at a multiple of 64
 * bytes: the same tensors and metadata give the same bytes.
 */
export function safetensorsHeader(
  tensors: Iterable<NewTensor>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let position = 0
  for (const [name, shape, type = 'float32'] of tensors) {
    const end = position + elementBytes[type] * shape.reduce((a, b) => a * b, 1)
    header[name] = { dtype: dtypes.get(type), shape, data_offsets: [position, end] }
    position = end
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const bytes = new Uint8Array(Math.ceil((8 + json.length) / 64) * 64).fill(0x20)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(bytes.length - 8), true)
  bytes.set(json, 8)
  return bytes
}
