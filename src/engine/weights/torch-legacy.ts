import { PasticheError } from '../../shared/errors.ts'
import type { ByteSource } from './byte-source.ts'
import { elementBytes } from './element-type.ts'
import { readPickle, type PickleResult, type PickleVocabulary } from './pickle.ts'
import { quoted, type TensorFile } from './tensor-file.ts'
import { collectTensors, stateDictVocabulary, type TorchStorage } from './torch-state.ts'
import { maxPickleBytes, tooLong } from './torch-zip.ts'

// torch.save before 1.6: five pickles one after the other (a magic number, the protocol, facts about the system, the
// object, the keys of its storages), then each storage as its length (8 bytes) and its data (torch/serialization.py).
// The published torchvision weights of VGG are of this kind.

const magicNumber = 0x1950a86a20f9469cfc6cn
const protocolVersion = 1001

/** Pickles of protocol 2 and later begin so. */
export function looksLikePickle(head: Uint8Array): boolean {
  return head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5
}

/** @throws PasticheError `weights-damaged`, `weights-refused`, `weights-unsupported` */
export async function openTorchLegacy(file: ByteSource): Promise<TensorFile> {
  const storages = new Map<string, TorchStorage>()
  const vocabulary = stateDictVocabulary(storages)
  const next = pickleReader(file, vocabulary)
  // The first pickle may be the whole of a hostile file: it is refused by what it asks for before it is by its value.
  const magic = (await next()).value
  if (magic !== magicNumber)
    throw new PasticheError(
      'weights-unsupported',
      'The file is a pickle, but torch.save has not written it. Save the weights with torch.save.',
    )
  const protocol = (await next()).value
  if (protocol !== protocolVersion)
    throw damaged(typeof protocol === 'number' ? `protocol ${protocol}` : 'no number of a protocol')
  const system = (await next()).value
  if (!(system instanceof Map) || system.get('little_endian') !== true)
    throw new PasticheError(
      'weights-unsupported',
      'The file has big-endian numbers. Save it again on a common computer.',
    )
  const object = (await next()).value
  const { value: keys, end } = await next()
  const positions = await locateStorages(file, keys, storages, end)
  const locate = ({ key }: TorchStorage): Promise<number> => {
    const position = positions.get(key)
    return position === undefined
      ? Promise.reject(damaged(`no data for storage ${quoted(key)}`))
      : Promise.resolve(position)
  }
  return {
    format: 'torch-legacy',
    tensors: collectTensors(file, locate, object),
    metadata: new Map(),
    isInOrder: true,
    close: () => undefined,
  }
}

/** Reads one pickle after the other; `end` is a position in the file. */
function pickleReader(file: ByteSource, vocabulary: PickleVocabulary): () => Promise<PickleResult> {
  let position = 0
  return async () => {
    const left = file.sizeBytes - position
    const bytes = await file.read(position, Math.min(maxPickleBytes, left))
    try {
      const { value, end } = readPickle(bytes, 0, vocabulary)
      position += end
      return { value, end: position }
    } catch (error) {
      // A pickle that is longer than what was read of it looks like one that is cut off.
      if (left > maxPickleBytes && error instanceof PasticheError && error.code === 'weights-damaged')
        throw tooLong()
      throw error
    }
  }
}

async function locateStorages(
  file: ByteSource,
  keys: unknown,
  storages: ReadonlyMap<string, TorchStorage>,
  start: number,
): Promise<Map<string, number>> {
  if (!Array.isArray(keys)) throw damaged('no list of storages')
  const positions = new Map<string, number>()
  let position = start
  for (const key of keys as unknown[]) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined
    if (!storage)
      throw new PasticheError(
        'weights-unsupported',
        'The file has numbers of a kind that Pastiche cannot read. Save the weights alone: torch.save(model.state_dict(), "weights.pth").',
      )
    if (positions.has(storage.key)) throw damaged(`storage ${quoted(storage.key)} twice`)
    const count = Number(new DataView((await file.read(position, 8)).buffer).getBigInt64(0, true))
    if (count !== storage.count)
      throw damaged(`${count} elements where storage ${quoted(storage.key)} has ${storage.count}`)
    positions.set(storage.key, position + 8)
    position += 8 + count * elementBytes[storage.type]
  }
  if (position > file.sizeBytes) throw damaged(`data up to byte ${position} of ${file.sizeBytes}`)
  return positions
}

function damaged(what: string): PasticheError {
  return new PasticheError('weights-damaged', `The PyTorch file is damaged: it has ${what}.`)
}
