import { PasticheError } from '../../shared/errors.ts'
import type { ByteSource } from './byte-source.ts'
import { elementBytes, toFloat32, type ElementType } from './element-type.ts'
import { Opaque, PickleGlobal, type PickleVocabulary, type Spend } from './pickle.ts'
import { elementCount, maxNameLength, maxTensors, quoted, type StoredTensor } from './tensor-file.ts'
import { gather, stridesOf } from './tensor-views.ts'

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

/** Offset of a storage's data in the file. */
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

/** The names that tensors depend on; the storages that are asked for are collected in `storages`. */
export function stateDictVocabulary(storages: Map<string, TorchStorage>): PickleVocabulary {
  const globals = [
    new PickleGlobal('collections.OrderedDict', orderedDict),
    new PickleGlobal('torch._utils._rebuild_tensor', rebuildTensor),
    new PickleGlobal('torch._utils._rebuild_tensor_v2', rebuildTensor),
    new PickleGlobal('torch._utils._rebuild_parameter', firstTensor),
    new PickleGlobal('torch._utils._rebuild_parameter_with_state', firstTensor),
    new PickleGlobal('torch.nn.parameter.Parameter', firstTensor),
    new PickleGlobal('torch._tensor._rebuild_from_type_v2', rebuildFromType),
    ...Object.keys(storageTypes).map((name) => new PickleGlobal(name)),
  ]
  return {
    globals: new Map(globals.map((global) => [global.name, global])),
    persistent: (id) => rememberStorage(storages, id),
    // State dicts carry `_metadata`, old parameters their flags: nothing that a tensor's values depend on.
    buildable: (object) => object instanceof Map || object instanceof TensorView,
  }
}

function orderedDict([pairs]: readonly unknown[], spend: Spend): Map<string, unknown> {
  const dict = new Map<string, unknown>()
  if (!Array.isArray(pairs)) return dict
  spend(pairs.length)
  for (const pair of pairs as unknown[])
    if (Array.isArray(pair) && typeof pair[0] === 'string') dict.set(pair[0], pair[1])
  return dict
}

/** (storage, offset, size, stride, …): what follows concerns gradients only. */
function rebuildTensor([storage, offset, shape, stride]: readonly unknown[]): TensorView | Opaque {
  if (storage instanceof Opaque) return storage
  if (storage instanceof Storage && isCount(offset) && isCounts(shape) && isCounts(stride))
    if (shape.length === stride.length) return new TensorView({ storage, offset, shape, stride })
  throw damaged('a tensor without storage, offset, size and stride')
}

function firstTensor([tensor]: readonly unknown[]): TensorView | Opaque {
  if (tensor instanceof TensorView || tensor instanceof Opaque) return tensor
  throw damaged('a parameter without a tensor')
}

/** (function, type, arguments, state): a tensor of a class of its own. */
function rebuildFromType([rebuild, , args]: readonly unknown[], spend: Spend): unknown {
  return rebuild instanceof PickleGlobal &&
    rebuild.call &&
    rebuild.call !== rebuildFromType &&
    Array.isArray(args)
    ? rebuild.call(args as unknown[], spend)
    : new Opaque('torch._tensor._rebuild_from_type_v2')
}

/**
 * ('storage', type, key, device, count) and, in the legacy format, None: a view of another storage is not read. A module is
 * ('module', class, …).
 */
function rememberStorage(storages: Map<string, TorchStorage>, id: unknown): Storage | PickleGlobal | Opaque {
  const [tag, type, key, , count, view = null] = Array.isArray(id) ? (id as unknown[]) : []
  if (tag === 'module' && type instanceof PickleGlobal) return new PickleGlobal(type.name)
  const element =
    type instanceof PickleGlobal && Object.hasOwn(storageTypes, type.name)
      ? storageTypes[type.name]
      : undefined
  if (tag !== 'storage' || typeof key !== 'string' || !isCount(count))
    throw damaged('a storage without name or size')
  if (element === undefined || view !== null) return new Opaque('a storage of another kind')
  const known = storages.get(key)
  if (known && (known.type !== element || known.count !== count))
    throw damaged(`two storages named ${quoted(key)}`)
  if (storages.size >= maxTensors) throw tooMuch(`more than ${maxTensors} storages`)
  const storage = new Storage({ key, type: element, count })
  storages.set(key, storage)
  return storage
}

/**
 * Tensors by name, from wherever they lie among dicts, lists and objects (`{ epoch: 3, model: { state_dict: … } }`): the names on
 * the way, with dots between them.
 *
 * @throws PasticheError `weights-unsupported` for a whole model, whose tensors lie in an object of its class
 */
export function collectTensors(
  file: ByteSource,
  locate: LocateStorage,
  root: unknown,
): Map<string, StoredTensor> {
  const found: Found = { tensors: new Map(), opaque: undefined, visits: 0, work: 0 }
  collect(root, '', 0, found)
  const hasKernels = [...found.tensors.values()].some(({ shape }) => shape.length === 4)
  if (found.opaque !== undefined && (found.tensors.size === 0 || (found.opaque.isModule && !hasKernels)))
    throw wholeModel(found.opaque.name)
  return new Map([...found.tensors].map(([name, view]) => [name, storedTensor(file, locate, view)]))
}

interface Found {
  readonly tensors: Map<string, TensorView>
  /** A module, or else the first object that is not a dictionary. */
  opaque: Opaque | undefined
  /** Dicts, lists, objects and tensors seen, and items of them. */
  visits: number
  work: number
}

/** Depth in which tensors are looked for; each level multiplies what a hostile file can make us walk. */
const maxDepth = 5
const maxItems = 2_000_000

function collect(value: unknown, name: string, depth: number, found: Found): void {
  if (typeof value !== 'object' || value === null) return
  if (++found.visits > maxTensors) throw tooMuch(`more than ${maxTensors} entries`)
  if (name.length > maxNameLength) throw tooMuch('a name without end')
  if (value instanceof TensorView) found.tensors.set(name, value)
  else if (value instanceof Opaque && value.items.size === 0) {
    if (found.opaque === undefined || (value.isModule && !found.opaque.isModule)) found.opaque = value
  } else if (depth < maxDepth)
    for (const [key, child] of childrenOf(value)) {
      if (++found.work > maxItems) throw tooMuch(`more than ${maxItems} items`)
      if (typeof key === 'string') collect(child, name === '' ? key : `${name}.${key}`, depth + 1, found)
    }
}

/** One after the other: a list of millions need not be copied to be found too long. */
function* childrenOf(value: object): Iterable<readonly [unknown, unknown]> {
  if (value instanceof Opaque) yield* value.items
  else if (value instanceof Map) yield* value
  else if (Array.isArray(value)) for (const [i, child] of value.entries()) yield [String(i), child]
}

/** For a file of a whole module, TorchScript or an exported program. */
export function wholeModel(name: string): PasticheError {
  return new PasticheError(
    'weights-unsupported',
    `This is a whole PyTorch model (${quoted(name)}), which takes its own code to load; Pastiche reads only its weights.`,
    { hint: 'In Python, save them to a file of their own: torch.save(model.state_dict(), "weights.pth").' },
  )
}

function storedTensor(file: ByteSource, locate: LocateStorage, tensor: TensorView): StoredTensor {
  return { shape: tensor.shape, read: () => readView(file, locate, tensor) }
}

async function readView(file: ByteSource, locate: LocateStorage, tensor: TensorView): Promise<Float32Array> {
  const { storage, offset, shape, stride } = tensor
  const count = elementCount(shape)
  const span = 1 + shape.reduce((sum, side, axis) => sum + (side - 1) * stride[axis]!, 0)
  if (count === undefined || count === 0 || offset + span > storage.count)
    throw damaged(`a tensor of shape ${shape.join('×')} that leaves its storage of ${storage.count} elements`)
  // A view whose elements lie far apart would make us read a whole file for a few numbers.
  if (span > 4 * count) throw tooMuch(`a tensor of ${count} elements spread over ${span}`)
  const width = elementBytes[storage.type]
  const bytes = await file.read((await locate(storage)) + offset * width, span * width)
  const flat = toFloat32(bytes, storage.type)
  return isRowMajor(shape, stride) ? flat : gather(flat, shape, stride)
}

function isRowMajor(shape: readonly number[], stride: readonly number[]): boolean {
  return stridesOf(shape).every((step, axis) => shape[axis] === 1 || stride[axis] === step)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= 16 && value.every(isCount)
}

function damaged(what: string): PasticheError {
  return new PasticheError('weights-damaged', `The PyTorch file is damaged: it has ${what}.`)
}

function tooMuch(what: string): PasticheError {
  return new PasticheError(
    'weights-unsupported',
    `This PyTorch file is no network that Pastiche can read: it has ${what}.`,
    {
      hint: 'In Python, save the weights to a file of their own: torch.save(model.state_dict(), "weights.pth").',
    },
  )
}
