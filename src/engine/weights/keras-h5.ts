import type { Dataset, Group } from 'h5wasm'
import { PasticheError } from '../../shared/errors.ts'
import type { ByteSource } from './byte-source.ts'
import { guarded, openHdf5 } from './hdf5-sandbox.ts'
import {
  checkedName,
  elementCount,
  maxTensors,
  quoted,
  type StoredTensor,
  type TensorFile,
} from './tensor-file.ts'
import { fromHwio, transposed } from './tensor-views.ts'

/** Groups in groups: model_weights/block1_conv1/block1_conv1/kernel:0 makes four, a model in a model in a model of Keras 3 nine. */
const maxDepth = 16
/** A chunk is read whole; Keras does not write any, and one of more than this would only be there to fill the memory. */
const maxChunkBytes = 16_000_000
/** Keras lists the layers at the top, or one level below it; a group that stands in many places would be asked in each. */
const maxListDepth = 2
/** Bytes of a float64. */
const maxElementBytes = 8

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

export function looksLikeHdf5(head: Uint8Array): boolean {
  return signature.every((byte, i) => head[i] === byte)
}

/**
 * Weights that Keras saved, of any version: datasets of floating-point numbers, kernels as [height, width, in, out].
 *
 * @throws PasticheError `weights-damaged`, `weights-unsupported`
 */
export async function openKerasH5(
  file: ByteSource,
  format: 'keras-h5' | 'keras-zip' = 'keras-h5',
): Promise<TensorFile> {
  const hdf5 = await openHdf5(file)
  try {
    const found: Collection = { tensors: new Map(), visits: 0, isInOrder: false }
    guarded(() => collect(hdf5.root, '', 1, found))
    const { tensors, isInOrder } = found
    return { format, tensors, metadata: new Map(), isInOrder, close: () => hdf5.close() }
  } catch (error) {
    hdf5.close()
    throw error
  }
}

interface Collection {
  readonly tensors: Map<string, StoredTensor>
  /** Groups and datasets seen: hard links let one group stand in many places. */
  visits: number
  /** True if the file says in which order its layers are. */
  isInOrder: boolean
}

function collect(group: Group, path: string, depth: number, found: Collection): void {
  for (const key of keysInOrder(group, depth, found)) {
    if (++found.visits > maxTensors) throw tooMuch(`more than ${maxTensors} groups and datasets`)
    const name = checkedName(path === '' ? key : `${path}/${key}`)
    const entity = group.get(key)
    // Groups and datasets only: broken and external links have nothing behind them here.
    if (isGroup(entity)) {
      if (depth >= maxDepth) throw tooMuch(`groups more than ${maxDepth} deep`)
      collect(entity, name, depth + 1, found)
    } else if (isDataset(entity)) found.tensors.set(name, storedTensor(entity, name))
  }
}

/** Keras 1 and 2 list the names of a model's layers; HDF5 itself sorts its groups by letters. */
function keysInOrder(group: Group, depth: number, found: Collection): string[] {
  const keys = group.keys()
  if (depth > maxListDepth) return keys
  const listed: unknown = Object.hasOwn(group.attrs, 'layer_names')
    ? group.attrs['layer_names']!.value
    : undefined
  if (!Array.isArray(listed)) return keys
  const present = new Set(keys)
  const inOrder = new Set(
    listed.filter((name): name is string => typeof name === 'string' && present.has(name)),
  )
  found.isInOrder ||= inOrder.size > 0
  return [...inOrder, ...keys.filter((key) => !inOrder.has(key))]
}

/** Keras keeps kernels as [height, width, in, out]. */
function storedTensor(dataset: Dataset, name: string): StoredTensor {
  const shape = dataset.shape ?? []
  const read = (): Promise<Float32Array> =>
    Promise.resolve().then(() => guarded(() => readDataset(dataset, shape, name)))
  return shape.length === 4 ? transposed({ shape, read }, fromHwio) : { shape, read }
}

function readDataset(dataset: Dataset, shape: readonly number[], name: string): Float32Array {
  const { size, chunks, littleEndian, virtual_sources: sources } = dataset.metadata
  if (size > maxElementBytes) throw unsupported(`numbers of ${size} bytes in ${quoted(name)}`)
  if (!littleEndian) throw unsupported(`big-endian numbers in ${quoted(name)}`)
  if (sources && sources.length > 0) throw unsupported(`${quoted(name)} kept in another file`)
  if (chunks && (elementCount(chunks) ?? Infinity) * size > maxChunkBytes)
    throw tooMuch(`chunks of ${chunks.join('×')} in ${quoted(name)}`)
  const { value } = dataset
  if (!(value instanceof Float32Array || value instanceof Float64Array))
    throw unsupported(`numbers of another type in ${quoted(name)}`)
  if (value.length !== elementCount(shape)) throw damaged(`${value.length} values in ${quoted(name)}`)
  return value instanceof Float32Array ? value : Float32Array.from(value)
}

function isGroup(entity: unknown): entity is Group {
  return typeof entity === 'object' && entity !== null && 'create_group' in entity
}

function isDataset(entity: unknown): entity is Dataset {
  return typeof entity === 'object' && entity !== null && 'create_region_reference' in entity
}

function damaged(what: string): PasticheError {
  return new PasticheError('weights-damaged', `The Keras file is damaged: it has ${what}.`)
}

function tooMuch(what: string): PasticheError {
  return new PasticheError(
    'weights-unsupported',
    `This HDF5 file is no network that Pastiche can read: it has ${what}.`,
  )
}

function unsupported(what: string): PasticheError {
  return new PasticheError('weights-unsupported', `Pastiche reads float32 weights; the file has ${what}.`)
}
