import type { ByteSource } from './byte-source.ts'
import { sliceBytes } from './byte-source.ts'
import { openKerasH5 } from './keras-h5.ts'
import type { TensorFile } from './tensor-file.ts'
import { locateStored, openTorchZip } from './torch-zip.ts'
import { openZip } from './zip-source.ts'

/** Both Keras 3 (`.keras`) and PyTorch keep weights in a zip. @throws PasticheError `weights-damaged`, `weights-refused`, `weights-unsupported` */
export async function openZipWeights(file: ByteSource): Promise<TensorFile> {
  const zip = await openZip(file)
  const weights = zip.entries.get('model.weights.h5')
  if (weights === undefined) return openTorchZip(file, zip)
  const start = await locateStored(zip, weights)
  return openKerasH5(sliceBytes(file, start, weights.uncompressedSize), 'keras-zip')
}
