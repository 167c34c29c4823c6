import { PasticheError } from '../../shared/errors.ts'
import type { ByteSource } from './byte-source.ts'
import { elementBytes, toFloat32, type ElementType } from './element-type.ts'
import { PickleGlobal, type PickleVocabulary } from './pickle.ts'
import { elementCount, maxTensors, quoted, type StoredTensor } from './tensor-file.ts'

// How torch.save describes tensors: a storage (a flat array kept outside the pickle) and a view of it by offset, size
// and stride, all counted in elements (torch/serialization.py, torch/_utils.py).

export interface TorchStorage {
  readonly key: string
  readonly type: ElementType
  readonly count: number
}

interface TorchTensor {
  readonly storage: TorchStorage
  readonly offset: number
  readonly shape: readonly number[]
  readonly stride: readonly number[]
}

/** Where the data of a storage begins in the file. */
export type LocateStorage = (storage: TorchStorage) => Promise<number>

const storageTypes: Readonly<Record<string, ElementType>> = {
  'torch.FloatStorage': 'float32',
  'torch.HalfStorage': 'float16',
  'torch.BFloat16Storage': 'bfloat16',
  'torch.DoubleStorage': 'float64',
  'torch.LongStorage': 'int64',
  'torch.IntStorage': 'int32',
  'torch.ShortStorage': 'int16',
  'torch.CharStorage': 'int8',
  'torch.ByteStorage': 'uint8',
  'torch.BoolStorage': 'boolean',
}

/** A tensor as the pickle describes it. A class of its own, so that nothing else can pass for one. */
class TensorView implements TorchTensor {
  readonly storage: TorchStorage
  readonly offset: number
  readonly shape: readonly number[]
  readonly stride: readonly number[]

  constructor({ storage, offset, shape, stride }: TorchTensor) {
    this.storage = storage
    this.offset = offset
    this.shape = shape
    this.stride = stride
  }
}

class Storage implements TorchStorage {
  readonly key: string
  readonly type: ElementType
  readonly count: number

  constructor({ key, type, count }: TorchStorage) {
    this.key = key
    this.type = type
    this.count = count
  }
}

/** The only names that a state dict needs; the storages that are asked for are collected in `storages`. */
export function stateDictVocabulary(storages: Map<string, TorchStorage>): PickleVocabulary {
  const globals = [
    new PickleGlobal('collections.OrderedDict', orderedDict),
    new PickleGlobal('torch._utils._rebuild_tensor', rebuildTensor),
    new PickleGlobal('torch._utils._rebuild_tensor_v2', rebuildTensor),
    new PickleGlobal('torch._utils._rebuild_parameter', firstTensor),
    new PickleGlobal('torch.nn.parameter.Parameter', firstTensor),
    ...Object.keys(storageTypes).map((name) => new PickleGlobal(name)),
  ]
  return {
    globals: new Map(globals.map((global) => [global.name, global])),
    persistent: (id) => rememberStorage(storages, id),
    // State dicts carry `_metadata`, old parameters their flags: nothing that a tensor's values depend on.
    buildable: (object) => object instanceof Map || object instanceof TensorView,
  }
}

function orderedDict([pairs]: readonly unknown[]): Map<unknown, unknown> {
  const list: readonly unknown[] = Array.isArray(pairs) ? pairs : []
  return new Map(list.filter((pair) => Array.isArray(pair)).map((pair: unknown[]) => [pair[0], pair[1]]))
}

/** (storage, offset, size, stride, …): what follows concerns gradients only. */
function rebuildTensor([storage, offset, shape, stride]: readonly unknown[]): TensorView {
  if (storage instanceof Storage && isCount(offset) && isCounts(shape) && isCounts(stride))
    if (shape.length === stride.length) return new TensorView({ storage, offset, shape, stride })
  throw damaged('a tensor without storage, offset, size and stride')
}

function firstTensor([tensor]: readonly unknown[]): TensorView {
  if (tensor instanceof TensorView) return tensor
  throw damaged('a parameter without a tensor')
}

/** ('storage', type, key, device, count) and, in the legacy format, None: a view of another storage is not read. */
function rememberStorage(storages: Map<string, TorchStorage>, id: unknown): Storage {
  const [tag, type, key, , count, view = null] = Array.isArray(id) ? (id as unknown[]) : []
  const element = type instanceof PickleGlobal ? storageTypes[type.name] : undefined
  if (
    tag !== 'storage' ||
    element === undefined ||
    typeof key !== 'string' ||
    !isCount(count) ||
    view !== null
  )
    throw damaged('a storage of an unknown kind')
  const known = storages.get(key)
  if (known && (known.type !== element || known.count !== count))
    throw damaged(`two storages named ${quoted(key)}`)
  if (storages.size >= maxTensors) throw damaged(`more than ${maxTensors} storages`)
  const storage = new Storage({ key, type: element, count })
  storages.set(key, storage)
  return storage
}

/** Tensors of a state dict by name; a dict in a dict (`{ state_dict: … }`) gives dotted names. */
export function collectTensors(
  file: ByteSource,
  locate: LocateStorage,
  root: unknown,
): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>()
  let visits = 0
  const visit = (value: unknown, name: string, depth: number): void => {
    if (++visits > maxTensors || name.length > maxNameLength)
      throw damaged(`more than ${maxTensors} entries, or a name without end`)
    if (value instanceof TensorView) tensors.set(name, storedTensor(file, locate, value))
    else if (value instanceof Map && depth < maxDepth)
      for (const [key, child] of value)
        if (typeof key === 'string') visit(child, name === '' ? key : `${name}.${key}`, depth + 1)
  }
  visit(root, '', 0)
  return tensors
}

const maxNameLength = 1000

/** Depth of dicts in which tensors are looked for; each level multiplies what a hostile file can make us walk. */
const maxDepth = 2

function storedTensor(file: ByteSource, locate: LocateStorage, tensor: TensorView): StoredTensor {
  return { shape: tensor.shape, axes: 'oihw', read: () => readView(file, locate, tensor) }
}

async function readView(file: ByteSource, locate: LocateStorage, tensor: TensorView): Promise<Float32Array> {
  const { storage, offset, shape, stride } = tensor
  const count = elementCount(shape)
  const span = 1 + shape.reduce((sum, side, axis) => sum + (side - 1) * stride[axis]!, 0)
  if (count === undefined || count === 0 || offset + span > storage.count)
    throw damaged(`a tensor of shape ${shape.join('×')} that leaves its storage of ${storage.count} elements`)
  // A view whose elements lie far apart would make us read a whole file for a few numbers.
  if (span > 4 * count) throw damaged(`a tensor of ${count} elements spread over ${span}`)
  const width = elementBytes[storage.type]
  const bytes = await file.read((await locate(storage)) + offset * width, span * width)
  const flat = toFloat32(bytes, storage.type)
  return isRowMajor(shape, stride) ? flat : gather(flat, shape, stride, count)
}

function isRowMajor(shape: readonly number[], stride: readonly number[]): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && stride[axis] !== expected) return false
    expected *= shape[axis]!
  }
  return true
}

/** Puts a strided view (a transposed or channels-last tensor) in row-major order. */
function gather(
  flat: Float32Array,
  shape: readonly number[],
  stride: readonly number[],
  count: number,
): Float32Array {
  const dense = new Float32Array(count)
  const index = new Array<number>(shape.length).fill(0)
  for (let i = 0, position = 0; i < count; i++) {
    dense[i] = flat[position]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += stride[axis]!
      if (++index[axis]! < shape[axis]!) break
      position -= stride[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return dense
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= 16 && value.every(isCount)
}

function damaged(what: string): PasticheError {
  return new PasticheError('weights-damaged', `Expected a dictionary of tensors, found ${what}.`)
}
