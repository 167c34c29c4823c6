import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { writeSafetensors } from '../../../tests/support/weight-files.ts'
import { narrowTables, renamed, torchvisionNames } from '../../../tests/support/weight-names.ts'
import { importWeights } from '../../engine/index.ts'
import { seededWeights } from '../../engine/models/seeded.ts'
import { preprocessings } from '../../engine/models/network-weights.ts'
import type { WeightsEngine } from './model-store-options.ts'
import { namedWeights } from './named-weights.ts'

const folder = temporaryFolder()
const paths = { cache: join(folder.path, 'cache'), resources: 'resources' }
const onNotice = vi.fn()
const importing = vi.fn((input: Parameters<typeof importWeights>[0]) => importWeights(input, narrowTables))
const engine = {
  call: (_: string, input: Parameters<typeof importWeights>[0]) => importing(input),
} as unknown as WeightsEngine
const find = (path: string, network: 'vgg16' | 'vgg19' = 'vgg16'): Promise<string> =>
  namedWeights(path, { network, engine, paths, onNotice })

function foreignFile(name: string, seed: number): string {
  const path = folder.file(name)
  const { tensors } = seededWeights(narrowTables.vgg16, seed, preprocessings.none)
  writeSafetensors(path, renamed(tensors, torchvisionNames(narrowTables.vgg16)))
  return path
}

it('converts a file of another program once, and says what it found', async () => {
  const path = foreignFile('own.safetensors', 1)
  const converted = await find(path)
  expect(converted.startsWith(paths.cache)).toBe(true)
  expect(await find(path)).toBe(converted)
  expect(importing).toHaveBeenCalledOnce()
  expect(onNotice).toHaveBeenCalledWith(expect.stringContaining('Found VGG16 in a .safetensors file'))
})

it('takes a file that Pastiche wrote as it is', async () => {
  const converted = await find(foreignFile('own.safetensors', 2))
  importing.mockClear()
  expect(await find(converted)).toBe(converted)
  expect(importing).not.toHaveBeenCalled()
})

it('keeps conversions for a day', async () => {
  const first = dirname(await find(foreignFile('first.safetensors', 3)))
  const second = dirname(await find(foreignFile('second.safetensors', 4)))
  const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60_000)
  utimesSync(first, twoDaysAgo, twoDaysAgo)
  await find(foreignFile('third.safetensors', 6))
  expect(existsSync(first)).toBe(false)
  expect(existsSync(second)).toBe(true)
})

it('says which network a file holds instead', async () => {
  await expect(find(foreignFile('other.safetensors', 5), 'vgg19')).rejects.toMatchObject({
    code: 'weights-unsupported',
    message: expect.stringContaining('holds VGG16, not VGG19') as string,
    hint: 'Use it with --network vgg16.',
  })
})

it('names a file that is missing, and one that is no weights file', async () => {
  await expect(find(join(folder.path, 'nowhere.pth'))).rejects.toMatchObject({ code: 'file-not-found' })
  mkdirSync(paths.cache, { recursive: true })
  writeFileSync(folder.file('notes.txt'), 'conv1_1')
  await expect(find(join(folder.path, 'notes.txt'))).rejects.toMatchObject({ code: 'weights-unsupported' })
})
