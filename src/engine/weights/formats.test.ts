import { stat } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import {
  writeKerasH5,
  writeOnnx,
  writeSafetensors,
  writeTorchLegacy,
  writeTorchZip,
} from '../../../tests/support/weight-files.ts'
import { kerasNames, renamed, torchvisionNames } from '../../../tests/support/weight-names.ts'
import { seededWeights } from '../models/seeded.ts'
import { readCanonical, writeCanonical } from './canonical.ts'
import { readForeignWeights } from './import.ts'
import { publishedNetworks } from './recognise.ts'
import { preprocessings } from '../models/network-weights.ts'

// A VGG19 of full size, 80 MB, in each of the formats. It exists once; files are written and removed one by one.

const { vgg19 } = publishedNetworks
const folder = temporaryFolder()
const seeded = seededWeights(vgg19, 3, preprocessings.caffe)
const keras = renamed(seeded.tensors, kerasNames(vgg19))
const torchvision = renamed(seeded.tensors, torchvisionNames(vgg19))
const manifest = { schema: 1, models: [] } as { schema: 1; models: [] }

const formats: Record<string, (path: string) => void | Promise<void>> = {
  'keras-h5': (path) => writeKerasH5(path, keras),
  safetensors: (path) => writeSafetensors(path, torchvision),
  'torch-zip': (path) => writeTorchZip(path, torchvision),
  'torch-legacy': (path) => writeTorchLegacy(path, torchvision),
  onnx: (path) => writeOnnx(path, torchvision),
}

describe('a VGG19 of full size', () => {
  it.each(Object.entries(formats))('imports from %s to the same bytes', async (_, write) => {
    const path = folder.file('vgg19')
    await write(path)
    expect((await stat(path)).size).toBeGreaterThan(80_000_000)
    const { weights, network } = await readForeignWeights(path, {
      manifest,
      allowUnverified: true,
      family: 'caffe',
    })
    expect(network).toBe('vgg19')
    expect(weights.preprocessing).toEqual(preprocessings.caffe)
    // After the header, which names the file that the weights came from, the data is that of the seeded weights.
    const header = weights.bytes.length - seeded.bytes.length
    expect(header % 64).toBe(0)
    expect(Buffer.compare(weights.bytes.subarray(header), seeded.bytes)).toBe(0)
  })

  it('is written and read again', async () => {
    const path = folder.file('vgg19')
    writeSafetensors(path, torchvision)
    const { weights } = await readForeignWeights(path, { manifest, allowUnverified: true })
    await writeCanonical(path, weights)
    expect(Buffer.compare((await readCanonical(path)).bytes, weights.bytes)).toBe(0)
  })
})
