import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  readForeignWeights,
  type ImportedWeights,
  type ImportOptions,
} from '../../src/engine/weights/import.ts'
import { narrowTables } from '../support/weight-names.ts'

// Files that h5py, torch.save, safetensors and onnx wrote (weights.py), read here without any of them.

const options: ImportOptions = {
  manifest: { schema: 1, models: [] },
  allowUnverified: true,
  tables: narrowTables,
}
const read = (name: string): Promise<ImportedWeights> =>
  readForeignWeights(`tests/fixtures/weights/${name}`, options)

/** Element i of tensor k, as weights.py has it. */
const number = (k: number, i: number): number => (((31 * k + 17 * i) % 255) - 127) / 128

const files = [
  ['keras-published.h5', 'caffe'],
  ['keras-model.h5', 'caffe'],
  ['torch-zip.pth', 'torchvision'],
  ['torch-legacy.pth', 'torchvision'],
  ['torch-checkpoint.pth', 'torchvision'],
  ['torch-strided.pth', 'torchvision'],
  ['torch-bfloat16.pth', 'torchvision'],
  ['torchvision.safetensors', 'torchvision'],
  ['half.safetensors', 'torchvision'],
  ['raw.onnx', 'torchvision'],
  ['typed.onnx', 'torchvision'],
] as const

describe('weight files written by the tools themselves', () => {
  it.each(files)('%s is read number for number', async (name, family) => {
    const { weights, network, ...rest } = await read(name)
    expect({ network, family: rest.family, verified: rest.verified }).toEqual({
      network: 'vgg19',
      family,
      verified: false,
    })
    expect(weights.tensors.size).toBe(32)
    const tensors = [...weights.tensors.values()]
    for (const [k, { data }] of tensors.entries())
      expect([...data]).toEqual([...data.keys()].map((i) => number(k, i)))
  })

  it('all hold the same data', async () => {
    const checksums = await Promise.all(files.map(async ([name]) => (await read(name)).weights.dataSha256))
    expect(new Set(checksums).size).toBe(1)
  })

  it('a pickle that would run a command is refused by the name of the command', async () => {
    await expect(read('hostile.pth')).rejects.toMatchObject({
      code: 'weights-refused',
      message: expect.stringMatching(/"posix\.system"|"nt\.system"/) as string,
    })
    expect(existsSync('pastiche-was-here')).toBe(false)
  })
})
