import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededWeights } from '../models/seeded.ts'
import { pickle } from '../../../tests/support/pickler.ts'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { writeSafetensors, writeTorchZip } from '../../../tests/support/weight-files.ts'
import { narrowTables, renamed, torchvisionNames } from '../../../tests/support/weight-names.ts'
import type { ModelEntry, ModelManifest } from '../../shared/contract/models.ts'
import { PasticheError } from '../../shared/errors.ts'
import { writeCanonical } from './canonical.ts'
import { readForeignWeights, type ImportedWeights, type ImportOptions } from './import.ts'
import { preprocessings } from '../models/network-weights.ts'
import type { Tensor } from '../tensor/tensor.ts'

const folder = temporaryFolder()
const fixtures = 'tests/fixtures/weights'
const entry: ModelEntry = {
  id: 'test',
  name: 'The published one',
  network: 'vgg19',
  family: 'caffe',
  format: 'safetensors',
  urls: [],
  bytes: null,
  recommended: false,
  licence: { name: 'MIT', url: 'https://example.org' },
  attribution: 'Nobody',
}

function load(
  path: string,
  options: Partial<ImportOptions> = {},
  models: ModelEntry[] = [],
): Promise<ImportedWeights> {
  const manifest: ModelManifest = { schema: 1, models }
  return readForeignWeights(path, { manifest, allowUnverified: true, tables: narrowTables, ...options })
}

const hash = (algorithm: string, path: string): string =>
  createHash(algorithm).update(readFileSync(path)).digest('hex')
const published = `${fixtures}/torchvision.safetensors`
const tensorsOf = (id: 'vgg16' | 'vgg19'): Map<string, Tensor> => {
  const { tensors } = seededWeights(narrowTables[id], 1, preprocessings.none)
  return renamed(tensors, torchvisionNames(narrowTables[id]))
}

describe('importing a published file', () => {
  it('is verified by its SHA-256', async () => {
    const models = [{ ...entry, sha256: hash('sha256', published) }]
    const { verified, family, found, weights } = await load(published, { allowUnverified: false }, models)
    expect({ verified, family }).toEqual({ verified: true, family: 'caffe' })
    expect(found).toBe(
      'Found VGG19 in a .safetensors file: the published The published one, with Caffe preprocessing (BGR, 0–255).',
    )
    expect(weights).toMatchObject({
      origin: 'The published one',
      verified: true,
      sourceSha256: hash('sha256', published),
    })
    expect(weights.preprocessing).toEqual(preprocessings.caffe)
  })

  it('is verified by its MD5 where there is nothing better', async () => {
    const models = [{ ...entry, md5: hash('md5', published) }]
    expect(await load(published, { allowUnverified: false }, models)).toMatchObject({ verified: true })
  })

  it('is not verified by an MD5 beside a wrong SHA-256, nor by a wrong size', async () => {
    const wrong = { ...entry, md5: hash('md5', published), sha256: '0'.repeat(64) }
    const size = { ...entry, id: 'b', sha256: hash('sha256', published), bytes: 1 }
    await expect(load(published, { allowUnverified: false }, [wrong, size])).rejects.toMatchObject({
      code: 'weights-unverified',
    })
  })

  it('takes its family from the start of a checksum, which verifies nothing', async () => {
    const models = [{ ...entry, sha256Prefix: hash('sha256', published).slice(0, 8) }]
    expect(await load(published, {}, models)).toMatchObject({ family: 'caffe', verified: false })
    await expect(load(published, { allowUnverified: false }, models)).rejects.toMatchObject({
      code: 'weights-unverified',
    })
  })
})

describe('importing a file that is not published', () => {
  it('needs an explicit yes, and the error tells what was found', async () => {
    await expect(load(published, { allowUnverified: false })).rejects.toMatchObject({
      code: 'weights-unverified',
      message:
        'torchvision.safetensors: Found VGG19 in a .safetensors file, with torchvision preprocessing (RGB, mean and ' +
        'deviation) judged by the layer names of torchvision; it is not a published file.',
    })
  })

  it('is marked as unverified', async () => {
    const { verified, weights } = await load(published)
    expect([verified, weights.verified]).toEqual([false, false])
  })

  it('takes the family that the caller names', async () => {
    const { weights, found } = await load(published, { family: 'caffe' })
    expect(weights.preprocessing).toEqual(preprocessings.caffe)
    expect(found).toContain('judged by your choice')
  })

  it('takes the family that Pastiche itself has written into it', async () => {
    const path = folder.file('own.safetensors')
    const first = await load(published, { family: 'caffe' })
    await writeCanonical(path, first.weights)
    const again = await load(path)
    expect(again).toMatchObject({ family: 'caffe', verified: false })
    expect(again.weights.dataSha256).toBe(first.weights.dataSha256)
  })

  it('is told apart by content, not by name', async () => {
    const path = folder.file('weights.txt', readFileSync(`${fixtures}/keras-published.h5`))
    expect((await load(path)).found).toContain('a Keras .h5 file')
  })
})

describe('importing a file that holds no such weights', () => {
  it.each([
    ['an empty file', '', 'is empty'],
    ['a text file', 'conv1_1: 0.5\n', 'not a weights file'],
    ['a pickle of protocol 0', "cposix\nsystem\n(S'true'\ntR.", 'not a weights file'],
    ['one byte', Uint8Array.of(0x80), 'not a weights file'],
    ['a tar file, the oldest format of torch.save', 'sys_info'.padEnd(512, '\0'), 'not a weights file'],
  ])('names %s', async (_, content, message) => {
    await expect(load(folder.file('odd.pth', content))).rejects.toMatchObject({
      code: 'weights-unsupported',
      message: expect.stringContaining(message) as string,
    })
  })

  it('names a folder, and a file that is not there', async () => {
    mkdirSync(folder.file('weights.h5'))
    await expect(load(folder.file('weights.h5'))).rejects.toMatchObject({ code: 'file-not-found' })
    await expect(load(folder.file('nowhere.h5'))).rejects.toMatchObject({ code: 'file-not-found' })
  })

  it('names right names with wrong shapes', async () => {
    const tensors = tensorsOf('vgg16').set('features.10.weight', {
      shape: [5, 4, 3, 3],
      data: new Float32Array(180),
    })
    writeSafetensors(folder.file('shapes.safetensors'), tensors)
    await expect(load(folder.file('shapes.safetensors'))).rejects.toMatchObject({
      code: 'weights-unsupported',
      message:
        'shapes.safetensors: The layers are named like those of VGG16, but conv3_1 ("features.10.weight") has the shape ' +
        '5×4×3×3 instead of 4×3×3×3.',
    })
  })

  it.each([NaN, Infinity, -Infinity])('names a weight of %d', async (value) => {
    const tensors = tensorsOf('vgg16')
    tensors.get('features.7.weight')!.data[5] = value
    writeTorchZip(folder.file('nan.pth'), tensors)
    await expect(load(folder.file('nan.pth'))).rejects.toMatchObject({
      code: 'weights-unsupported',
      message: `nan.pth: conv2_2.weight has ${value} at index 5, as after a training that became unstable. Use an earlier file of it.`,
    })
  })

  it('names integers where weights belong', async () => {
    const text = readFileSync(published, 'latin1').replaceAll('"dtype":"F32"', '"dtype":"I32"')
    const path = folder.file('integers.safetensors', Buffer.from(text, 'latin1'))
    await expect(load(path)).rejects.toThrow(
      'The weights are stored as int32, not as floating-point numbers.',
    )
  })
})

describe('importing a hostile file', () => {
  const commands = {
    reduce: [
      pickle.global('os', 'system'),
      pickle.tuple(pickle.text('touch pastiche-was-here')),
      pickle.reduce(),
    ],
    inst: [pickle.mark(), pickle.text('touch pastiche-was-here'), pickle.inst('posix', 'system')],
    build: [pickle.global('builtins', 'exec'), pickle.emptyDict(), pickle.build()],
  }
  it.each(Object.entries(commands))(
    'runs nothing of a pickle with %s, and changes nothing',
    async (name, parts) => {
      const path = folder.file(`${name}.pth`, pickle.program(...parts))
      const before = [readdirSync('.'), readdirSync(folder.path), hash('sha256', path)]
      await expect(load(path)).rejects.toMatchObject({ code: 'weights-refused' })
      expect([readdirSync('.'), readdirSync(folder.path), hash('sha256', path)]).toEqual(before)
    },
  )

  it('ends in an error or in weights, whatever bytes of a good file are changed', async () => {
    const files = readdirSync(fixtures).map((name) => readFileSync(`${fixtures}/${name}`))
    const damage = fc.record({
      file: fc.integer({ min: 0, max: files.length - 1 }),
      keep: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
      // Most edits near the start, where the formats keep what they say about themselves.
      edits: fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), value: fc.nat(255) }), {
        minLength: 1,
        maxLength: 8,
      }),
    })
    await fc.assert(
      fc.asyncProperty(damage, async ({ file, keep, edits }) => {
        const bytes = Buffer.from(files[file]!.subarray(0, Math.floor(files[file]!.length * keep)))
        for (const { at, value } of edits) bytes[Math.floor(at ** 2 * bytes.length)] = value
        const failed: unknown = await load(folder.file('fuzz', bytes)).catch((error: unknown) => error)
        if (failed instanceof Error) expect(failed).toBeInstanceOf(PasticheError)
        if (failed instanceof PasticheError) expect(failed.code, failed.message).toMatch(/^weights-/)
      }),
      { numRuns: 300, seed: 1 },
    )
  })
})
