import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCanonical } from '../../src/engine/weights/canonical.ts'
import { readForeignWeights, type ImportedWeights } from '../../src/engine/weights/import.ts'
import { publishedNetworks } from '../../src/engine/weights/recognise.ts'
import { cutNetwork, layouts, type Network } from '../support/foreign-layouts.ts'
import { sharedFile } from '../support/shared-file.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const weightsFile = sharedFile('weights/vgg16.safetensors')
const modelsFolder = sharedFile('models')
const folder = temporaryFolder()
const path = folder.file('weights')

const load = (file: string): Promise<ImportedWeights> =>
  readForeignWeights(file, { manifest: { schema: 1, models: [] }, allowUnverified: true })

describe.skipIf(weightsFile === null)('the published VGG16 (skipped where shared/weights is missing)', () => {
  const read = async (): Promise<Network & { dataSha256: string }> => {
    const { tensors, dataSha256 } = await readCanonical(weightsFile!)
    return { tensors, dataSha256, layers: publishedNetworks.vgg16 }
  }

  it.each(Object.entries(layouts))('imports to the same bytes from %s', async (_, write) => {
    const { dataSha256, ...network } = await read()
    await write(path, network)
    const { weights, network: found, family } = await load(path)
    rmSync(path)
    expect({ found, family, dataSha256: weights.dataSha256 }).toEqual({
      found: 'vgg16',
      family: 'caffe',
      dataSha256,
    })
  })

  it('keeps the layers before a cut, and knows which of the two networks it is by its numbers', async () => {
    const { tensors, layers } = await read()
    await layouts['PyTorch state dict']!(path, cutNetwork({ tensors, layers }, 6))
    const { weights, network } = await load(path)
    expect([network, weights.convolutions, weights.family]).toEqual(['vgg16', 6, 'caffe'])
    expect(weights.tensors.get('conv3_2.bias')!.data).toEqual(tensors.get('conv3_2.bias')!.data)
  })
})

describe.skipIf(modelsFolder === null)(
  'real fast-style networks (skipped where shared/models is missing)',
  () => {
    it.each(['multistyle26.onnx', 'arbitrary_predict.onnx', 'arbitrary_transform.onnx'])(
      'says what %s is',
      async (name) => {
        const file = join(modelsFolder!, name)
        expect(existsSync(file)).toBe(true)
        await expect(load(file)).rejects.toMatchObject({
          code: 'weights-unsupported',
          message: expect.stringContaining(
            'This is a fast-style network, which paints pictures in one pass; Pastiche needs a network that analyses them',
          ) as string,
        })
      },
    )
  },
)
