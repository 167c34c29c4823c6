import { createHash } from 'node:crypto'
import { PasticheError } from '../../shared/errors.ts'
import { compactLayers } from '../models/perceptual/compact.ts'
import { weightShapes } from '../models/seeded.ts'
import { openBytes, type ByteSource } from './byte-source.ts'
import { toFloat32 } from './element-type.ts'
import { packTensors } from '../tensor/pack.ts'
import { readSafetensorsHeader, safetensorsHeader } from './safetensors.ts'
import { preprocessings, type NetworkWeights } from '../models/network-weights.ts'

// The file of the network that ships with Pastiche: float16 safetensors, tensors in the order of the network's table, and
// in the metadata the checksum of the numbers, which is compared each time that they are read.

const maxFileBytes = 4_000_000
const maxOriginLength = 200

export interface CompactWeights extends NetworkWeights {
  /** SHA-256 of the float16 numbers, in hex. */
  readonly dataSha256: string
}

/**
 * Reads compact and checks all of it.
 *
 * @throws PasticheError `file-not-found`, `weights-damaged`
 */
export async function readCompact(path: string): Promise<CompactWeights> {
  const file = await openBytes(path)
  try {
    return await readWhole(file, path)
  } finally {
    await file.close()
  }
}

async function readWhole(file: ByteSource, path: string): Promise<CompactWeights> {
  if (file.sizeBytes > maxFileBytes) throw damaged(path)
  const { entries, metadata, dataStart } = await readSafetensorsHeader(file)
  const data = await file.read(dataStart, file.sizeBytes - dataStart)
  const dataSha256 = sha256(data)
  if (metadata.get('network') !== 'compact' || metadata.get('data_sha256') !== dataSha256) throw damaged(path)
  const packed = packTensors(weightShapes(compactLayers))
  for (const { name, type, shape, begin, end } of entries) {
    const tensor = packed.tensors.get(name)
    if (tensor?.shape.join() !== shape.join() || type !== 'float16') throw damaged(path)
    tensor.data.set(toFloat32(data.subarray(begin - dataStart, end - dataStart), type))
  }
  if (entries.length !== packed.tensors.size) throw damaged(path)
  const origin = metadata.get('origin') ?? 'compact'
  if (origin.length > maxOriginLength) throw damaged(path)
  return { ...packed, preprocessing: preprocessings.torchvision, origin, dataSha256 }
}

/** The bytes of the file; the numbers are rounded to the nearest float16. */
export function encodeCompact({ tensors, origin }: NetworkWeights): Uint8Array<ArrayBuffer> {
  const shapes = weightShapes(compactLayers)
  const halves = Uint16Array.from(
    shapes.flatMap(([name]) => Array.from(tensors.get(name)!.data)),
    toHalf,
  )
  const data = new Uint8Array(halves.buffer)
  const header = safetensorsHeader(
    shapes.map(([name, shape]) => [name, shape, 'float16']),
    { format: 'pastiche', schema: '1', network: 'compact', origin, data_sha256: sha256(data) },
  )
  const bytes = new Uint8Array(header.length + data.length)
  bytes.set(header)
  bytes.set(data, header.length)
  return bytes
}

/** IEEE 754 binary16, rounded to the nearest, ties to even; `toFloat32` reads it back. */
function toHalf(value: number): number {
  const sign = value < 0 ? 0x8000 : 0
  const size = Math.abs(value)
  if (!(size < 65_520)) throw new Error(`${value} does not fit in float16.`)
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size))
  const steps = roundToEven(size / 2 ** (exponent - 10))
  // A fraction that rounds up to 2048 steps carries into the exponent by itself.
  return sign | (steps < 1024 ? steps : steps - 1024 + ((exponent + 15) << 10))
}

function roundToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function damaged(path: string): PasticheError {
  return new PasticheError('weights-damaged', `The built-in network is damaged: ${path}.`, {
    hint: 'Reinstall Pastiche.',
  })
}
