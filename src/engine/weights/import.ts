import type { ModelManifest, PublishedNetworkId, WeightFamily } from '../../shared/contract/models.ts'
import { PasticheError } from '../../shared/errors.ts'
import { openBytes, type ByteSource } from './byte-source.ts'
import { buildCanonical, type CanonicalWeights, type Provenance } from './canonical.ts'
import { familyOfPreparation, judgeFamily, type FamilyVerdict } from './family.ts'
import { looksLikeHdf5, openKerasH5 } from './keras-h5.ts'
import { openZipWeights } from './keras-zip.ts'
import { identify, type FileIdentity } from './known-file.ts'
import { looksLikeOnnx, openOnnx } from './onnx.ts'
import { convLayers } from './find-network.ts'
import {
  networkNames,
  publishedNetworks,
  recognise,
  type NetworkTables,
  type Recognised,
} from './recognise.ts'
import type { Layer } from '../models/layers.ts'
import { looksLikeSafetensors, openSafetensors } from './safetensors.ts'
import { assertNames, quoted, type TensorFile } from './tensor-file.ts'
import { looksLikePickle, openTorchLegacy } from './torch-legacy.ts'
import type { Tensor } from '../tensor/tensor.ts'

export interface ImportOptions {
  readonly manifest: ModelManifest
  /** True if a file that is not a published one may be imported; it is marked so. */
  readonly allowUnverified: boolean
  /** Preprocessing, if the caller knows better than the file. */
  readonly family?: WeightFamily | undefined
  readonly tables?: NetworkTables
}

export interface ImportedWeights {
  readonly weights: CanonicalWeights
  readonly network: PublishedNetworkId
  readonly family: WeightFamily
  readonly verified: boolean
  /** One sentence: what the file holds and how that is known. */
  readonly found: string
}

/**
 * Reads VGG16 or VGG19 out of a file of any format that Pastiche knows, told apart by content. Nothing of the file is
 * executed, nothing is written, and memory is that of the network's convolutions and one tensor more.
 *
 * @throws PasticheError `file-not-found`, `weights-unsupported`, `weights-damaged`, `weights-refused`,
 * `weights-unverified`; the message begins with the name of the file
 */
export async function readForeignWeights(path: string, options: ImportOptions): Promise<ImportedWeights> {
  const file = await openBytes(path)
  try {
    return await importFrom(file, options)
  } catch (error) {
    const { code, message, hint } = PasticheError.from(error)
    throw new PasticheError(code, `${file.name}: ${message}`, { hint, cause: error })
  } finally {
    await file.close()
  }
}

/**
 * A training checkpoint of VGG19, with its classifier and the state of Adam, has 1.7 GB. Every byte is read for the checksum: a sparse
 * file of terabytes takes no room on a disk, but days.
 */
const maxFileBytes = 8e9

async function importFrom(file: ByteSource, options: ImportOptions): Promise<ImportedWeights> {
  if (file.sizeBytes > maxFileBytes)
    throw new PasticheError(
      'weights-unsupported',
      `The file has ${Math.round(file.sizeBytes / 1e9)} GB, more than any network that Pastiche reads (limit ${maxFileBytes / 1e9} GB).`,
    )
  const tensorFile = await openTensorFile(file)
  try {
    assertNames(tensorFile.tensors.keys())
    const first = recognise(tensorFile, options.tables)
    const identity = await identify(file, options.manifest)
    const verdict = await decideFamily(tensorFile, first, identity, options.family)
    const recognised = first.isEither ? { ...first, network: verdict.network ?? first.network } : first
    const found = describe(tensorFile, recognised, verdict, identity, options.tables)
    if (!identity.verified && !options.allowUnverified) throw new PasticheError('weights-unverified', found)
    const provenance = provenanceOf(recognised, verdict, identity)
    const weights = await buildCanonical(
      provenance,
      (name, target) => fill(name, target, recognised),
      options.tables,
    )
    if (!(await file.isUnchanged()))
      throw new PasticheError('weights-damaged', 'The file changed while it was read.')
    const { network, family, verified } = weights
    return { weights, network, family, verified, found }
  } finally {
    tensorFile.close()
  }
}

/** By content, never by name: each format begins in its own way. */
async function openTensorFile(file: ByteSource): Promise<TensorFile> {
  const head = await file.read(0, Math.min(16, file.sizeBytes))
  if (looksLikeHdf5(head)) return openKerasH5(file)
  if (head[0] === 0x50 && head[1] === 0x4b) return openZipWeights(file)
  if (looksLikeSafetensors(head)) return openSafetensors(file)
  if (looksLikePickle(head)) return openTorchLegacy(file)
  if (looksLikeOnnx(head)) return openOnnx(file)
  throw new PasticheError(
    'weights-unsupported',
    file.sizeBytes === 0 ? 'The file is empty.' : 'This is not a weights file that Pastiche can read.',
  )
}

async function decideFamily(
  { format, tensors, metadata }: TensorFile,
  recognised: Recognised,
  { entry }: FileIdentity,
  asked: WeightFamily | undefined,
): Promise<FamilyVerdict> {
  const { network, isEither, scheme, tensors: ours } = recognised
  const prepared = await judgePreparation(recognised)
  const firstKernel = await ours.get('conv1_1.weight')!.read()
  const judged = judgeFamily({ format, scheme, names: tensors.keys(), firstKernel })
  if (asked !== undefined) return { ...judged, family: asked, evidence: 'your choice' }
  if (entry && (isEither || entry.network === network))
    return { network: entry.network, family: entry.family, evidence: 'its checksum' }
  const own = metadata.get('format') === 'pastiche' ? metadata.get('family') : undefined
  if (own === 'caffe' || own === 'torchvision') {
    const named = metadata.get('network') === 'vgg19' ? 'vgg19' : 'vgg16'
    return { network: named, family: own, evidence: 'what Pastiche wrote into it' }
  }
  return prepared === undefined ? judged : { ...judged, family: prepared, evidence: 'its first convolution' }
}

/** @throws PasticheError `weights-unsupported` where the network prepares its pictures in a way of its own */
async function judgePreparation({ preparation, network }: Recognised): Promise<WeightFamily | undefined> {
  if (preparation === undefined) return undefined
  const { kernel, bias, name } = preparation
  const values = bias?.shape[0] === 3 ? await bias.read() : new Float32Array(3)
  const family = familyOfPreparation(await kernel.read(), values)
  if (family !== undefined) return family
  throw new PasticheError(
    'weights-unsupported',
    `This ${networkNames[network]} prepares its pictures in a way of its own (${quoted(name)}); Pastiche needs it as published.`,
  )
}

async function fill(name: string, { shape, data }: Tensor, { tensors }: Recognised): Promise<void> {
  const values = await tensors.get(name)!.read()
  if (values.length !== data.length)
    throw new PasticheError(
      'weights-damaged',
      `The file is damaged: ${name} has ${values.length} numbers instead of ${shape.join('×')}.`,
    )
  const bad = values.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0)
    throw new PasticheError(
      'weights-unsupported',
      `${name} has ${values[bad]} at index ${bad}, as after a training that became unstable. Use an earlier file of it.`,
    )
  data.set(values)
}

const formatNames = {
  'keras-h5': 'a Keras .h5 file',
  'keras-zip': 'a .keras file',
  safetensors: 'a .safetensors file',
  'torch-zip': 'a PyTorch file',
  'torch-legacy': 'a PyTorch file (legacy format)',
  onnx: 'an ONNX model',
} as const satisfies Record<TensorFile['format'], string>

const familyNames = {
  caffe: 'Caffe preprocessing (BGR, 0–255)',
  torchvision: 'torchvision preprocessing (RGB, mean and deviation)',
} as const satisfies Record<WeightFamily, string>

function describe(
  { format }: TensorFile,
  { network, convolutions }: Recognised,
  { family, evidence }: FamilyVerdict,
  { entry, verified }: FileIdentity,
  tables: NetworkTables = publishedNetworks,
): string {
  const last = deepestConvolution(tables[network], convolutions)
  const cut = last === undefined ? '' : `, cut after ${last},`
  const what = `Found ${networkNames[network]}${cut} in ${formatNames[format]}`
  return verified && entry
    ? `${what}: the published ${entry.name}, with ${familyNames[family]}.`
    : `${what}, with ${familyNames[family]} judged by ${evidence}; it is not a published file.`
}

/** The last convolution that there is; undefined where none is missing. */
function deepestConvolution(layers: readonly Layer[], convolutions: number): string | undefined {
  const all = convLayers(layers)
  return convolutions < all.length ? all[convolutions - 1]!.name : undefined
}

function provenanceOf(
  { network, convolutions }: Recognised,
  { family }: FamilyVerdict,
  { entry, verified, sha256 }: FileIdentity,
): Provenance {
  const origin = verified && entry ? entry.name : `${networkNames[network]}, imported`
  return { network, family, origin, sourceSha256: sha256, verified, convolutions }
}
