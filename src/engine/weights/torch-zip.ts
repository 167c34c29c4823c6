import type { Entry } from 'yauzl'
import { PasticheError } from '../../shared/errors.ts'
import type { ByteSource } from './byte-source.ts'
import { elementBytes } from './element-type.ts'
import { readPickle } from './pickle.ts'
import { quoted, type TensorFile } from './tensor-file.ts'
import { collectTensors, stateDictVocabulary, wholeModel, type TorchStorage } from './torch-state.ts'
import { openZip, type ZipDirectory } from './zip-source.ts'

// torch.save since 1.6: a zip of NAME/data.pkl and NAME/data/KEY, one entry for each storage, none of them compressed
// (caffe2/serialize/inline_container.cc). Compressed entries are refused, so nothing is ever unpacked: there is no zip
// bomb to defuse, and no name of an entry ever becomes a path.

export const maxPickleBytes = 4_000_000

/** @throws PasticheError `weights-damaged`, `weights-refused`, `weights-unsupported` */
export async function openTorchZip(file: ByteSource, directory?: ZipDirectory): Promise<TensorFile> {
  const zip = directory ?? (await openZip(file))
  const { entries } = zip
  assertNoProgram([...entries.keys()])
  const pickleName = [...entries.keys()].find((name) => /(^|\/)data\.pkl$/.test(name))
  if (pickleName === undefined)
    throw new PasticheError(
      'weights-unsupported',
      'The file is a zip, but neither torch.save nor Keras has written it.',
    )
  const folder = pickleName.slice(0, -'data.pkl'.length)
  await assertLittleEndian(file, zip, entries.get(`${folder}byteorder`))
  const pickle = await readEntry(file, zip, entries.get(pickleName)!)
  const { value } = readPickle(pickle, 0, stateDictVocabulary(new Map()))
  const locate = (storage: TorchStorage): Promise<number> =>
    locateStorage(zip, entries.get(`${folder}data/${storage.key}`), storage)
  return {
    format: 'torch-zip',
    tensors: collectTensors(file, locate, value),
    metadata: new Map(),
    isInOrder: true,
    close: () => undefined,
  }
}

/** Models with their code in them: TorchScript, and what torch.export writes. */
function assertNoProgram(names: readonly string[]): void {
  if (names.some((name) => /(^|\/)(code\/|constants\.pkl$)/.test(name))) throw wholeModel('TorchScript')
  if (names.some((name) => /(^|\/)(archive_format|serialized_exported_program\.json)$/.test(name)))
    throw wholeModel('torch.export')
}

/** Offset of an entry's bytes, which must be stored uncompressed. */
export async function locateStored(zip: ZipDirectory, entry: Entry): Promise<number> {
  if (entry.compressionMethod !== 0 || entry.isEncrypted())
    throw new PasticheError(
      'weights-unsupported',
      `${quoted(entry.fileName)} in the file is compressed or encrypted. Pastiche reads zip files as torch.save and Keras write them.`,
    )
  return zip.locate(entry)
}

async function readEntry(file: ByteSource, zip: ZipDirectory, entry: Entry): Promise<Uint8Array> {
  if (entry.uncompressedSize > maxPickleBytes) throw tooLong()
  return file.read(await locateStored(zip, entry), entry.uncompressedSize)
}

async function locateStorage(
  zip: ZipDirectory,
  entry: Entry | undefined,
  { key, type, count }: TorchStorage,
): Promise<number> {
  if (!entry) throw damaged(`no data for storage ${quoted(key)}`)
  if (entry.uncompressedSize !== count * elementBytes[type])
    throw damaged(`${entry.uncompressedSize} bytes for the ${count} elements of storage ${quoted(key)}`)
  return locateStored(zip, entry)
}

async function assertLittleEndian(
  file: ByteSource,
  zip: ZipDirectory,
  entry: Entry | undefined,
): Promise<void> {
  if (!entry) return
  const order = new TextDecoder().decode(await readEntry(file, zip, entry))
  if (order !== 'little')
    throw new PasticheError(
      'weights-unsupported',
      `The file has ${quoted(order)}-endian numbers. Save it again on a common computer.`,
    )
}

export function tooLong(): PasticheError {
  return new PasticheError(
    'weights-unsupported',
    `The file describes its objects in more than ${maxPickleBytes / 1e6} MB, where weights take kilobytes.`,
    {
      hint: 'In Python, save the weights to a file of their own: torch.save(model.state_dict(), "weights.pth").',
    },
  )
}

function damaged(what: string): PasticheError {
  return new PasticheError('weights-damaged', `The PyTorch file is damaged: it has ${what}.`)
}
