import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { PasticheError } from '../../shared/errors.ts'
import type { ByteSource } from './byte-source.ts'

/** One field of a protocol buffers message in a file. */
export interface ProtoField {
  readonly number: number
  readonly wireType: WireType
  /** Value of a varint; 0 for all other types. */
  readonly value: number
  /** The range of its content in the file; empty for varints. */
  readonly start: number
  readonly end: number
}

/** Part of a file that is read here. */
export interface Bytes extends Pick<ByteSource, 'read'> {
  /** To be called with the work that is about to be done; throws where a file has asked for too much. */
  spend(work: number): void
}

/**
 * The work that a file may cause: 1 a field, 10 a piece that is read, 1 for each 64 letters of a name. A network of thousands of
 * operations takes a tenth of it.
 */
const maxWork = 1_000_000
const workOfRead = 10

/** A file whose messages are going to be walked. */
export function protoBytes(file: ByteSource): Bytes {
  let left = maxWork
  const spend = (work: number): void => {
    left -= work
    if (left < 0) throw tooMuch('more fields than any network')
  }
  return {
    spend,
    read(position, length) {
      spend(workOfRead)
      return file.read(position, length)
    },
  }
}

/** Tag and length take 15 bytes at most; a window saves reading the file for each of a run of small fields. */
const windowBytes = 4096

/**
 * The fields of the message that fills `[start, end)` of the file, without their content
 * (https://protobuf.dev/programming-guides/encoding).
 *
 * @throws PasticheError `weights-damaged` where a field leaves the message
 */
export async function* walkFields(file: Bytes, start: number, end: number): AsyncGenerator<ProtoField> {
  let window = new Uint8Array(0)
  let windowStart = start
  let position = start
  while (position < end) {
    file.spend(1)
    const left = windowStart + window.length - position
    if (left < Math.min(20, end - position)) {
      windowStart = position
      window = await file.read(position, Math.min(windowBytes, end - position))
    }
    const field = readField(window.subarray(position - windowStart), position)
    if (field.end > end) throw damaged(`a field that ends at byte ${field.end}, beyond byte ${end}`)
    position = field.end
    yield field
  }
}

function readField(bytes: Uint8Array, position: number): ProtoField {
  try {
    const reader = new BinaryReader(bytes)
    const [number, wireType] = reader.tag()
    const value = wireType === WireType.Varint ? Number(reader.int64()) : 0
    const length = contentLength(reader, wireType)
    const start = position + reader.pos
    return { number, wireType, value, start, end: start + length }
  } catch (error) {
    throw damaged('what is no field', error)
  }
}

function contentLength(reader: BinaryReader, wireType: WireType): number {
  if (wireType === WireType.LengthDelimited) return reader.uint32()
  if (wireType === WireType.Bit32) return 4
  if (wireType === WireType.Bit64) return 8
  if (wireType === WireType.Varint) return 0
  throw new Error('groups are not used by ONNX')
}

/**
 * A small message is read at once, so that each of its fields need not be; positions stay those of the file.
 */
export async function preload(file: Bytes, { start, end }: ProtoField): Promise<Bytes> {
  if (end - start > 65_536) return file
  const bytes = await file.read(start, end - start)
  return {
    spend: (work) => file.spend(work),
    read: (position, length) => Promise.resolve(bytes.slice(position - start, position - start + length)),
  }
}

export function damaged(what: string, cause?: unknown): PasticheError {
  return new PasticheError('weights-damaged', `The ONNX model is damaged: it has ${what}.`, { cause })
}

export function tooMuch(what: string): PasticheError {
  return new PasticheError(
    'weights-unsupported',
    `This ONNX model is not a network that Pastiche can read: it has ${what}.`,
  )
}
