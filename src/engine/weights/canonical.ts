import { createHash } from 'node:crypto'
import writeFileAtomic from 'write-file-atomic'
import { canonicalMetadata, factsOfMetadata } from '../../shared/contract/models.ts'
import type { PublishedNetworkId, WeightFamily, WeightsFacts } from '../../shared/contract/models.ts'
import { PasticheError, type ErrorCode } from '../../shared/errors.ts'
import { cutLayers, type Layer } from '../models/layers.ts'
import { weightShapes } from '../models/seeded.ts'
import { openBytes, type ByteSource } from './byte-source.ts'
import { publishedNetworks, type NetworkTables } from './recognise.ts'
import {
  looksLikeSafetensors,
  readSafetensorsHeader,
  safetensorsHeader,
  type SafetensorsHeader,
} from './safetensors.ts'
import { preprocessings, type NetworkWeights } from '../models/network-weights.ts'
import type { Tensor } from '../tensor/tensor.ts'

// The one file that a network is kept in: float32 safetensors, tensors in the order of the network's table, the data
// from a multiple of 64 bytes on (so that it can be mapped into memory and used by ONNX as external data), and in the
// metadata everything that must be known about it. The same weights of the same origin give the same bytes.

/** VGG19 has 80 MB. */
const maxFileBytes = 200_000_000

/** Origin of weights, and whether it is certain. */
export interface Provenance {
  readonly network: PublishedNetworkId
  readonly family: WeightFamily
  /** For recipes and reports: "VGG19 (Keras, convolutions only)". */
  readonly origin: string
  /** SHA-256 of the file they were read from, in hex. */
  readonly sourceSha256: string
  /** True if that file is a published one, by its checksum. */
  readonly verified: boolean
  /** Convolutions from the first on; absent, or as many as the table has: all of them. */
  readonly convolutions?: number | undefined
}

/** The weights of a published network; `bytes` is the whole canonical file. */
export interface CanonicalWeights extends NetworkWeights, Provenance {
  /** SHA-256 of the data without the header, in hex: equal for equal weights of any origin. */
  readonly dataSha256: string
}

/**
 * Lays out a canonical file in memory and has each of its tensors filled.
 *
 * @param fill writes the values of the tensor of that name, in row-major order
 */
export async function buildCanonical(
  provenance: Provenance,
  fill: (name: string, target: Tensor) => Promise<void>,
  tables: NetworkTables = publishedNetworks,
): Promise<CanonicalWeights> {
  const { network, convolutions } = provenance
  const shapes = weightShapes(cutLayers(tables[network], convolutions))
  const cut = shapes.length < weightShapes(tables[network]).length ? { convolutions } : {}
  const facts = { ...withoutConvolutions(provenance), ...cut }
  // Checksums have one length, so the header that is written at the end is as long as this one.
  const draft = safetensorsHeader(shapes, metadataOf(facts, '0'.repeat(64)))
  const bytes = allocate(draft.length, shapes)
  const tensors = viewTensors(bytes, draft.length, shapes)
  for (const [name, tensor] of tensors) await fill(name, tensor)
  const dataSha256 = sha256(bytes.subarray(draft.length))
  bytes.set(safetensorsHeader(shapes, metadataOf(facts, dataSha256)))
  return { ...facts, bytes, tensors, preprocessing: preprocessings[facts.family], dataSha256 }
}

function withoutConvolutions({ convolutions: _, ...rest }: Provenance): Provenance {
  return rest
}

/**
 * Reads a canonical file, whole, and checks all of it.
 *
 * @throws PasticheError `file-not-found`, `weights-damaged`
 */
export async function readCanonical(
  path: string,
  tables: NetworkTables = publishedNetworks,
): Promise<CanonicalWeights> {
  const file = await openBytes(path)
  try {
    return await readWhole(file, tables)
  } finally {
    await file.close()
  }
}

/**
 * Writes a canonical file: it is there whole or not at all, whatever happens meanwhile.
 *
 * @throws PasticheError `disk-full`, `output-not-writable`
 */
export async function writeCanonical(path: string, { bytes }: CanonicalWeights): Promise<void> {
  try {
    await writeFileAtomic(path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const kind: ErrorCode = code === 'ENOSPC' || code === 'EDQUOT' ? 'disk-full' : 'output-not-writable'
    throw new PasticheError(kind, `Cannot write the weights to ${path}: ${message}.`, { cause: error })
  }
}

type Shapes = ReturnType<typeof weightShapes>

function metadataOf(provenance: Provenance, dataSha256: string): Record<string, string> {
  const { network, family, origin, sourceSha256, verified, convolutions } = provenance
  return {
    format: 'pastiche',
    schema: '1',
    network,
    family,
    preprocessing: JSON.stringify(preprocessings[family]),
    origin,
    source_sha256: sourceSha256,
    verified: String(verified),
    data_sha256: dataSha256,
    ...(convolutions !== undefined && { convolutions: String(convolutions) }),
  }
}

async function readWhole(file: ByteSource, tables: NetworkTables): Promise<CanonicalWeights> {
  const { facts, header } = await readFacts(file)
  if (file.sizeBytes > maxFileBytes)
    throw damaged(`the file has ${file.sizeBytes} bytes, more than ${maxFileBytes}`)
  const shapes = weightShapes(cutLayers(tables[facts.network], facts.convolutions))
  assertLayout(header, shapes)
  const bytes = await file.read(0, file.sizeBytes)
  if (sha256(bytes.subarray(header.dataStart)) !== facts.dataSha256)
    throw damaged('its checksum is not the one it was written with')
  return {
    ...facts,
    preprocessing: preprocessings[facts.family],
    bytes,
    tensors: viewTensors(bytes, header.dataStart, shapes),
  }
}

async function readFacts(file: ByteSource): Promise<{ facts: WeightsFacts; header: SafetensorsHeader }> {
  const head = await file.read(0, Math.min(16, file.sizeBytes))
  const header = looksLikeSafetensors(head) ? await readSafetensorsHeader(file) : undefined
  if (header?.metadata.get('format') !== 'pastiche') {
    if (file.sizeBytes < 16) throw damaged('it ends too early')
    throw new PasticheError('weights-unsupported', 'Pastiche has not written this file.', {
      hint: 'Import it first: pastiche models import FILE.',
    })
  }
  const metadata = canonicalMetadata.safeParse(Object.fromEntries(header.metadata))
  if (!metadata.success) throw damaged('its header is incomplete')
  return { facts: factsOfMetadata(metadata.data), header }
}

/**
 * The layers that the weights in a canonical file are there for: the table of its network, or the first part of it. Reads the
 * header only.
 *
 * @throws PasticheError as `readCanonical`
 */
export async function readLayers(
  path: string,
  tables: NetworkTables = publishedNetworks,
): Promise<readonly Layer[]> {
  const file = await openBytes(path)
  try {
    const { network, convolutions } = (await readFacts(file)).facts
    return cutLayers(tables[network], convolutions)
  } finally {
    await file.close()
  }
}

function assertLayout({ entries, dataStart }: SafetensorsHeader, shapes: Shapes): void {
  const matches =
    dataStart % 64 === 0 &&
    entries.length === shapes.length &&
    shapes.every(([name, shape], i) => {
      const entry = entries[i]!
      return (
        entry.name === name &&
        entry.type === 'float32' &&
        JSON.stringify(entry.shape) === JSON.stringify(shape)
      )
    })
  if (!matches) throw damaged('its tensors are not those of its network')
}

function allocate(headerBytes: number, shapes: Shapes): Uint8Array<ArrayBuffer> {
  const count = shapes.reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0)
  return new Uint8Array(new ArrayBuffer(headerBytes + 4 * count))
}

function viewTensors(bytes: Uint8Array<ArrayBuffer>, dataStart: number, shapes: Shapes): Map<string, Tensor> {
  let offset = dataStart
  return new Map(
    shapes.map(([name, shape]) => {
      const data = new Float32Array(
        bytes.buffer,
        offset,
        shape.reduce((a, b) => a * b, 1),
      )
      offset += data.byteLength
      return [name, { shape, data }]
    }),
  )
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function damaged(what: string): PasticheError {
  return new PasticheError('weights-damaged', `The weights file is damaged: ${what}.`)
}
