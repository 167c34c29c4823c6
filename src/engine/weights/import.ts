import type { ModelManifest, PublishedNetworkId, WeightFamily } from '../../shared/contract/models.ts'
import { PasticheError } from '../../shared/errors.ts'
import { openBytes, type ByteSource } from './byte-source.ts'
import { buildCanonical, type CanonicalWeights, type Provenance } from './canonical.ts'
import { judgeFamily, type FamilyVerdict } from './family.ts'
import { looksLikeHdf5, openKerasH5 } from './keras-h5.ts'
import { identify, type FileIdentity } from './known-file.ts'
import { looksLikeOnnx, openOnnx } from './onnx.ts'
import { networkNames, recognise, type NetworkTables, type Recognised } from './recognise.ts'
import { looksLikeSafetensors, openSafetensors } from './safetensors.ts'
import type { StoredTensor, TensorFile } from './tensor-file.ts'
import { looksLikePickle, openTorchLegacy } from './torch-legacy.ts'
import { openTorchZip } from './torch-zip.ts'
import type { Tensor } from './weights.ts'

export interface ImportOptions {
  readonly manifest: ModelManifest
  /** Whether a file that is not a published one may be imported; it is marked so. */
  readonly allowUnverified: boolean
  /** What the weights expect as input, where the caller knows better than the file tells. */
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
export async function importWeights(path: string, options: ImportOptions): Promise<ImportedWeights> {
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

async function importFrom(file: ByteSource, options: ImportOptions): Promise<ImportedWeights> {
  const tensorFile = await openTensorFile(file)
  try {
    const recognised = recognise(tensorFile.tensors, options.tables)
    const identity = await identify(file, options.manifest)
    const verdict = await decideFamily(tensorFile, recognised, identity, options.family)
    const found = describe(tensorFile, recognised, verdict, identity)
    if (!identity.verified && !options.allowUnverified)
      throw new PasticheError('weights-unverified', `${found} Expected the checksum of a published file.`)
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
  if (head[0] === 0x50 && head[1] === 0x4b) return openTorchZip(file)
  if (looksLikeSafetensors(head)) return openSafetensors(file)
  if (looksLikePickle(head)) return openTorchLegacy(file)
  if (looksLikeOnnx(head)) return openOnnx(file)
  throw new PasticheError(
    'weights-unsupported',
    file.sizeBytes === 0
      ? 'Expected a weights file, found an empty one.'
      : 'Expected a Keras .h5, .safetensors, PyTorch .pth or .onnx file, found none of them.',
  )
}

async function decideFamily(
  { format, tensors, metadata }: TensorFile,
  { network, scheme, tensors: ours }: Recognised,
  { entry }: FileIdentity,
  asked: WeightFamily | undefined,
): Promise<FamilyVerdict> {
  if (asked !== undefined) return { family: asked, evidence: 'your choice' }
  if (entry?.network === network) return { family: entry.family, evidence: 'its checksum' }
  const own = metadata.get('format') === 'pastiche' ? metadata.get('family') : undefined
  if (own === 'caffe' || own === 'torchvision')
    return { family: own, evidence: 'what Pastiche wrote into it' }
  const firstKernel = toRowMajor(ours.get('conv1_1.weight')!, await ours.get('conv1_1.weight')!.read())
  return judgeFamily({ format, scheme, names: tensors.keys(), firstKernel })
}

async function fill(name: string, { shape, data }: Tensor, { tensors }: Recognised): Promise<void> {
  const stored = tensors.get(name)!
  const values = toRowMajor(stored, await stored.read())
  if (values.length !== data.length)
    throw new PasticheError(
      'weights-damaged',
      `Expected ${shape.join('×')} numbers in ${name}, found ${values.length}.`,
    )
  const bad = values.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0)
    throw new PasticheError(
      'weights-damaged',
      `Expected finite numbers in ${name}, found ${values[bad]} at index ${bad}.`,
    )
  data.set(values)
}

/** [height, width, in, out] → [out, in, height, width]; vectors and what is in order already stay as they are. */
function toRowMajor({ axes, shape }: StoredTensor, values: Float32Array): Float32Array {
  if (axes === 'oihw' || shape.length !== 4) return values
  const [height, width, inputs, outputs] = shape as [number, number, number, number]
  const area = height * width
  const ordered = new Float32Array(values.length)
  for (let position = 0; position < area; position++)
    for (let i = 0; i < inputs; i++)
      for (let o = 0; o < outputs; o++)
        ordered[(o * inputs + i) * area + position] = values[(position * inputs + i) * outputs + o]!
  return ordered
}

const formatNames = {
  'keras-h5': 'a Keras .h5 file',
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
  { network }: Recognised,
  { family, evidence }: FamilyVerdict,
  { entry, verified }: FileIdentity,
): string {
  const what = `Found ${networkNames[network]} in ${formatNames[format]}`
  return verified && entry
    ? `${what}: the published ${entry.name}, with ${familyNames[family]}.`
    : `${what}, with ${familyNames[family]} judged by ${evidence}; it is not a published file.`
}

function provenanceOf(
  { network }: Recognised,
  { family }: FamilyVerdict,
  { entry, verified, sha256 }: FileIdentity,
): Provenance {
  const origin = verified && entry ? entry.name : `${networkNames[network]}, imported`
  return { network, family, origin, sourceSha256: sha256, verified }
}
