import { read, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'
import { PasticheError } from '../../shared/errors.ts'
import type { ByteSource } from './byte-source.ts'
import { readSafetensorsHeader, safetensorsHeader, type SafetensorsEntry } from './safetensors.ts'
import { elementCount, quoted } from './tensor-file.ts'
import type { Tensor } from '../tensor/tensor.ts'

// Safetensors files of any size, written and read tensor by tensor: beside the tensors themselves, no memory is taken. The last tensor,
// `crc32`, has a CRC-32 of the header and of each tensor before it, in their order.

const checksums = 'crc32'

/** Bytes that are written or read at once: few enough that their checksum finds them in the processor's cache. */
const pieceBytes = 1 << 20

/**
 * Writes a whole file from where the tensors lie, without copying them. Synchronous, so that nobody changes them meanwhile.
 *
 * @param file descriptor of an empty file
 */
export function writeTensors(
  file: number,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>>,
): void {
  const shapes = Array.from(tensors, ([name, { shape, data }]) => {
    if (data.length !== elementCount(shape))
      throw new PasticheError(
        'internal',
        `${quoted(name)} has ${data.length} elements, not ${shape.join('×')}.`,
      )
    return [name, shape] as const
  })
  const header = safetensorsHeader([...shapes, [checksums, [tensors.size + 1], 'int32']], metadata)
  const sums = [writeBytes(file, header)]
  for (const { data } of tensors.values()) sums.push(writeBytes(file, bytesOf(data)))
  writeBytes(file, bytesOf(Int32Array.from(sums)))
}

/** @returns the CRC-32 of the bytes */
function writeBytes(file: number, bytes: Uint8Array): number {
  let sum = 0
  for (let done = 0; done < bytes.length;) {
    const piece = bytes.subarray(done, done + pieceBytes)
    const written = writeSync(file, piece)
    sum = crc32(piece.subarray(0, written), sum)
    done += written
  }
  return sum
}

/** A file of {@link writeTensors}, opened. Its header is intact; each tensor is checked when it is read. */
export interface TensorStream {
  readonly metadata: ReadonlyMap<string, string>
  readonly shapes: ReadonlyMap<string, readonly number[]>
  /**
   * Fills `target`, which has as many elements as the tensor.
   *
   * @throws PasticheError `weights-damaged` where the tensor is missing or its checksum differs
   */
  readonly read: (name: string, target: Float32Array) => Promise<void>
}

/** @param file stays open as long as the stream is used. @throws PasticheError `weights-damaged`, `weights-unsupported` */
export async function openTensors(file: ByteSource): Promise<TensorStream> {
  const { entries, metadata, dataStart } = await readSafetensorsHeader(file)
  const last = entries.at(-1)
  const tensors = entries.slice(0, -1)
  if (last?.name !== checksums || last.shape.join() !== `${entries.length}` || last.type !== 'int32')
    throw damaged('The checksums are missing')
  const sums = new Uint32Array((await file.read(last.begin, last.end - last.begin)).buffer)
  if (crc32(await file.read(0, dataStart)) !== sums[0])
    throw damaged('The header does not match its checksum')
  const places = new Map(tensors.map((entry, i) => [entry.name, { entry, sum: sums[i + 1]! }]))
  return {
    metadata,
    shapes: new Map(tensors.map(({ name, shape }) => [name, shape])),
    read: async (name, target) => {
      const place = places.get(name)
      if (place?.entry.type !== 'float32') throw damaged(`${quoted(name)} is missing`)
      if ((await readEntry(file, place.entry, bytesOf(target))) !== place.sum)
        throw damaged(`${quoted(name)} does not match its checksum`)
    },
  }
}

const readPiece = promisify(read)

/** @returns the CRC-32 of the bytes */
async function readEntry(
  { descriptor, start }: ByteSource,
  { name, begin, end }: SafetensorsEntry,
  target: Uint8Array,
): Promise<number> {
  if (target.length !== end - begin)
    throw new PasticheError(
      'internal',
      `${quoted(name)} has ${end - begin} bytes, its target ${target.length}.`,
    )
  let sum = 0
  for (let done = 0; done < target.length;) {
    const piece = target.subarray(done, done + pieceBytes)
    const { bytesRead } = await readPiece(descriptor, piece, 0, piece.length, start + begin + done)
    if (bytesRead === 0) throw damaged('The file became shorter while it was read')
    sum = crc32(piece.subarray(0, bytesRead), sum)
    done += bytesRead
  }
  return sum
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

function damaged(message: string): PasticheError {
  return new PasticheError('weights-damaged', `${message}.`)
}
