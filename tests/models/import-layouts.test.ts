import { describe, expect, it } from 'vitest'
import { seededWeights } from '../../src/engine/models/seeded.ts'
import { readCanonical, readLayers, writeCanonical } from '../../src/engine/weights/canonical.ts'
import { readForeignWeights, type ImportedWeights } from '../../src/engine/weights/import.ts'
import { preprocessings } from '../../src/engine/models/network-weights.ts'
import { cutNetwork, layouts, type Network } from '../support/foreign-layouts.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { narrowTables } from '../support/weight-names.ts'

// Small networks in every layout; tests/real/import-layouts.test.ts does the same with the published VGG16.

const folder = temporaryFolder()
const path = folder.file('weights')
const load = (): Promise<ImportedWeights> =>
  readForeignWeights(path, {
    manifest: { schema: 1, models: [] },
    allowUnverified: true,
    tables: narrowTables,
  })

function network(id: 'vgg16' | 'vgg19'): Network {
  const layers = narrowTables[id]
  return { layers, tensors: seededWeights(layers, 1, preprocessings.none).tensors }
}

const numbers = (tensors: Network['tensors']): unknown =>
  [...tensors].map(([name, { shape, data }]) => [name, [...shape], [...data]])

describe.each(Object.entries(layouts))('%s', (_, write) => {
  it.each(['vgg16', 'vgg19'] as const)('imports a whole %s', async (id) => {
    await write(path, network(id))
    const { network: found, weights } = await load()
    expect(found).toBe(id)
    expect(weights.convolutions).toBeUndefined()
    expect(numbers(weights.tensors)).toEqual(numbers(network(id).tensors))
  })

  it.each([
    ['vgg16', 9, 'conv4_2'],
    ['vgg19', 10, 'conv4_2'],
    ['vgg16', 10, 'conv4_3'],
    ['vgg16', 4, 'conv2_2'],
  ] as const)('imports a %s of %i convolutions, cut after %s', async (id, count, last) => {
    const cut = cutNetwork(network(id), count)
    await write(path, cut)
    const { network: found, weights, found: sentence } = await load()
    expect(found).toBe(id)
    expect(sentence).toContain(`, cut after ${last}, in `)
    expect(numbers(weights.tensors)).toEqual(numbers(cut.tensors))
    await writeCanonical(path, weights)
    expect(await readCanonical(path, narrowTables)).toMatchObject({ convolutions: count, network: id })
    expect((await readLayers(path, narrowTables)).filter(({ kind }) => kind === 'conv')).toHaveLength(count)
  })
})
